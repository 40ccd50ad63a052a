"""The files of one path's credentials: read for each connection, and watched while one stands.

A certificate is renewed by putting new files in place; nobody starts the gateway anew for that.
New files are tried beside the connection that stands: only if they load is it worth giving up for
them. A file system may hang, so all of it is read in threads, with a bound on the wait.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from gateway.settings.model import Path as PathSettings
from gateway.uplink.apart import Apart, HangsError, TooManyHangError
from gateway.uplink.certificate_dates import (
    LARGEST_FILE,
    KnownTime,
    NoCertificateError,
    Validity,
    validities_of,
)
from gateway.uplink.certificate_expiry import EXPIRED, Dated, Expiry, expiry
from gateway.uplink.credentials import (
    CredentialsError,
    files_of,
    password_of,
    place_of,
    tls_context,
)
from rules.instant import in_seconds, seconds

READ_WITHIN: Final = seconds(10)

Result = TypeVar("Result")

State = Mapping[str, tuple[int, int, int] | None]
"""By setting: when its file was written (ns), its inode and its size; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one connection begins with.

    Attributes:
        password: at the broker, or None.
        make_tls: makes the context for TLS, in the dialling thread; None for plain text.
    """

    password: str | None
    make_tls: Callable[[], ssl.SSLContext] | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """Other files lie there than the connection was made with, and they can be used.

    Connect anew, once nothing is in flight; until then this is said at each look.
    """

    detail: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Other files lie there than the connection was made with, and they cannot be used.

    Leave the connection as it is: the next one would fail. Said at each look, as long as it holds.
    """

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look has shown; equal to the last one's as long as nothing is new.

    Attributes:
        change: of the files, since the newest connection was begun.
        expiry: whether a certificate that lies there is about to expire.
    """

    change: Renewal | Unusable | None = None
    expiry: Expiry | None = None


@dataclass(slots=True)
class _Judged:
    """Files as they were last read through, and what came of it."""

    state: State
    change: Renewal | Unusable
    dated: tuple[Dated, ...]


class PathCredentials:
    """One path's credentials. All calls are made in the event loop's thread."""

    def __init__(self, settings: PathSettings) -> None:
        self._settings = settings
        self._files = files_of(settings)
        self._apart = Apart(f"credentials {settings.id}")
        self._used: State | None = None  # by the newest connection
        self._used_dates: tuple[Dated, ...] = ()
        self._seen: State | None = None  # at the last look
        self._judged: _Judged | None = None

    async def open(self) -> Opened:
        """Read what a connection begins with.

        Raises:
            CredentialsError: a file cannot be used, or its disk does not answer.
        """
        # Before they are read: what is put in place meanwhile is found to be new.
        self._used = await self._within_bound(partial(_state_of, self._files))
        self._judged = None
        self._used_dates = await self._within_bound(partial(_dates_of, self._files))
        password = await self._within_bound(partial(password_of, self._settings))
        tls = self._settings.tls
        return Opened(
            password=password, make_tls=None if tls is None else partial(tls_context, tls)
        )

    async def look(self, time: KnownTime) -> Seen:
        """See whether the files have changed, and whether they are about to expire; each minute.

        Files that have just changed are left until they have not for one look: certificate and
        key are seldom put in place in the same instant.
        """
        try:
            state = await self._within_bound(partial(_state_of, self._files))
            before, self._seen = self._seen, state
            is_new = self._used is not None and state != self._used
            if is_new and state == before and (self._judged is None or self._judged.state != state):
                self._judged = await self._within_bound(partial(self._tried, state, time))
        except CredentialsError as error:
            return Seen(change=Unusable(str(error)), expiry=expiry(self._used_dates, time))
        judged = self._judged if is_new and self._judged and self._judged.state == state else None
        dated = self._used_dates if judged is None else judged.dated
        return Seen(change=None if judged is None else judged.change, expiry=expiry(dated, time))

    def _tried(self, state: State, time: KnownTime) -> _Judged:
        """Read files as a connection would; in a thread."""
        used = self._used or {}
        changed = [setting for setting in self._files if state[setting] != used.get(setting)]
        try:
            password_of(self._settings)
            if self._settings.tls is not None:
                tls_context(self._settings.tls)
        except CredentialsError as error:
            return _Judged(state, Unusable(f"{error}; the connection stays"), self._used_dates)
        dated = _dates_of(self._files)
        soon = expiry(dated, time)
        if soon is not None and soon.cause == EXPIRED:
            return _Judged(state, Unusable(f"{soon.detail}; the connection stays"), dated)
        return _Judged(state, Renewal(f"{', '.join(changed)} renewed"), dated)

    async def _within_bound(self, work: Callable[[], Result]) -> Result:
        try:
            return await self._apart.run(work, READ_WITHIN)
        except (HangsError, TooManyHangError):
            raise CredentialsError(
                f"{', '.join(self._files.values())}: no answer within "
                f"{in_seconds(READ_WITHIN):g} s; is the disk well?"
            ) from None


def _state_of(files: Mapping[str, str]) -> State:
    state: dict[str, tuple[int, int, int] | None] = {}
    for setting, written in files.items():
        try:
            status = place_of(written).stat()
        except OSError:
            state[setting] = None
        else:
            state[setting] = (status.st_mtime_ns, status.st_ino, status.st_size)
    return state


def _dates_of(files: Mapping[str, str]) -> tuple[Dated, ...]:
    """Read when our certificates expire; what cannot be read is for the connection to complain of.

    Of the chain that we show, the first to expire counts; of the authorities that we trust, the
    last: an old one may well lie beside its successor.
    """
    dated = []
    if chain := _validities_in(files.get("tls.certificate")):
        first = min(each.not_after_ns for each in chain)
        dated.append(Dated(f"our certificate {files['tls.certificate']}", first))
    if authorities := _validities_in(files.get("tls.ca")):
        last = max(each.not_after_ns for each in authorities)
        dated.append(Dated(f"the authority in {files['tls.ca']}", last))
    return tuple(dated)


def _validities_in(written: str | None) -> tuple[Validity, ...]:
    if written is None:
        return ()
    try:
        with place_of(written).open("rb") as file:
            return validities_of(file.read(LARGEST_FILE))
    except (OSError, CredentialsError, NoCertificateError):
        return ()

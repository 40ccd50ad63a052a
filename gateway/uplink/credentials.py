"""What a path proves itself with, and how it verifies the broker: read anew at each connection.

Read anew, so that a password or certificate that a technician puts in place is used at the next
attempt. Nothing that is wrong with a file ends the gateway: it is a reason why a path is down, told
with the way out. No secret ever stands in such a text.
"""

import os
import ssl
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from gateway.settings.model import CREDENTIAL, Tls
from gateway.settings.model import Path as PathSettings
from gateway.uplink.refusal_reason import RefusalReason

LONGEST_PASSWORD: Final = 4096
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
MORE_THAN_THE_SERVICE: Final = stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO
"""systemd gives a credential to the service's user as its owner (0400), or keeps it root's and lets
that user read it by an access list, whose mask then shows as the group's right (0440)."""

CREDENTIALS_DIRECTORY: Final = "CREDENTIALS_DIRECTORY"


class CredentialsError(Exception):
    """A file of the path's credentials cannot be used.

    The path stays down, and the file is read again at the next attempt.
    """

    reason: Final = RefusalReason.CREDENTIAL_FILES


def place_of(written: str) -> Path:
    """Give the file that a setting names: a path, or `credential:NAME` for one of systemd's."""
    name = written.removeprefix(CREDENTIAL)
    if name == written:
        return Path(written)
    folder = _credentials_directory()
    if folder is None:
        raise CredentialsError(
            f"{written}: this process was given no credentials; write LoadCredential={name}:FILE "
            "into the service's unit"
        )
    return folder / name


def files_of(path: PathSettings) -> dict[str, str]:
    """Give what a path reads, as written in the site file: by setting."""
    tls = path.tls or Tls()
    named = {
        "tls.ca": tls.ca,
        "tls.certificate": tls.certificate,
        "tls.key": tls.key,
        "password_file": path.password_file,
    }
    return {setting: written for setting, written in named.items() if written is not None}


def check_private(file: Path) -> None:
    """Refuse a file with a secret that others could read or that is not ours."""
    is_credential = file.parent == _credentials_directory()
    try:
        status = file.stat()
    except FileNotFoundError as error:
        hint = f"; is LoadCredential={file.name}:FILE in the service's unit?"
        raise CredentialsError(
            f"{file}: cannot be read: {_in_words(error)}{hint if is_credential else ''}"
        ) from error
    except OSError as error:
        raise CredentialsError(f"{file}: cannot be read: {_in_words(error)}") from error
    if not stat.S_ISREG(status.st_mode):
        raise CredentialsError(f"{file}: is no regular file")
    if status.st_mode & (MORE_THAN_THE_SERVICE if is_credential else OTHERS):
        raise CredentialsError(
            f"{file}: mode {stat.S_IMODE(status.st_mode):04o} lets others at it; chmod 600 {file}"
        )
    if status.st_uid not in (os.geteuid(), 0):
        raise CredentialsError(
            f"{file}: belongs to user {status.st_uid}, not to the gateway's user {os.geteuid()}"
        )


def take_any(_file: Path) -> None:
    """Refuse no file: for root, who looks on behalf of the gateway's user."""


def read_password(file: Path, check: Callable[[Path], None] = check_private) -> str:
    """Read a password from a file that only its owner can read; a line end after it is no part."""
    check(file)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsError(f"{file}: cannot be read: {_in_words(error)}") from error
    password = text.rstrip("\r\n")
    if not password or len(password) > LONGEST_PASSWORD:
        raise CredentialsError(
            f"{file}: holds {len(password)} characters; write the password on one line"
        )
    return password


def tls_context(tls: Tls, check: Callable[[Path], None] = check_private) -> ssl.SSLContext:
    """Make a context that verifies the broker's chain and name, and shows our certificate.

    Dates of certificates are judged by the system's clock; gateway.uplink.dial has them judged
    otherwise while that is unknown.
    """
    tls = _placed(tls)
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=tls.ca)
    except (OSError, ssl.SSLError) as error:
        raise CredentialsError(f"{tls.ca}: no authorities to trust: {_in_words(error)}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.certificate is not None and tls.key is not None:
        check(Path(tls.key))
        try:
            context.load_cert_chain(tls.certificate, tls.key, password=_no_passphrase)
        except (OSError, ssl.SSLError) as error:
            raise CredentialsError(
                f"{tls.certificate} with {tls.key}: cannot be used: {_in_words(error)}"
            ) from error
    return context


def password_of(path: PathSettings, check: Callable[[Path], None] = check_private) -> str | None:
    """Read a path's password, where it has one."""
    return (
        None if path.password_file is None else read_password(place_of(path.password_file), check)
    )


def _placed(tls: Tls) -> Tls:
    """Put files in the place of what the settings name."""
    named = {"ca": tls.ca, "certificate": tls.certificate, "key": tls.key}
    placed = {what: str(place_of(name)) for what, name in named.items() if name is not None}
    return replace(tls, **placed)


def _credentials_directory() -> Path | None:
    folder = os.environ.get(CREDENTIALS_DIRECTORY)
    return Path(folder) if folder else None


def _no_passphrase() -> str:
    """Answer OpenSSL, which would else ask on the terminal and wait for ever."""
    return ""


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (getattr(error, "reason", None) or str(error)).replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)

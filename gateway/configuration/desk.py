"""The desk where configurations are applied, confirmed and gone back from.

What is applied is on trial: unless a person confirms it in time, the gateway goes back to the one
before by itself. So a technician who cuts off his own way to the unit cuts off nobody else. A trial
lives in this process alone: whatever ends it, the next start is by the one before.

    apply -> (checked apart) -> (way back on disk) -> in force, on trial -> confirm -> (on disk)
                                                                         -> go back

One of these at a time; each of their waits has a bound, and none is in the event loop's way.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from gateway.configuration.change import Chosen, HalfChangedError
from gateway.configuration.check_apart import NotCheckedError, Verdict
from gateway.configuration.kept import Trial
from gateway.configuration.own_state import own_state_named
from gateway.configuration.site_files import SiteFiles
from gateway.configuration.sounding import why_let_go
from gateway.configuration.trial_times import CONFIRM_WITHIN, LONGEST_TRIAL, SHORTEST_TRIAL
from gateway.configuration.way_back import WayBack
from gateway.control.protocol import NotUnderstoodError, Outcome, Reply, Request
from gateway.control.status import TrialNow
from gateway.own_thread import OwnThreads
from gateway.recording.black_box import SiteTexts
from gateway.settings.model import Settings
from gateway.spoken_time import span
from gateway.text import Language
from rules.event import Notice
from rules.instant import Duration, Instant, in_seconds, later, seconds
from rules.part import Noted
from rules.snapshot import SiteNow

log = logging.getLogger(__name__)

PART: Final = {"part": "gateway/configuration"}
WRITTEN_WITHIN: Final = seconds(4)
"""Whoever confirms waits for five."""

AGAIN_AFTER: Final = seconds(1)
"""A trial whose time is over while something is being written ends so much later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationPorts:
    """What the desk reaches the rest by.

    Attributes:
        now: reads the monotonic clock.
        call_at: arranges a call at an instant.
        present: gives the present.
        note: tells the core of something worth telling.
        change_to: guards by another configuration, and tells why. Where it raises HalfChangedError,
            nobody knows what is in force; where it raises anything else, nothing has changed.
        give_up: ends the process, which is started anew by what was confirmed last.
        check: checks files, in a process of their own.
    """

    now: Callable[[], Instant]
    call_at: Callable[[Instant, Callable[[], object]], object]
    present: Callable[[], SiteNow]
    note: Callable[[Noted], object]
    change_to: Callable[[Settings, SiteTexts, Noted], None]
    give_up: Callable[[], None]
    check: Callable[[SiteFiles], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A trial: what is gone back to, who applied what is in force, and until when it may be."""

    before: Chosen
    author: str
    ends: Instant
    lasts: Duration


class NotWrittenError(Exception):
    """What has to be on disk is not; the text says why."""


class ConfigurationDesk:
    """The desk. For the event loop's thread.

    Args:
        chosen: what is in force.
        way_back: sees to what the next start is by.
        ports: what it reaches the rest by.
    """

    def __init__(self, chosen: Chosen, way_back: WayBack, ports: ConfigurationPorts) -> None:
        self._chosen = chosen
        self._way_back = way_back
        self._ports = ports
        self._trial: _Running | None = None
        self._is_busy = False
        self._ending: asyncio.Future[None] | None = None
        self._disk: OwnThreads[None] = OwnThreads("configuration", 1)

    @property
    def trial(self) -> TrialNow | None:
        """What waits for its confirmation, as people see it."""
        running = self._trial
        return None if running is None else TrialNow(ends=running.ends, author=running.author)

    async def close(self, within: Duration) -> None:
        """Let what is being written come to its end."""
        await self._disk.ended(in_seconds(within))

    # What is asked on the control socket.

    async def configuration(self, request: Request, author: str) -> Reply:
        """Answer `configuration`."""
        del request
        return Reply(outcome=Outcome.DONE, author=author, files=self._chosen.files)

    async def apply(self, request: Request, author: str) -> Reply:
        """Answer `apply`."""
        if request.files is None:
            raise NotUnderstoodError("apply without a site file")
        lasts = _lasts(request.duration_s)
        if (refusal := self._why_not_apply(request.files)) is not None:
            return _refused(author, refusal)
        with self._busy():
            try:
                verdict = await self._ports.check(request.files)
            except NotCheckedError as error:
                return _refused(author, f"it could not be checked: {error}")
            if verdict.settings is None:
                return Reply(outcome=Outcome.REFUSED, author=author, problems=verdict.problems)
            if (field := own_state_named(verdict.settings, self._way_back.state_directory)) != "":
                return _refused(author, f"{field} names a file among the gateway's own state")
            site = SiteTexts(file=verdict.files.name, texts=verdict.texts)
            chosen = Chosen(settings=verdict.settings, site=site, files=verdict.files)
            return await self._try_out(chosen, author, lasts)

    async def confirm(self, request: Request, author: str) -> Reply:
        """Answer `confirm`."""
        del request
        if (refusal := self._why_not_end()) is not None:
            return _refused(author, refusal)
        with self._busy():
            try:
                await self._write(partial(self._way_back.keep, self._chosen.files, author))
            except NotWrittenError as error:
                return _refused(author, f"it stays on trial: {error}")
            self._trial = None
            self._note(f"{self._chosen.name} confirmed", author)
            return Reply(outcome=Outcome.DONE, author=author)

    async def go_back(self, request: Request, author: str) -> Reply:
        """Answer `go-back`."""
        del request
        if (refusal := self._why_not_end()) is not None:
            return _refused(author, refusal)
        with self._busy():
            trial = self._trial
            assert trial is not None  # else it is refused
            if not self._take_back(f"gone back: {author} asked for it", author):
                return _refused(author, "it starts anew, by the configuration before")
            await self._restore(trial.before)
            return Reply(outcome=Outcome.DONE, author=author)

    # Whether it can be done.

    def _why_not_apply(self, files: SiteFiles) -> str | None:
        if self._is_busy:
            return "another configuration is being applied or confirmed just now"
        if self._trial is not None:
            return f"what {self._trial.author} applied waits for firegw confirm, or confirm --back"
        if files.digest == self._chosen.files.digest:
            return "it is in force already"
        return None

    def _why_not_end(self) -> str | None:
        if self._is_busy:
            return "another configuration is being applied or confirmed just now"
        return "no configuration is on trial" if self._trial is None else None

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    # Doing it.

    async def _try_out(self, chosen: Chosen, author: str, lasts: Duration) -> Reply:
        """Make sure that there is a way back, and guard by it."""
        before = self._chosen
        note = Trial(hash=chosen.settings.hash, digest=chosen.files.digest, author=author)
        try:
            await self._write(partial(self._way_back.prepare, before.files, note))
        except NotWrittenError as error:
            return _refused(author, f"there would be no way back: {error}")
        # Only now: nothing comes between this look and the change.
        refusal = why_let_go(before.settings, chosen.settings, self._ports.present())
        if refusal is not None:
            await self._restore(before)
            return _refused(author, refusal)
        try:
            self._change_to(chosen, f"applied, on trial for {_said(lasts)}", author)
        except HalfChangedError:
            raise
        except Exception as error:
            log.exception("%s cannot be taken up", chosen.name, extra=PART)
            await self._restore(before)
            why = f"{type(error).__name__}: {error}"
            return _refused(author, f"the gateway cannot guard by it, and has not begun to: {why}")
        ends = later(self._ports.now(), lasts)
        self._trial = _Running(before=before, author=author, ends=ends, lasts=lasts)
        self._ports.call_at(ends, partial(self._time_is_over, self._trial))
        return Reply(outcome=Outcome.DONE, author=author, trial=self.trial)

    def _change_to(self, chosen: Chosen, told: str, author: str | None) -> None:
        now = self._ports.now()
        notice = Noted(notice=Notice.CONFIGURATION_CHANGED, at=now, detail=told, author=author)
        try:
            self._ports.change_to(chosen.settings, chosen.site, notice)
        except HalfChangedError:
            log.exception("%s is in force in part: starting anew", chosen.name, extra=PART)
            self._ports.give_up()
            raise
        self._chosen = chosen
        log.info("%s %s", chosen.name, told, extra=PART | {"author": author or ""})

    def _time_is_over(self, trial: _Running) -> None:
        if self._trial is not trial:
            return
        if self._is_busy:  # perhaps with its confirmation
            now = self._ports.now()
            self._ports.call_at(later(now, AGAIN_AFTER), partial(self._time_is_over, trial))
            return
        told = f"gone back: not confirmed within {_said(trial.lasts)}, applied by {trial.author}"
        if self._take_back(told, None):
            self._ending = asyncio.ensure_future(self._restore(trial.before))

    def _take_back(self, told: str, author: str | None) -> bool:
        """Guard by the one before again; tell whether so."""
        trial, self._trial = self._trial, None
        assert trial is not None  # the callers have looked
        try:
            self._change_to(trial.before, told, author)
        except HalfChangedError:
            return False
        except Exception:
            # There is one way back that needs nothing of what is at work here.
            log.exception("no way back but to start anew", extra=PART)
            self._ports.give_up()
            return False
        return True

    async def _restore(self, before: Chosen) -> None:
        """Have the next start be by what is in force again; else it is by what it was before."""
        try:
            await self._write(partial(self._way_back.restore, before.files))
        except NotWrittenError as error:
            log.warning("the note of a trial cannot be dropped: %s", error, extra=PART)

    async def _write(self, work: Callable[[], None]) -> None:
        try:
            await self._disk.run(work, in_seconds(WRITTEN_WITHIN))
        except TimeoutError:
            raise NotWrittenError("the disk does not answer") from None
        except OSError as error:
            raise NotWrittenError(_of_disk(error)) from None
        except RuntimeError as error:
            raise NotWrittenError(str(error)) from None

    def _note(self, told: str, author: str) -> None:
        now = self._ports.now()
        log.info("%s", told, extra=PART | {"author": author})
        self._ports.note(
            Noted(notice=Notice.CONFIGURATION_CHANGED, at=now, detail=told, author=author)
        )


def _lasts(duration_s: float | None) -> Duration:
    """Give how long a trial lasts; raises NotUnderstoodError."""
    lasts = CONFIRM_WITHIN if duration_s is None else seconds(duration_s)
    if not SHORTEST_TRIAL <= lasts <= LONGEST_TRIAL:
        between = f"{_said(SHORTEST_TRIAL)} to {_said(LONGEST_TRIAL)}"
        raise NotUnderstoodError(f"on trial for {_said(lasts)}; {between}")
    return lasts


def _said(lasts: Duration) -> str:
    return span(Language.ENGLISH, lasts)


def _of_disk(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _refused(author: str, words: str) -> Reply:
    return Reply(outcome=Outcome.REFUSED, author=author, words=(words,))

"""Asks the gateway on its control socket, for all browsers together.

At most two questions at a time, each within a bound; once a second while somebody looks, else
seldom. It asks and never orders: its user may only view, and this module knows no other verb.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gateway.control.client import NotPermittedError, UnreachableError, ask
from gateway.control.protocol import Reply, Request, Verb
from gateway.control.status import PageNow, Status
from gateway.page.happenings import Happenings
from gateway.page.seen import Seen
from rules.instant import Duration, Instant, in_seconds, later, seconds

log = logging.getLogger(__name__)
PART: Final = {"part": "page"}

ANSWER_WITHIN: Final = seconds(1.5)
LOOK_EVERY: Final = seconds(1)
LOOK_SELDOM: Final = seconds(10)  # nobody watches: only whether there is to be a page at all
WATCHED_FOR: Final = seconds(30)  # after a browser's last question
SLACK: Final = seconds(0.5)
FRESH: Final = seconds(1.5)
EVENTS_EVERY: Final = seconds(2)
SOON: Final = seconds(0.5)
WALK_EVERY: Final = seconds(30)
REST: Final = 3
"""A large site's answer takes long: at most one part in four of the time is spent on asking."""


class Watch:
    """What is known of the gateway.

    Attributes:
        seen: the last that it told; None before the first answer.
        page: where the page is to be served; None where there is none, or nobody has said yet.
    """

    def __init__(self, socket: str, now: Callable[[], Instant]) -> None:
        self._socket = socket
        self._now = now
        self.seen: Seen | None = None
        self.page: PageNow | None = None
        self._seen_at: Instant | None = None
        self._relied_until = now()
        self._watched_until = now()
        self._wanted = asyncio.Event()
        self._looked = asyncio.Event()
        self._is_silent = False

    @property
    def is_lost(self) -> bool:
        """Whether the gateway's last word is too old to be shown as the present."""
        return self.seen is None or self._now() > self._relied_until

    async def fresh(self) -> None:
        """Take note that somebody looks; wait for news where the last is old, within a bound."""
        self._watched_until = later(self._now(), WATCHED_FOR)
        if self._seen_at is not None and self._now() - self._seen_at < FRESH:
            return
        looked = self._looked
        self._wanted.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(looked.wait(), in_seconds(ANSWER_WITHIN))

    async def run(self) -> None:
        """Look on and on; returns by a mistake alone."""
        async with asyncio.TaskGroup() as looking:
            looking.create_task(self._look_on())
            looking.create_task(self._look_back())

    @property
    def _is_watched(self) -> bool:
        return self._now() < self._watched_until

    async def _look_on(self) -> None:
        """Ask for the present; nothing else that is asked may hold this up."""
        while True:
            began = self._now()
            reply = await self._asked(Request(verb=Verb.STATUS))
            rest = Duration(max(LOOK_EVERY, (self._now() - began) * REST))
            if reply is not None and reply.status is not None:
                self._take(reply.status, began)
                # Until the next answer must have come. Whoever looks after a while waits for one.
                self._relied_until = later(self._now(), Duration(rest + ANSWER_WITHIN + SLACK))
            self._looked.set()
            self._looked = asyncio.Event()
            is_idle = self.seen is not None and not self._is_watched
            await self._rest(LOOK_SELDOM if is_idle else rest)

    async def _rest(self, duration: Duration) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), in_seconds(duration))
        self._wanted.clear()

    def _take(self, status: Status, began: Instant) -> None:
        before = self.seen
        self.page = status.page
        self._seen_at = began
        known = before is not None and _life(before.status) == _life(status)
        self.seen = replace(before, status=status) if known and before else Seen(status=status)

    async def _look_back(self) -> None:
        """Ask for what happened and how the tests stand: that changes seldom, and may be slow."""
        happenings, life = Happenings(), None
        walk_due = self._now()
        while True:
            answered = True
            if self.page is not None and self.seen is not None and self._is_watched:
                if life != _life(self.seen.status):
                    life = _life(self.seen.status)
                    happenings, walk_due = Happenings(), self._now()
                last = happenings.last
                answered = await self._ask_for_events(happenings)
                # What becomes of a test is an event as well.
                if happenings.last != last or self._now() >= walk_due:
                    walk_due = later(self._now(), WALK_EVERY)
                    await self._ask_for_tests()
            behind = happenings.is_behind and life is not None and answered
            await asyncio.sleep(in_seconds(SOON if behind else EVENTS_EVERY))

    async def _ask_for_events(self, happenings: Happenings) -> bool:
        question = happenings.question()
        reply = await self._asked(question)
        if reply is None or reply.events is None or self.seen is None:
            return False
        happenings.told(question, reply.events)
        newest, periodic = happenings.newest, happenings.periodic
        self.seen = replace(self.seen, events=newest, periodic=periodic)
        return True

    async def _ask_for_tests(self) -> None:
        reply = await self._asked(Request(verb=Verb.WALK))
        if self.seen is not None:
            self.seen = replace(self.seen, walk=None if reply is None else reply.walk)

    async def _asked(self, request: Request) -> Reply | None:
        try:
            reply = await asyncio.to_thread(ask, self._socket, request, ANSWER_WITHIN, self._now)
        except (UnreachableError, NotPermittedError) as error:
            key = ("silent", request.verb)
            log.warning("%s: %s", request.verb, error, extra=PART | {"once_an_hour": key})
            self._is_silent = self._is_silent or request.verb is Verb.STATUS
            return None
        if self._is_silent and request.verb is Verb.STATUS:
            self._is_silent = False
            log.info("the gateway answers again", extra=PART)
        return reply


def _life(status: Status) -> tuple[str, int]:
    return status.boot_id, status.started

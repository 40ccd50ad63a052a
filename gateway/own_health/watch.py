"""Watches the unit beside the core: what ails it is told as of a part of the gateway.

A look reads files of the kernel and asks a file system for its room. The latter hangs with its
disk, so each look is made in a thread and its wait is bounded; that it hangs is a fault as well.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gateway.own_health.ailments import HANGS, Course
from gateway.own_health.vitals import Vitals
from gateway.own_parts import OwnParts
from gateway.uplink.apart import Apart, HangsError, TooManyHangError
from rules.engine import Input
from rules.instant import Instant, in_seconds, seconds
from rules.part import PartFailed

log = logging.getLogger(__name__)

LOOK_EVERY: Final = seconds(2)
"""As often as the kernel asks a Raspberry Pi's firmware for its supply: a dip between two of its
looks is kept for one, and would be missed by one who came seldom."""

LOOK_WITHIN: Final = seconds(5)


class OwnHealth:
    """The unit's own health.

    Args:
        look: looks at the unit; may hang.
        parts: where the looking itself is a part of the gateway.
        take: gives the core an input.
        now: reads the monotonic clock.
    """

    def __init__(
        self,
        look: Callable[[], Vitals],
        parts: OwnParts,
        take: Callable[[Input], object],
        now: Callable[[], Instant],
    ) -> None:
        self._look = look
        self._parts = parts
        self._take = take
        self._now = now
        self._course = Course()
        self._apart = Apart("health")
        self._hangs: bool | None = None

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(in_seconds(LOOK_EVERY))

    async def look(self) -> None:
        """Look once, and tell."""
        try:
            vitals = await self._apart.run(self._look, LOOK_WITHIN)
        except (HangsError, TooManyHangError):
            self._set_hangs(hangs=True)
            return
        self._set_hangs(hangs=False)
        for told in self._course.look(vitals, self._now()):
            if isinstance(told, PartFailed):
                log.warning("%s", told.detail, extra={"part": told.part})
            self._take(replace(told, at=self._now()))  # no two of them begin at one instant

    def _set_hangs(self, *, hangs: bool) -> None:
        if hangs is self._hangs:
            return
        self._hangs = hangs
        if hangs:
            within = f"{in_seconds(LOOK_WITHIN):g} s"
            detail = f"the system does not say within {within} how it is; does the disk hang?"
            log.error("%s", detail, extra={"part": HANGS})
            self._parts.failed(HANGS, "hangs", detail)
        else:
            self._parts.recovered(HANGS)

"""When the outage of a path is told, and how often it is logged."""

import logging
from collections.abc import Callable

from gateway.uplink.refusal_reason import RefusalReason

log = logging.getLogger(__name__)


class Outage:
    """What is told of a path that has no connection.

    A path that was up counts as down at once; one that never was since the start, only when its
    supervision time has passed: not every start is an outage. An outage is told once, and once more
    where it turns out that one side refuses the other: a lost cable is found by itself, a refusal
    has to be put right by somebody.
    """

    def __init__(self, part: str, tell: Callable[[str], None]) -> None:
        self._part = part
        self._tell = tell
        self._supervised = False
        self._told = False
        self._refused: RefusalReason | None = None  # as last told
        self._logged: str | None = None  # why, as last logged in this outage

    def ended(self) -> None:
        """Take note of a connection."""
        self._supervised = True
        self._told = False
        self._refused = None
        self._logged = None

    def supervise(self, why: str, *, is_up: bool) -> None:
        """Take note that the supervision time has passed."""
        self._supervised = True
        if not is_up:
            self._tell_once(why)

    def goes_on(self, why: str, refused: RefusalReason | None = None) -> None:
        """Take note that there is no connection, why, and whether one side refuses the other."""
        if self._logged is None:
            log.warning("not connected: %s", why, extra={"part": self._part})
        elif self._logged != why:
            key = (self._part, why)
            extra = {"part": self._part, "once_an_hour": key}
            log.warning("still not connected: %s", why, extra=extra)
        self._logged = why
        if refused is not None and refused is not self._refused:
            self._refused = refused
            self._told = False
        if self._supervised:
            self._tell_once(why)

    def _tell_once(self, why: str) -> None:
        if not self._told:
            self._told = True
            self._tell(why)

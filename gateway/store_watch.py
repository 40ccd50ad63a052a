"""Whether the journal can be written, and whether anything was given up for want of room."""

import logging
from collections.abc import Callable

from gateway.own_parts import JOURNAL, OUTBOX, STORE, OwnParts

log = logging.getLogger(__name__)


class StoreWatch:
    """Watches the journal and the outbox.

    Args:
        parts: where both are parts of the gateway.
        shown: is shown whether the journal can be written.

    Attributes:
        is_ok: whether the journal can be written, as far as is known.
    """

    def __init__(self, parts: OwnParts, shown: Callable[[bool], None]) -> None:
        self.is_ok = True
        self._parts = parts
        self._shown = shown
        self._given_up = 0

    def fails_at_first(self) -> None:
        """Take note that it could not be opened; it is told with all that fails at first."""
        self._set(False)

    def failed(self, detail: str) -> None:
        """Take note that it cannot be written, and why."""
        self._set(False)
        log.error("the journal fails: %s", detail, extra={"part": STORE})
        self._parts.failed(STORE, "store", detail)

    def recovered(self, detail: str, damage: str | None) -> None:
        """Take note that it can be written again, and what became of one that was damaged."""
        self._set(True)
        log.info("the journal works again: %s", detail, extra={"part": STORE})
        if damage is not None:
            log.warning("%s", damage, extra={"part": JOURNAL})
            self._parts.damaged(damage)
        self._parts.recovered(STORE)

    def lost(self, events: int) -> None:
        """Take note that so many events are lost, which only memory had."""
        detail = f"{events} events were lost: the journal fails and memory is full"
        self._parts.failed(OUTBOX, "overflow", detail)

    def look(self, given_up: int, *, is_empty: bool) -> int:
        """See whether the journal gave up events, or deliveries, for want of room.

        Args:
            given_up: how many since the start.
            is_empty: whether the outbox is.

        Returns:
            How many of them are new.
        """
        more, self._given_up = given_up - self._given_up, given_up
        if more > 0:
            detail = f"{given_up} events were given up since the start: there was no room for more"
            self._parts.failed(OUTBOX, "overflow", detail)
        elif is_empty:
            self._parts.recovered(OUTBOX)
        return more

    def _set(self, is_ok: bool) -> None:
        self.is_ok = is_ok
        self._shown(is_ok)

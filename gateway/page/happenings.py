"""The newest events as the page keeps them, and which it asks for next. Pure.

At first the newest are asked for, then what came after them. The newest periodic test may lie far
back: it is looked for a few pages deep, and looked at again until it has arrived.
"""

from collections.abc import Sequence
from typing import Final

from gateway.control.protocol import Request, Verb
from gateway.control.told_event import ToldEvent
from rules.event import Notice

MOST_KEPT: Final = 20
PAGE: Final = 200  # events in one reply
MOST_PAGES_BACK: Final = 10


class Happenings:
    """What happened in one life of the gateway: another may number from 1.

    Attributes:
        periodic: the newest periodic test that was found.
        last: the number of the newest event; None before the first answer.
    """

    def __init__(self) -> None:
        self.periodic: ToldEvent | None = None
        self._kept: dict[int, ToldEvent] = {}
        self.last: int | None = None
        self._oldest = 0
        self._pages_left = MOST_PAGES_BACK
        self._is_full = False
        self._looked_again = False

    @property
    def _periodic_number(self) -> int:
        return 0 if self.periodic is None else self.periodic.number

    @property
    def newest(self) -> tuple[ToldEvent, ...]:
        """The newest events, the newest first."""
        return tuple(self._kept[number] for number in sorted(self._kept, reverse=True))

    @property
    def is_behind(self) -> bool:
        """Whether there is certainly more to ask for."""
        return self.last is None or self._is_full or self._looks_back

    @property
    def _looks_back(self) -> bool:
        return self.periodic is None and self._pages_left > 0 and self._oldest > 1

    def question(self) -> Request:
        """Give what to ask for next."""
        if self.last is None:
            return Request(verb=Verb.EVENTS, limit=PAGE)
        if self._is_full:
            return Request(verb=Verb.EVENTS, after=self.last, limit=PAGE)
        if self._looks_back:
            return Request(verb=Verb.EVENTS, before=self._oldest, limit=PAGE)
        waits = self.periodic is not None and not self.periodic.delivered
        self._looked_again = waits and not self._looked_again
        if self.periodic is not None and self._looked_again:
            return Request(verb=Verb.EVENTS, after=self.periodic.number - 1, limit=1)
        return Request(verb=Verb.EVENTS, after=self.last, limit=PAGE)

    def told(self, question: Request, events: Sequence[ToldEvent]) -> None:
        """Take the answer to a question, in the order of their numbers."""
        if question.before is not None:
            self._pages_left -= 1
            self._oldest = events[0].number if events else 0
        elif question.after is None:
            self._oldest = events[0].number if events else 0
        for event in events:
            if _is_periodic(event) and event.number >= self._periodic_number:
                self.periodic = event
            self._kept[event.number] = event
        self._kept = {number: self._kept[number] for number in sorted(self._kept)[-MOST_KEPT:]}
        self.last = max(self.last or 0, events[-1].number if events else 0)
        self._is_full = question.limit == PAGE and question.after is not None
        self._is_full = self._is_full and len(events) == PAGE


def _is_periodic(event: ToldEvent) -> bool:
    return event.notice is not None and event.notice.notice is Notice.PERIODIC_TEST

"""Tells people at the unit what happened, out of the journal, and out of memory where that fails.

The journal is read by a connection that is opened for each question, in a thread of its own: a slow
card, or one that hangs, holds up whoever asks and nobody else. What the store could not take has no
number yet: it is told under those that it is about to get.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.control.protocol import MOST_EVENTS, Outcome, Reply, Request
from gateway.control.told_event import ToldEvent
from gateway.control.told_record import told_from
from gateway.journal.kept import Choice, Kept, Page, read_page
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.own_thread import OwnThreads
from gateway.record import ClockQuality, Record
from rules.instant import Duration, Instant, Moment, in_seconds, later, seconds

MOST_AT_ONCE: Final = 2
READ_WITHIN: Final = seconds(2)
"""After which a page ends with what has been read of it."""

ANSWER_WITHIN: Final = seconds(4)
"""Whoever asks waits for five seconds."""

MOST_IN_MEMORY: Final = 200  # events, the newest


class NothingToTellError(Exception):
    """What happened cannot be told now; the text says why."""


@dataclass(frozen=True, slots=True)
class TellingPorts:
    """What the teller reaches the rest by: the monotonic clock, and the date of a moment."""

    now: Callable[[], Instant]
    wall_of: Callable[[Moment], int | None]


class Telling:
    """The teller. For the event loop's thread."""

    def __init__(self, journal: Path, ports: TellingPorts) -> None:
        self._journal = journal
        self._ports = ports
        self._threads: OwnThreads[tuple[ToldEvent, ...]] = OwnThreads(
            "control-events", MOST_AT_ONCE
        )
        self._written = 0  # the number of the last event that is known to be in the journal
        self._in_memory: deque[Record] = deque(maxlen=MOST_IN_MEMORY)
        self._named_in_memory = 0

    def committed(self, records: Sequence[Record]) -> None:
        """Take note of events that were just numbered, in the journal or in memory."""
        if records and records[-1].number is not None:
            self._written = records[-1].number
        else:
            self._in_memory.extend(records)
            self._named_in_memory += len(records)

    def recovered(self) -> None:
        """Take note that the journal has got what was in memory."""
        self._in_memory.clear()
        self._named_in_memory = 0

    async def answer(self, request: Request, author: str) -> Reply:
        """Answer `events`."""
        choice = Choice(
            limit=request.limit or MOST_EVENTS, after=request.after, before=request.before
        )
        try:
            events = await self.events(choice)
        except NothingToTellError as error:
            return Reply(outcome=Outcome.FAILED, author=author, words=(str(error),))
        return Reply(outcome=Outcome.DONE, author=author, events=events)

    async def events(self, choice: Choice) -> tuple[ToldEvent, ...]:
        """Give the events that were chosen, in the order of their numbers.

        Raises:
            NothingToTellError: the journal cannot be read now, and there is nothing in memory.
        """
        in_memory, written = self._dated_in_memory(), self._written
        first = 1 + self._named_in_memory - len(in_memory)

        def read() -> tuple[ToldEvent, ...]:
            page = self._read(choice)
            told = tuple(_told(kept) for kept in page.events)
            if choice.after is not None and told and told[-1].number < page.newest:
                return told  # what is in memory comes after what is still to be read
            end = max(page.newest, written)
            return _chosen((*told, *_numbered(in_memory, end + first)), choice)

        try:
            return await self._threads.run(read, in_seconds(ANSWER_WITHIN))
        except TimeoutError:
            why = f"{self._journal}: it does not answer"
        except (JournalUnreadableError, RuntimeError) as error:
            why = str(error)
        if not in_memory:
            raise NothingToTellError(why)
        return _chosen(_numbered(in_memory, written + first), choice)

    async def close(self, within: Duration) -> None:
        """Let what is being read come to its end."""
        await self._threads.ended(in_seconds(within))

    def _read(self, choice: Choice) -> Page:
        until = later(self._ports.now(), READ_WITHIN)
        reader = JournalReader(self._journal)
        try:
            return reader.ask(
                lambda connection: read_page(
                    connection, choice, is_late=lambda: self._ports.now() > until
                )
            )
        finally:
            reader.close()

    def _dated_in_memory(self) -> tuple[tuple[Record, int | None], ...]:
        return tuple(
            (
                record,
                self._ports.wall_of(Moment(record.boot_id, Instant(record.monotonic_ns)))
                if record.clock is ClockQuality.UNKNOWN
                else record.wall_ns,
            )
            for record in self._in_memory
        )


def _numbered(dated: Sequence[tuple[Record, int | None]], first: int) -> tuple[ToldEvent, ...]:
    """Tell of events in memory under the numbers that they are about to get."""
    return tuple(
        told_from(record, number, wall_ns, delivered=False)
        for number, (record, wall_ns) in enumerate(dated, first)
    )


def _told(kept: Kept) -> ToldEvent:
    number = kept.record.number
    assert number is not None  # it was read from the journal
    return told_from(kept.record, number, kept.wall_ns, delivered=kept.delivered)


def _chosen(events: tuple[ToldEvent, ...], choice: Choice) -> tuple[ToldEvent, ...]:
    """Keep of what lies together what was asked for."""
    if choice.after is not None:
        return tuple(each for each in events if each.number > choice.after)[: choice.limit]
    if choice.before is not None:
        events = tuple(each for each in events if each.number < choice.before)
    return events[-choice.limit :]

"""Asks Modbus devices for people: one detector whole, or whoever may be there. It never writes."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from drivers.bus import BusDetector, BusPlan, Now
from drivers.modbus.codec import (
    BIT_TABLES,
    Block,
    NotANumberError,
    NoValueError,
    block_of,
    decoder,
    place_in,
)
from drivers.modbus.device import ModbusPoint, ModbusProfile
from drivers.modbus.line import Line, NoAnswerError, RefusedError
from drivers.modbus.marks import mark_agrees, mark_block, mark_text
from drivers.modbus.numbers import Words
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.pace import pace_of
from drivers.modbus.question import reading
from drivers.modbus.scan_line import Outcome, Reply
from drivers.modbus.station import stations_of
from drivers.probe import Exchange, Seen, Shown, Sort
from rules.instant import Duration, Instant
from rules.reading import FaultCause, Measurement

Answers = dict[Block, Words]


async def read_once(plan: BusPlan, now: Now) -> Seen:
    """Ask the one detector of a plan for all that its profile names.

    Raises:
        LineDownError: the line does not open, or is lost.
    """
    (detector,) = plan.detectors
    asking = _Asking(plan.options, detector, now)
    try:
        await asking.open()
        measurements = await _measure(asking, detector)
        profile: ModbusProfile = detector.profile.device
        if asking.answers:  # whoever is silent is not asked for his name
            for mark in profile.marks.values():
                await asking.ask(mark_block(mark))
    finally:
        await asking.close()
    shown = tuple(_shown(profile, detector.options.register_offset, asking.answers))
    return Seen(exchanges=tuple(asking.exchanges), shown=shown, measurements=measurements)


async def open_scan_line(options: ModbusBusOptions, now: Now) -> "OpenScanLine":
    """Open a line for a search.

    Raises:
        LineDownError: it does not open.
    """
    line = OpenScanLine(options, now)
    await line.open()
    return line


class OpenScanLine:
    """An open line: see drivers.modbus.scan_line.ScanLine."""

    def __init__(self, options: ModbusBusOptions, now: Now) -> None:
        self._line = Line(options, now)

    @property
    def echoes(self) -> bool:
        """Whether the line says again what it is told, as far as was seen."""
        return bool(self._line.echoes)

    async def open(self) -> None:
        """Open it; see open_scan_line."""
        try:
            await self._line.open()
        except BaseException:
            await self.close()
            raise

    async def read(self, unit: int, block: Block) -> Outcome:
        """Ask a unit once."""
        try:
            words = await self._line.ask(reading(self._line.options, unit, block))
        except RefusedError as error:
            return Outcome(reply=Reply.EXCEPTION, code=error.code, detail=error.detail)
        except NoAnswerError as error:
            if error.cause is FaultCause.NO_REPLY:
                return Outcome(reply=Reply.NOTHING, detail=error.detail)
            sent, received = self._line.exchanged
            if received == sent:  # an echo, which needs nobody who answers
                return Outcome(reply=Reply.NOTHING, detail=error.detail)
            return Outcome(reply=Reply.GARBLED, detail=error.detail)
        return Outcome(reply=Reply.WORDS, words=words[: block.count])

    async def close(self) -> None:
        """Free it."""
        self._line.close()
        await asyncio.sleep(0)  # asyncio closes a TCP socket in its next turn


class _Asking:
    """Asks one unit, and keeps what was said."""

    def __init__(self, options: ModbusBusOptions, detector: BusDetector, now: Now) -> None:
        self.exchanges: list[Exchange] = []
        self.answers: Answers = {}
        self._unit: int = detector.options.unit
        self._pace = pace_of(options, [detector])
        self._now = now
        self._line = Line(options, now)

    async def open(self) -> None:
        await self._line.open()

    async def close(self) -> None:
        self._line.close()
        await asyncio.sleep(0)

    async def ask(self, block: Block) -> NoAnswerError | RefusedError | None:
        """Ask for a block, once; give why there is no answer."""
        if block in self.answers:
            return None
        question = reading(self._line.options, self._unit, block, self._pace)
        began = self._now()
        failure: NoAnswerError | RefusedError | None = None
        try:
            self.answers[block] = await self._line.ask(question)
        except (NoAnswerError, RefusedError) as error:
            failure = error
        asked, answered = self._line.exchanged
        self.exchanges.append(
            Exchange(
                about=question.text,
                asked=asked,
                answered=answered,
                took=Duration(self._now() - began),
                wrong="" if failure is None else failure.detail,
            )
        )
        return failure

    def now(self) -> Instant:
        return self._now()


async def _measure(asking: _Asking, detector: BusDetector) -> tuple[Measurement, ...]:
    """Ask as the gateway does, and give what it would tell the core."""
    (station,) = stations_of([detector])
    (subject,) = station.subjects
    replies: list[Words] = []
    arrivals: list[Instant] = []
    for block in station.blocks:
        failure = await asking.ask(block)
        if isinstance(failure, NoAnswerError):
            return (subject.failed(failure.cause, failure.detail, asking.now()),)
        if failure is not None:
            cause = FaultCause.EXCEPTION_REPLY
            return (subject.failed(cause, failure.detail, asking.now()),)
        replies.append(asking.answers[block])
        arrivals.append(asking.now())
    return tuple(subject.measurements(replies, arrivals))


@dataclass(frozen=True, slots=True)
class _Named:
    """A number that the profile names, and what its values mean."""

    sort: Sort
    name: str
    point: ModbusPoint
    words: Mapping[str, str] = field(default_factory=dict)
    lowest: int = 0


def _named(profile: ModbusProfile) -> Iterator[_Named]:
    for name, point in profile.points.items():
        yield _Named(Sort.VALUE, name, point)
    for sort, signs in (
        (Sort.FAULT, profile.faults),
        (Sort.INHIBIT, profile.inhibits),
        (Sort.WARNING, profile.warnings),
    ):
        for name, sign in signs.items():
            yield _Named(sort, name, sign.as_point(), sign.words, sign.lowest)
    if profile.state is not None:
        yield _Named(Sort.STATE, "state", profile.state.as_point(), profile.state.meanings)
    if profile.heartbeat is not None:
        yield _Named(Sort.HEARTBEAT, "heartbeat", profile.heartbeat.as_point())


def _shown(profile: ModbusProfile, offset: int, answers: Answers) -> Iterator[Shown]:
    """Give all that the profile names, as far as it was answered."""
    for named in _named(profile):
        block = block_of(named.point, offset)
        asked = list(answers)
        with suppress(ValueError):  # it was not answered
            index, at = place_in(asked, block)
            yield _shown_number(named, block, answers[asked[index]], at)
    for name, mark in profile.marks.items():
        block = mark_block(mark)
        if block in answers:
            words = answers[block]
            yield Shown(
                sort=Sort.MARK,
                name=name,
                place=str(block),
                raw=_in_hex(block, words),
                words=mark_text(mark, words),
                is_set=mark_agrees(mark, words),
            )


def _shown_number(named: _Named, block: Block, words: Words, at: int) -> Shown:
    try:
        number: float | None = decoder(named.point, at)(words)
        said = ""
    except (NotANumberError, NoValueError) as error:
        number, said = None, str(error)
    is_set = None
    if named.sort in (Sort.FAULT, Sort.INHIBIT, Sort.WARNING):
        is_set = number is not None and number >= named.lowest
    if is_set is not False and number is not None:
        said = _word(named.words, number)
    return Shown(
        sort=named.sort,
        name=named.name,
        place=str(block),
        raw=_in_hex(block, words[at : at + block.count]),
        number=number,
        words=said,
        is_set=is_set,
    )


def _word(words: Mapping[str, str], number: float | None) -> str:
    return next((str(word) for text, word in words.items() if int(text, 0) == number), "")


def _in_hex(block: Block, words: Words) -> str:
    digits = 1 if block.table in BIT_TABLES else 4
    return " ".join(f"{int(word):0{digits}X}" for word in words[: block.count])

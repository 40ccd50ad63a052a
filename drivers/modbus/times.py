"""How long a change at a Modbus device may take to be a reading.

    a question on a serial line
        request | 3.5 characters | the device's own time | answer | 3.5 characters

A device that has just been read is due again one period later. It then waits, at worst, for the
turn that is under way, for every other device and every coil once, and for one dead unit; and it is
asked itself. The order is that of drivers.schedule: nobody is asked twice before one that is due.
An ordinary device behind alarm points waits longer where the line has no room for all of them.

A device's own time is not known. A sound one is taken to answer within ANSWER, or within
`reply_within` where that is shorter: on lines with slow devices count more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drivers.bus import BusPlan
from drivers.modbus.codec import BIT_TABLES, Block, character_time, silence_between_frames
from drivers.modbus.options import (
    ModbusBusOptions,
)
from drivers.modbus.station import Station, stations_of
from drivers.schedule import (
    GAP_PATIENCE,
    JITTER_SHARE,
    LONGEST_BACK_OFF,
    ORDINARY_PATIENCE,
)
from drivers.times import DetectorTimes, Stretch, Wait
from rules.instant import Duration, seconds

ANSWER: Final = seconds(0.1)
"""Devices that were looked at take from 10 ms to 100 ms."""

REQUEST: Final = 8  # characters: unit, function, address, count or value, checksum
ANSWER_FRAME: Final = 5  # unit, function, count of bytes, checksum; the data comes besides
SILENCES: Final = 2  # behind the request and behind the answer
LATE_ANSWER: Final = seconds(5)
"""For so long a unit that failed is left alone on a serial line, at most (or three `reply_within`,
where those are longer): see drivers.modbus.bus, which this must not import."""
LATE_ANSWER_REPLIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one station, or one coil, costs its line.

    Attributes:
        unit: whom it asks.
        takes: all its questions answered.
        dead: the one question that gets no answer.
        alarm: whether it goes before others.
    """

    unit: int
    takes: Duration
    dead: Duration
    alarm: bool


def times_of(plan: BusPlan) -> Mapping[str, DetectorTimes]:
    """Give the times of each detector on a line or a host."""
    options: ModbusBusOptions = plan.options
    stations = stations_of(plan.detectors)
    turns = [_turn(options, station) for station in stations]
    coils = [_coil(options, output.options.unit) for output in plan.outputs]
    shortest = min((station.detectors[0].every for station in stations), default=Duration(0))
    times: dict[str, DetectorTimes] = {}
    for own, station in zip(turns, stations, strict=True):
        every = station.detectors[0].every
        waits = _waits(own, every, [*turns, *coils], shortest)
        change = (Stretch(Wait.PERIOD, every), *waits)
        detector_times = DetectorTimes(
            change=change,
            failures=_failures(options, own, change, every),
            apart=every,
        )
        times |= dict.fromkeys((detector.id for detector in station.detectors), detector_times)
    return times


def question_time(options: ModbusBusOptions, answer_frame: int) -> Duration:
    """Give how long a question takes whose answer has so many characters, and is given."""
    return Duration(
        _wire(options, REQUEST + answer_frame, SILENCES) + min(ANSWER, options.reply_within)
    )


def _wire(options: ModbusBusOptions, characters: int, silences: int) -> int:
    """Give how long characters and silences take: nothing on a network that is fast beside them."""
    if options.host is not None:
        return 0
    silence = silence_between_frames(options)
    return characters * character_time(options) + silences * silence


def _answer_frame(block: Block) -> int:
    data = (block.count + 7) // 8 if block.table in BIT_TABLES else 2 * block.count
    return ANSWER_FRAME + data


def _turn(options: ModbusBusOptions, station: Station) -> _Turn:
    frames = [_answer_frame(block) for block in station.blocks]
    return _Turn(
        unit=station.unit,
        takes=Duration(sum(question_time(options, frame) for frame in frames)),
        dead=_unanswered(options, max(frames)),
        alarm=any(detector.alarm for detector in station.detectors),
    )


def _coil(options: ModbusBusOptions, unit: int) -> _Turn:
    """Make the turn in which a coil is written: the answer repeats the request."""
    takes, dead = question_time(options, REQUEST), _unanswered(options, REQUEST)
    return _Turn(unit=unit, takes=takes, dead=dead, alarm=True)


def _unanswered(options: ModbusBusOptions, frame: int) -> Duration:
    """Give how long a question holds the line that gets no answer, its silence included."""
    return Duration(options.reply_within + _wire(options, REQUEST + frame, 1))


def _waits(
    own: _Turn, every: Duration, turns: Sequence[_Turn], shortest: Duration
) -> tuple[Stretch, ...]:
    """Give what a station that is due waits for, until it has been asked."""
    others = [turn for turn in turns if turn is not own]
    # Its own last turn may be under way still, where that takes longer than its period.
    before = turns if own.takes > every else others
    under_way = max((turn.takes for turn in before), default=0)
    once = sum(turn.takes for turn in turns)
    dead = max((turn.dead for turn in others if turn.unit != own.unit), default=0)
    waits = [Stretch(Wait.LINE, Duration(once + under_way))]
    if dead:
        waits.append(Stretch(Wait.DEAD_UNIT, Duration(dead)))
    if not own.alarm and once + under_way + dead > shortest:
        # After its patience an ordinary one goes in every other turn, those before it likewise.
        ordinary = sum(not turn.alarm for turn in turns)
        between = ordinary * max((turn.takes for turn in turns if turn.alarm), default=0)
        waits.append(Stretch(Wait.FULL_LINE, Duration(ORDINARY_PATIENCE + between)))
    return tuple(waits)


def _failures(
    options: ModbusBusOptions, own: _Turn, change: Sequence[Stretch], every: Duration
) -> tuple[Duration, Duration, Duration]:
    """Give by when a unit that fell silent has failed once, twice and three times.

    It is asked again after a back-off that doubles, and then in a gap or when its patience is over.
    """
    hold = 0 if options.host else max(LATE_ANSWER, LATE_ANSWER_REPLIES * options.reply_within)
    attempt = sum(stretch.takes for stretch in change[1:]) + own.dead
    first = every + attempt
    told = [first]
    for doublings in (0, 1):
        back_off = max(every, min(every << doublings, LONGEST_BACK_OFF))
        longest = max(back_off + int(JITTER_SHARE * back_off), hold)
        told.append(told[-1] + longest + GAP_PATIENCE + attempt)
    one, two, three = told
    return Duration(one), Duration(two), Duration(three)

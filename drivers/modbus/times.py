"""How long a change at a Modbus device may take to be a reading.

    a question on a serial line
        request | 3.5 characters | the device's own time | answer | 3.5 characters, or turn_around

A device that has just been read is due again one period later. It then waits, at worst, for the
turn that is under way, for every other device and every coil once, and for one dead unit; and it is
asked itself. The order is that of drivers.schedule: nobody is asked twice before one that is due.
An ordinary device behind alarm points waits longer where the line has no room for all of them.

That alarm points are asked ahead of their time where the line has room makes it quicker, and is not
counted: the line may be full. A turn ahead of its time that is under way is one turn as any other;
where it gets no answer, it is the dead unit's.

A device's own time is not known. A sound one is taken to answer within ANSWER, or within
`reply_within` where that is shorter: on lines with slow devices count more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drivers.bus import BusPlan
from drivers.modbus.codec import BIT_TABLES, Block, silence_between_frames
from drivers.modbus.late_answer import left_alone
from drivers.modbus.options import ModbusBusOptions, ModbusOutputOptions, WriteFunction
from drivers.modbus.pace import (
    REQUEST_BYTES,
    Pace,
    attempt,
    pace_of,
    pace_of_output,
    wire_time,
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

WRITE_FRAME: Final = 8  # the answer to a write: unit, function, address, value, checksum
WRITE_REQUEST: Final = {WriteFunction.SINGLE: 8, WriteFunction.MULTIPLE: 11}
ANSWER_FRAME: Final = 5  # unit, function, count of bytes, checksum; the data comes besides


@dataclass(frozen=True, slots=True)
class Turn:
    """What one station, or one output, costs its line.

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
    turns = [turn_of(options, station) for station in stations]
    outputs = [_turn_of_output(options, output.options) for output in plan.outputs]
    shortest = min((station.detectors[0].every for station in stations), default=Duration(0))
    times: dict[str, DetectorTimes] = {}
    for own, station in zip(turns, stations, strict=True):
        every = station.detectors[0].every
        waits = _waits(own, every, [*turns, *outputs], shortest)
        change = (Stretch(Wait.PERIOD, every), *waits)
        reply_within = pace_of(options, station.detectors).reply_within
        hold = left_alone(options, reply_within, has_twins=True)
        detector_times = DetectorTimes(
            change=change,
            failures=_failures(own, change, every, hold),
            apart=every,
        )
        times |= dict.fromkeys((detector.id for detector in station.detectors), detector_times)
    return times


def turn_of(options: ModbusBusOptions, station: Station) -> Turn:
    """Give what a turn of a station costs its line."""
    pace = pace_of(options, station.detectors)
    frames = [_answer_frame(block) for block in station.blocks]
    return Turn(
        unit=station.unit,
        takes=Duration(sum(_answered(options, pace, REQUEST_BYTES, frame) for frame in frames)),
        dead=_unanswered(options, pace, REQUEST_BYTES, max(frames)),
        alarm=any(detector.alarm for detector in station.detectors),
    )


def _turn_of_output(options: ModbusBusOptions, output: ModbusOutputOptions) -> Turn:
    """Give what it costs to write an output."""
    pace, request = pace_of_output(options, output), WRITE_REQUEST[output.write]
    return Turn(
        unit=output.unit,
        takes=_answered(options, pace, request, WRITE_FRAME),
        dead=_unanswered(options, pace, request, WRITE_FRAME),
        alarm=True,
    )


def _answered(options: ModbusBusOptions, pace: Pace, request: int, answer: int) -> Duration:
    """Give how long a question takes that is answered: so many characters, and so many back."""
    silence = _silence(options)
    own = min(ANSWER, pace.reply_within)
    rest = max(silence, pace.turn_around)
    return Duration(wire_time(options, request + answer) + silence + own + rest)


def _unanswered(options: ModbusBusOptions, pace: Pace, request: int, answer: int) -> Duration:
    """Give how long a question holds the line that gets no answer, the rest behind it included."""
    rest = max(_silence(options), pace.turn_around)
    return Duration(attempt(options, pace, request, answer) + rest)


def _silence(options: ModbusBusOptions) -> Duration:
    """Give the silence that parts frames: none on a network, which has no need of it."""
    return Duration(0) if options.numbered else silence_between_frames(options)


def _answer_frame(block: Block) -> int:
    data = (block.count + 7) // 8 if block.table in BIT_TABLES else 2 * block.count
    return ANSWER_FRAME + data


def _waits(
    own: Turn, every: Duration, turns: Sequence[Turn], shortest: Duration
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
    own: Turn, change: Sequence[Stretch], every: Duration, hold: Duration
) -> tuple[Duration, Duration, Duration]:
    """Give by when a unit that fell silent has failed once, twice and three times.

    It is asked again after a back-off that doubles, and then in a gap or when its patience is over.
    """
    tried = sum(stretch.takes for stretch in change[1:]) + own.dead
    first = every + tried
    told = [first]
    for doublings in (0, 1):
        back_off = max(every, min(every << doublings, LONGEST_BACK_OFF))
        longest = max(back_off + int(JITTER_SHARE * back_off), hold)
        told.append(told[-1] + longest + GAP_PATIENCE + tried)
    one, two, three = told
    return Duration(one), Duration(two), Duration(three)

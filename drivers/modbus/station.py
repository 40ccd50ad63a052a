"""What one turn of one unit asks for, and what its replies say of each detector.

Detectors of one unit that are read equally often share their requests: eight contacts of an input
module are one question. Where the unit refuses a shared block, each detector gets blocks of its
own, so that a wrong address in one of them costs the others nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.bus import BusDetector
from drivers.modbus.codec import (
    Block,
    Decoder,
    NotANumberError,
    NoValueError,
    Words,
    block_of,
    decoder,
    place_in,
    read_plan,
)
from drivers.modbus.device import (
    ModbusPoint,
    ModbusProfile,
)
from rules.instant import Instant
from rules.reading import FailedPoll, FaultCause, Measurement, Reading


@dataclass(frozen=True, slots=True)
class Placed:
    """A named point, the block of the station that holds it and its decoder."""

    name: str
    block: int
    decode: Decoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A detector of a station.

    Attributes:
        detector: its id.
        unit: the unit that it is.
        values: one for each quantity.
        faults: the bits by which it reports its own faults.
        blocks: the indices of all blocks that it needs.
    """

    detector: str
    unit: int
    values: tuple[Placed, ...]
    faults: tuple[Placed, ...]
    blocks: frozenset[int]

    def measurements(
        self, replies: Sequence[Words], arrivals: Sequence[Instant]
    ) -> list[Measurement]:
        """Give a reading for each quantity, or the one reason why there is none."""
        if self.faults:
            named = [fault.name for fault in self.faults if fault.decode(replies[fault.block])]
            if named:
                detail = f"unit {self.unit} reports " + ", ".join(named)
                return [self.failed(FaultCause.DEVICE_FAULT, detail, max(arrivals))]
        readings: list[Measurement] = []
        for value in self.values:
            block = value.block
            try:
                number = value.decode(replies[block])
            except NotANumberError as error:
                detail = f"unit {self.unit}, {value.name}: {error}"
                return [self.failed(FaultCause.BAD_REPLY, detail, arrivals[block])]
            except NoValueError as error:
                detail = f"unit {self.unit}, {value.name}: {error}"
                return [self.failed(FaultCause.DEVICE_FAULT, detail, arrivals[block])]
            readings.append(Reading(self.detector, value.name, number, arrivals[block]))
        return readings

    def failed(self, cause: FaultCause, detail: str, at: Instant) -> FailedPoll:
        """Say that the detector gave no value."""
        return FailedPoll(self.detector, cause, detail, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A unit's detectors of one period, and the blocks that cover them."""

    unit: int
    detectors: tuple[BusDetector, ...]
    blocks: tuple[Block, ...]
    subjects: tuple[Subject, ...]

    def ready_after(self, block: int) -> tuple[Subject, ...]:
        """Give the detectors that need no block beyond this one, and need this one."""
        return tuple(subject for subject in self.subjects if max(subject.blocks) == block)

    def taken_apart(self) -> "Station":
        """Give the same station with blocks of its own for each detector."""
        return _station(self.unit, self.detectors, [(detector,) for detector in self.detectors])


def stations_of(detectors: Sequence[BusDetector]) -> list[Station]:
    """Group the detectors of a bus by unit and period."""
    groups: dict[tuple[int, int], list[BusDetector]] = {}
    for detector in detectors:
        groups.setdefault((detector.options.unit, detector.every), []).append(detector)
    return [_station(unit, tuple(group), [tuple(group)]) for (unit, _), group in groups.items()]


def _station(
    unit: int, detectors: tuple[BusDetector, ...], shares: Sequence[tuple[BusDetector, ...]]
) -> Station:
    """Make a station; the detectors of one share are read by the same blocks."""
    blocks: list[Block] = []
    subjects: list[Subject] = []
    for share in shares:
        plan = read_plan(block_of(*found) for detector in share for found in _points(detector))
        subjects += [_subject(unit, detector, plan, len(blocks)) for detector in share]
        blocks += plan
    return Station(unit=unit, detectors=detectors, blocks=tuple(blocks), subjects=tuple(subjects))


def _points(detector: BusDetector) -> list[tuple[ModbusPoint, int]]:
    """Give all points of a detector, each with the detector's register offset."""
    profile: ModbusProfile = detector.profile.device
    return [(point, detector.options.register_offset) for point in profile.all_points.values()]


def _subject(unit: int, detector: BusDetector, plan: Sequence[Block], first: int) -> Subject:
    """Make a subject whose plan's blocks are those of the station from number `first` on."""
    profile: ModbusProfile = detector.profile.device

    def placed(name: str, point: ModbusPoint) -> Placed:
        index, at = place_in(plan, block_of(point, detector.options.register_offset))
        return Placed(name, first + index, decoder(point, at))

    values = tuple(placed(*item) for item in profile.points.items())
    faults = tuple(placed(name, fault.as_point()) for name, fault in profile.faults.items())
    return Subject(
        detector=detector.id,
        unit=unit,
        values=values,
        faults=faults,
        blocks=frozenset(point.block for point in (*values, *faults)),
    )

"""What one turn of one unit asks for, and what its replies say of each detector.

Detectors of one unit that are read equally often share their requests: eight contacts of an input
module are one question. Where the unit refuses a shared block, each detector gets blocks of its
own, so that a wrong address in one of them costs the others nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.bus import BusDetector
from drivers.modbus.codec import Block, NotANumberError, NoValueError, Words, block_of, read_plan
from drivers.modbus.device import ModbusProfile
from drivers.modbus.placed import Placed, Places
from drivers.modbus.self_report import Pulse, SelfReport, self_report
from rules.instant import Instant
from rules.reading import FailedPoll, FaultCause, Measurement, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A detector of a station.

    Attributes:
        detector: its id.
        unit: the unit that it is.
        values: one for each quantity.
        report: what it says of itself; None where its profile names nothing of that.
        blocks: the indices of all blocks that it needs.
    """

    detector: str
    unit: int
    values: tuple[Placed, ...]
    report: SelfReport | None
    blocks: frozenset[int]

    def measurements(
        self, replies: Sequence[Words], arrivals: Sequence[Instant]
    ) -> list[Measurement]:
        """Give a reading for each quantity, or the one reason why there is none.

        Where the device wants attention, that goes before the readings: see FailedPoll.
        """
        report = self.report
        if report is not None and (reason := report.reason(replies, arrivals)) is not None:
            return [self.failed(*reason, max(arrivals[block] for block in report.blocks))]
        readings: list[Measurement] = []
        for value in self.values:
            at = arrivals[value.block]
            try:
                number = value.number_in(replies)
            except NotANumberError as error:
                return [self.failed(FaultCause.BAD_REPLY, f"unit {self.unit}, {error}", at)]
            except NoValueError as error:
                return [self.failed(FaultCause.DEVICE_FAULT, f"unit {self.unit}, {error}", at)]
            readings.append(Reading(self.detector, value.name, number, at))
        if report is not None and (warning := report.warning(replies)):
            newest = max(arrivals[block] for block in self.blocks)
            return [self.failed(FaultCause.DEVICE_WARNING, warning, newest), *readings]
        return readings

    def failed(self, cause: FaultCause, detail: str, at: Instant) -> FailedPoll:
        """Say that the detector gave no value, or, of a warning, that it wants attention."""
        return FailedPoll(self.detector, cause, detail, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A unit's detectors of one period, and the blocks that cover them.

    Attributes:
        pulses: by detector, what was last seen of its heartbeat.
    """

    unit: int
    detectors: tuple[BusDetector, ...]
    blocks: tuple[Block, ...]
    subjects: tuple[Subject, ...]
    pulses: Mapping[str, Pulse]

    def ready_after(self, block: int) -> tuple[Subject, ...]:
        """Give the detectors that need no block beyond this one, and need this one."""
        return tuple(subject for subject in self.subjects if max(subject.blocks) == block)

    def taken_apart(self) -> "Station":
        """Give the same station with blocks of its own for each detector."""
        shares = [(detector,) for detector in self.detectors]
        return _station(self.unit, self.detectors, shares, self.pulses)


def stations_of(detectors: Sequence[BusDetector]) -> list[Station]:
    """Group the detectors of a bus by unit and period."""
    groups: dict[tuple[int, int], list[BusDetector]] = {}
    for detector in detectors:
        groups.setdefault((detector.options.unit, detector.every), []).append(detector)
    return [
        _station(unit, tuple(group), [tuple(group)], {each.id: Pulse() for each in group})
        for (unit, _), group in groups.items()
    ]


def _station(
    unit: int,
    detectors: tuple[BusDetector, ...],
    shares: Sequence[tuple[BusDetector, ...]],
    pulses: Mapping[str, Pulse],
) -> Station:
    """Make a station; the detectors of one share are read by the same blocks."""
    blocks: list[Block] = []
    subjects: list[Subject] = []
    for share in shares:
        plan = _plan_of(share)
        for detector in share:
            places = Places(plan, len(blocks), detector.options.register_offset)
            subjects.append(_subject(unit, detector, places, pulses[detector.id]))
        blocks += plan
    return Station(
        unit=unit,
        detectors=detectors,
        blocks=tuple(blocks),
        subjects=tuple(subjects),
        pulses=pulses,
    )


def _plan_of(share: Sequence[BusDetector]) -> tuple[Block, ...]:
    """Plan the reading of some detectors of a unit, within the least that one of them allows."""
    devices = [_device(detector) for detector in share]
    return read_plan(
        (
            block_of(point, detector.options.register_offset)
            for detector in share
            for point in _device(detector).all_points.values()
        ),
        most_registers=min(device.most_registers for device in devices),
        most_bits=min(device.most_bits for device in devices),
    )


def _subject(unit: int, detector: BusDetector, places: Places, pulse: Pulse) -> Subject:
    device = _device(detector)
    values = tuple(places.place(*item) for item in device.points.items())
    report = self_report(unit, device, places, pulse)
    return Subject(
        detector=detector.id,
        unit=unit,
        values=values,
        report=report,
        blocks=frozenset(point.block for point in values).union(report.blocks if report else ()),
    )


def _device(detector: BusDetector) -> ModbusProfile:
    device: ModbusProfile = detector.profile.device
    return device

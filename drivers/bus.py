"""What a driver promises to the gateway, and the gateway to a driver.

A driver folder holds `options.py` (frozen dataclasses of what a site file and a profile may say,
no hardware import, so that `firegw check` works on a laptop) and `bus.py` (the hardware). The
registry names both.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol

from rules.instant import Duration, Instant
from rules.profile import Profile
from rules.reading import Measurement


class LineDownError(Exception):
    """The bus as a whole cannot be used.

    The supervisor tells the core that the bus is down, waits with back-off, and runs it anew. Its
    text says the port or host, what was seen and what to look at.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class BusDetector:
    """One detector as its bus sees it.

    Attributes:
        id: the detector's id.
        profile: its model; profile.device is of the driver's profile type.
        every: how often it is to be read.
        alarm: whether a rule that raises an alarm names it: it goes before others.
        options: of the driver's detector options type.
    """

    id: str
    profile: Profile
    every: Duration
    alarm: bool
    options: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class BusOutput:
    """One output as its bus sees it: options are of the driver's output options type."""

    id: str
    options: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class BusPlan:
    """All that a bus is to do.

    Attributes:
        id: the bus's id.
        options: of the driver's bus options type.
        detectors: those on this bus.
        outputs: likewise.
    """

    id: str
    options: Any
    detectors: tuple[BusDetector, ...]
    outputs: tuple[BusOutput, ...]


Deliver = Callable[[Measurement], None]
"""Takes one measurement. Never blocks, never raises; called in the event loop's thread only."""

Now = Callable[[], Instant]
"""The monotonic clock."""


class Bus(Protocol):
    """A running bus. All its methods are called in the event loop's thread.

    `run` opens the port, delivers BusUp, then measures for ever: one Reading for each quantity of a
    detector at each poll, or one FailedPoll for the detector; only a DEVICE_WARNING goes before the
    Readings of its poll. It may look more often than once in a period, and of what it sees in
    between deliver only what is news. Where a port that opens does not show that anybody is there,
    as a TCP connection, BusUp is delivered with the first answer. Each attempt ends within a bound.
    It raises LineDownError where the bus as a whole fails, and after it was cancelled the port is
    closed. It may be run again after it ended.

    `set_output` never blocks. The newest level of each output is what counts; a level set while the
    port is closed is written once it is open. OutputUp is delivered once an output has taken its
    level: for the first time in a run, and again after an OutputDown. An output that cannot be
    written is an OutputDown where the rest of the bus still works, and is tried again; else it ends
    `run` with LineDownError.

    `close` leaves each output at its stated level on exit and frees the hardware.
    """

    async def run(self) -> None:
        """Measure until cancelled."""

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output."""

    def close(self) -> None:
        """Leave the hardware as it should be found by the next who opens it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that an entry of a site file takes for itself alone: a line, a port, an address.

    Two buses of a site must not claim the same, nor two entries of one bus.

    Attributes:
        field: the option that says so, or empty where the entry as a whole does.
        what: for people and for comparison, as "GPIO line 17".
        shared_by: those whose claims of the same say the same here share it; empty where nobody
            does.
    """

    field: str
    what: str
    shared_by: str = ""


def claim_nothing(*_: Any) -> tuple[Claim, ...]:
    """Take nothing for itself alone."""
    return ()


def measure_anything(_: Any) -> frozenset[str] | None:
    """Leave it to the profile's quantities."""
    return None


def no_bits(_: Any) -> frozenset[str]:
    """Leave every quantity to be a number."""
    return frozenset()


def accept_any(*_: Any) -> None:
    """Find no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverKind:
    """What a driver understands, and where its hardware part lives.

    Attributes:
        bus_options: dataclass of what a bus entry of the site file may say.
        detector_options: dataclass of what a detector entry may say beyond the common fields.
        output_options: likewise for outputs, or None where the driver drives none.
        profile: dataclass of the driver's part of a profile, or None where it needs none.
        bus_module: the module with the function `open_bus(plan, deliver, now) -> Bus`; imported
            only when a site uses the driver.
        bus_claims: given a bus's options, what it takes for itself alone.
        detector_claims: likewise, given a detector's options and its profile's id.
        output_claims: likewise, given an output's options.
        measures: given a profile's driver part, the quantities that it says how to read, which must
            be those of the profile; None where the driver can measure whatever it is told to.
        bits: given a profile's driver part, the quantities that it can only give as 0 or 1: such a
            one cannot tell the level of a loop.
        check_detector: given a detector's options and its profile's driver part, raises
            InvalidSettingError with a field of the options where the two do not fit.
        probe_module: the module with the function `read_once(plan, now) -> drivers.probe.Seen`;
            imported only by a command that asks for it. Empty where there is nothing to look at.
        check_placed: given a bus's options, those of a detector or an output on it, and the
            quantities of the detector's profile (None for an output), raises InvalidSettingError
            with a field of the detector's or output's options where they do not fit.
    """

    bus_options: type
    detector_options: type
    output_options: type | None
    profile: type | None
    bus_module: str
    bus_claims: Callable[[Any], tuple[Claim, ...]] = claim_nothing
    detector_claims: Callable[[Any, str], tuple[Claim, ...]] = claim_nothing
    output_claims: Callable[[Any], tuple[Claim, ...]] = claim_nothing
    measures: Callable[[Any], frozenset[str] | None] = measure_anything
    bits: Callable[[Any], frozenset[str]] = no_bits
    check_detector: Callable[[Any, Any], None] = accept_any
    probe_module: str = ""
    check_placed: Callable[[Any, Any, Collection[str] | None], None] = accept_any


class OpenBus(Protocol):
    """The signature of each bus module's `open_bus`. It touches no hardware: `run` does."""

    def __call__(self, plan: BusPlan, deliver: Deliver, now: Now) -> Bus:
        """Make a bus."""

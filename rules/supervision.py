"""The health of one detector: what of its readings can be believed, and what is a fault.

A detector can have several faults at once, one of each kind; each is entered and left on its own.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final

from rules.garbled import GARBLED, GarbledAnswers
from rules.health import Health, HealthState
from rules.instant import Duration, Instant, in_seconds, seconds
from rules.profile import DetectorKind
from rules.reading import FaultCause
from rules.site import DetectorDefinition
from rules.value_watch import ValueWatch

FAILURES_TO_FAULT: Final = 3
"""Failed attempts in a row that make a fault, unless FAULT_AFTER comes first."""

FAULT_AFTER: Final = seconds(10)
"""Time without a good answer that makes a fault, of two failed attempts at least.

One alone may be the first after a pause of the gateway, or of a detector that is read seldom.
"""

LONGEST_SILENCE: Final = seconds(95)
"""Whatever a site says: EN 54-2 allows 100 s to tell a fault, the look and the way included."""

LONGEST_WARM_UP: Final = seconds(600)
"""A device that says for longer that it warms up, and longer than twice its model needs, will not
get warm."""

TOLD_BY_THE_DEVICE: Final = frozenset(
    {FaultCause.DEVICE_FAULT, FaultCause.INHIBITED, FaultCause.HEARTBEAT}
)
"""What is known with the first answer, and needs no second."""

WITHOUT_POWER: Final = frozenset({FaultCause.NO_REPLY, FaultCause.STALE})
"""Faults after which a detector may have been without power, and warms up anew."""


class FaultKind(Enum):
    """The faults of a detector that can stand at once, the gravest first."""

    REPLY = "reply"  # it does not answer, answers nonsense, or reports a fault of its own
    SIGNAL = "signal"  # its loop is cut, shorted or in none of its bands
    STUCK = "stuck"  # it gives the same value for too long
    RANGE = "range"  # its value lies outside its range
    CHATTER = "chatter"  # its contact goes on and off too often; its value counts
    WARNING = "warning"  # it says that it wants attention; its values count
    LINE = "line"  # too many of its answers come garbled; the others count
    LIFE = "life"  # its service life has ended; its values count

    @property
    def suffix(self) -> str:
        """What is put after the detector's source: faults of two kinds can stand at once."""
        return "" if self is FaultKind.REPLY else f"/{self.value}"


OF_VALUES: Final = (FaultKind.SIGNAL, FaultKind.STUCK, FaultKind.RANGE, FaultKind.CHATTER)
"""Faults that each reading enters or leaves."""

OF_ANSWERED: Final = (*OF_VALUES, FaultKind.WARNING, FaultKind.LINE, FaultKind.LIFE)
"""Faults of a detector that answers, the gravest first."""

WELL: Final = Health(HealthState.OK)

KIND_OF: Final[Mapping[FaultCause, FaultKind]] = MappingProxyType(
    {
        FaultCause.NO_REPLY: FaultKind.REPLY,
        FaultCause.BAD_CHECKSUM: FaultKind.REPLY,
        FaultCause.BAD_REPLY: FaultKind.REPLY,
        FaultCause.EXCEPTION_REPLY: FaultKind.REPLY,
        FaultCause.DEVICE_FAULT: FaultKind.REPLY,
        FaultCause.INHIBITED: FaultKind.REPLY,
        FaultCause.WARMING_UP: FaultKind.REPLY,
        FaultCause.HEARTBEAT: FaultKind.REPLY,
        FaultCause.STALE: FaultKind.REPLY,
        FaultCause.LOOP_LOW: FaultKind.SIGNAL,
        FaultCause.LOOP_HIGH: FaultKind.SIGNAL,
        FaultCause.LOOP_UNDEFINED: FaultKind.SIGNAL,
        FaultCause.OPEN_CIRCUIT: FaultKind.SIGNAL,
        FaultCause.SHORT_CIRCUIT: FaultKind.SIGNAL,
        FaultCause.STUCK: FaultKind.STUCK,
        FaultCause.OVER_RANGE: FaultKind.RANGE,
        FaultCause.IMPLAUSIBLE: FaultKind.RANGE,
        FaultCause.CHATTER: FaultKind.CHATTER,
        FaultCause.DEVICE_WARNING: FaultKind.WARNING,
        FaultCause.CHECKSUM_RATE: FaultKind.LINE,
        FaultCause.END_OF_LIFE: FaultKind.LIFE,
    }
)
"""What kind of fault a cause makes; a bus that is down is a fault of the bus."""


@dataclass(frozen=True, slots=True)
class FaultChange:
    """A fault entered (cause given) or left (cause None)."""

    kind: FaultKind
    cause: FaultCause | None
    detail: str


class DetectorSupervision:
    """Judges one detector. The engine asks; nothing here knows of rules or events."""

    def __init__(self, detector: DetectorDefinition, *, started: Instant, warming: bool) -> None:
        """Begin.

        Args:
            detector: whom.
            started: when this life of the gateway began.
            warming: whether it is the first since the boot: the detector may just have been
                powered up with the gateway. Where a later life begins so soon that it may still be
                warming up from then, it is taken to be.
        """
        call_point = detector.kind is DetectorKind.MANUAL_CALL_POINT
        self._detector = detector
        self._warm_up = Duration(0) if call_point else detector.warm_up
        self._silent_after = min(detector.stale_after, LONGEST_SILENCE)
        self._failures = 0
        self._mute = 0  # attempts in a row without any reply
        self._newest_failure: tuple[FaultCause, str] = (FaultCause.STALE, "")
        self._garbled = GarbledAnswers(started)
        self._last_good = started
        self._answered = False
        self._bus_down = False
        self._warm_until = Instant(self._warm_up)  # the clock counts from the boot
        self._warms_at_next_answer = warming
        self._says_warm_since: Instant | None = None  # the device itself, at each answer since
        self._warned_at = started
        self._longest_warm_up = max(LONGEST_WARM_UP, 2 * self._warm_up)
        self._faults: dict[FaultKind, tuple[FaultCause, str]] = {}  # each with its newest cause
        self._watches = {
            quantity: ValueWatch(
                quantity,
                limits,
                stuck_after=None if call_point else limits.stuck_after,  # it rests for years
                longest_gap=self._silent_after,
            )
            for quantity, limits in detector.quantities.items()
        }

    def restore_fault(self, kind: FaultKind, cause: FaultCause, detail: str) -> None:
        """Take a fault that stood before a restart; it is left as any other."""
        if KIND_OF.get(cause) is not kind:
            return
        self._faults[kind] = (cause, detail)
        self._warms_at_next_answer |= cause in WITHOUT_POWER
        if kind in OF_VALUES:
            for watch in self._watches.values():
                watch.restore(cause, detail)

    def continued(self) -> "DetectorSupervision":
        """Give one that goes on from here by itself, of the same detector."""
        lasting = (self._detector, *self._detector.quantities.values())
        return deepcopy(self, {id(each): each for each in lasting})

    # -- the present --------------------------------------------------------------------------

    def health(self, now: Instant) -> Health:
        """Give the detector's health; of a fault the newest cause, not that of its beginning."""
        if self._bus_down:
            return Health(HealthState.FAULTY, FaultCause.BUS_DOWN, f"bus {self._detector.bus}")
        if FaultKind.REPLY in self._faults:
            return Health(HealthState.FAULTY, *self._faults[FaultKind.REPLY])
        if not self._answered:
            return Health(HealthState.STARTING)
        if self.warming_up(now):
            return Health(HealthState.WARMING_UP)
        if self._faults:
            for kind in OF_ANSWERED:
                if kind in self._faults:
                    return Health(HealthState.FAULTY, *self._faults[kind])
        return WELL

    @property
    def silent(self) -> bool:
        """Whether it is known not to answer properly, or its bus not to carry an answer."""
        return self._bus_down or FaultKind.REPLY in self._faults

    @property
    def is_aging(self) -> bool:
        """Whether its service life ends some time, or has ended by what was known before."""
        return self._detector.service_ends_ns is not None or FaultKind.LIFE in self._faults

    def warming_up(self, now: Instant) -> bool:
        """Tell whether its values mean nothing yet."""
        return now < self._warm_until or self._says_warm_since is not None

    # -- readings -----------------------------------------------------------------------------

    def measured(
        self, quantity: str, value: float, at: Instant
    ) -> tuple[float | None, tuple[FaultChange, ...]]:
        """Take a reading of one of the detector's quantities.

        While it warms up its values mean nothing, neither that something is wrong with them nor
        that they are over-range; only a supervised loop is judged, whose wire warms up with nobody.

        Args:
            quantity: its name.
            value: what the driver measured.
            at: when.

        Returns:
            The value for the rules (infinite where over-range, None where it is not to be
            believed), and the changes of faults.
        """
        answered = self.answered(at)
        watch = self._watches[quantity]
        believed = None
        if not self.warming_up(at):
            believed = watch.judge(value, at)
        elif watch.is_of_a_wire:
            watch.judge(value, at)
        else:
            watch.pass_over()
        changes = self._follow(watch) if watch.findings or self._faults else []
        return believed, tuple(changes if answered is None else [answered, *changes])

    def answered(self, at: Instant) -> FaultChange | None:
        """Take a good answer, whatever its value."""
        if self._warms_at_next_answer:
            self._warms_at_next_answer = False
            if self._warm_up:
                self._warm_until = Instant(at + self._warm_up)
        self._says_warm_since = None
        self._heard(at)
        return self._leave(FaultKind.REPLY) or self._warning_over(at) or self._line_change(at)

    def failed(self, cause: FaultCause, detail: str, at: Instant) -> FaultChange | None:
        """Take a failed attempt; while the bus is down, its own fault says it all."""
        if self._bus_down:
            return None
        if cause is FaultCause.WARMING_UP:
            return self._says_it_warms(detail, at)
        if cause is FaultCause.DEVICE_WARNING:
            self._warned_at = at
            return self._enter(cause, detail)
        self._says_warm_since = None
        self._failures += 1
        self._mute = self._mute + 1 if cause is FaultCause.NO_REPLY else 0
        self._newest_failure = (cause, detail)
        if FaultKind.REPLY in self._faults:
            self._warms_at_next_answer |= self._mute >= FAILURES_TO_FAULT
            self._faults[FaultKind.REPLY] = (cause, detail)
            return None
        if cause in GARBLED:
            self._garbled.came(at)
        if (
            cause in TOLD_BY_THE_DEVICE
            or self._failures >= FAILURES_TO_FAULT
            or (self._failures > 1 and at - self._last_good >= FAULT_AFTER)
        ):
            return self._enter(cause, detail)
        return None

    def _says_it_warms(self, detail: str, at: Instant) -> FaultChange | None:
        """Take an answer by which the device itself says that its values mean nothing yet.

        Nobody knows it better: how long its model needs is not counted besides.
        """
        self._warms_at_next_answer = False
        self._heard(at)
        if self._says_warm_since is None:
            self._says_warm_since = at
        lasted = at - self._says_warm_since
        if lasted < self._longest_warm_up:
            return self._leave(FaultKind.REPLY)
        return self._enter(FaultCause.WARMING_UP, f"{detail}; for {in_seconds(lasted):.0f} s")

    def _warning_over(self, at: Instant) -> FaultChange | None:
        """Leave a warning that did not come with a later answer."""
        return self._leave(FaultKind.WARNING) if at > self._warned_at else None

    def _heard(self, at: Instant) -> None:
        self._failures = self._mute = 0
        self._last_good = max(self._last_good, at)
        self._answered = True

    # -- what comes with time -----------------------------------------------------------------

    def bus_went(self, *, down: bool, at: Instant) -> None:
        """Take that the detector's bus is down, or up again: then it has its time anew."""
        if self._bus_down and not down:
            self._failures = self._mute = 0
            self._last_good = max(self._last_good, at)
            self._answered = False
        self._bus_down = down

    def tick(self, now: Instant) -> FaultChange | None:
        """Find a detector that has been silent for too long; where it failed, say how."""
        if self.silent or now - self._last_good < self._silent_after:
            return None
        silence = f"for {in_seconds(now - self._last_good):.0f} s"
        if not self._failures:
            return self._enter(FaultCause.STALE, f"nothing heard {silence}")
        cause, detail = self._newest_failure
        return self._enter(cause, f"{detail}; no good answer {silence}")

    def wall(self, utc_ns: int) -> FaultChange | None:
        """Take what the wall clock says, where it can be trusted: a service life may have ended.

        Args:
            utc_ns: nanoseconds since 1970, UTC.
        """
        ends = self._detector.service_ends_ns
        if ends is None or utc_ns < ends:
            return self._leave(FaultKind.LIFE)
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=in_seconds(ends))
        return self._enter(FaultCause.END_OF_LIFE, f"its service life ended on {day:%Y-%m-%d}")

    # -- faults -------------------------------------------------------------------------------

    def _line_change(self, at: Instant) -> FaultChange | None:
        """Enter the fault of the line at an answer that came among too many garbled ones."""
        if FaultKind.LINE in self._faults:
            return self._leave(FaultKind.LINE) if self._garbled.are_few(at) else None
        detail = self._garbled.too_many(at)
        return self._enter(FaultCause.CHECKSUM_RATE, detail) if detail else None

    def _follow(self, newest: ValueWatch) -> list[FaultChange]:
        """Enter and leave the faults of values, after one of them was judged."""
        watches = (newest, *(each for each in self._watches.values() if each is not newest))
        changes: list[FaultChange | None] = []
        for kind in OF_VALUES:
            found = [
                finding
                for watch in watches
                for finding in watch.findings
                if KIND_OF[finding.cause] is kind
            ]
            fault = next((finding for finding in found if finding.is_fault), None)
            if fault is not None:
                changes.append(self._enter(fault.cause, fault.detail))
            elif not found:
                changes.append(self._leave(kind))
        return [change for change in changes if change is not None]

    def _enter(self, cause: FaultCause, detail: str) -> FaultChange | None:
        """Enter a fault; where one of its kind stands already, this is how it looks now."""
        kind = KIND_OF[cause]
        is_new = kind not in self._faults
        self._faults[kind] = (cause, detail)
        self._warms_at_next_answer |= cause in WITHOUT_POWER
        return FaultChange(kind, cause, detail) if is_new else None

    def _leave(self, kind: FaultKind) -> FaultChange | None:
        if self._faults.pop(kind, None) is None:
            return None
        return FaultChange(kind, None, "")

"""What people took out of service: detectors, zones, outputs. Each has an author and an end.

A disabled detector measures on, but to every rule it is unknown, never gone: a count does not
shrink by it, and its zone says that it is degraded. Manual call points cannot be disabled, neither
by themselves nor with their zone; nor can a fault relay.

The end is an instant of this boot. Over a reboot it is known by the wall clock only: until that is
known, what was left at the last word may pass, and no more than GRACE of it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from rules.condition import Condition
from rules.inheriting import take_over
from rules.instant import Duration, Instant, Moment, in_seconds, later, seconds
from rules.occurrence import Occurrence, Occurrences
from rules.operator import LONGEST_DISABLEMENT, Disable, Disabled, Enable, Target
from rules.output import OutputDefinition, OutputKind
from rules.profile import DetectorKind
from rules.site import DetectorDefinition, SiteDefinition
from rules.step import Outcome
from rules.wall import Wall

GRACE: Final = seconds(600)
"""How long a disablement from another boot may stand while the wall clock is unknown."""

TOLD_EVERY: Final = seconds(86_400)
WHOLE_SITE: Final = "gateway/disablement"
DELAY_SUFFIX: Final = "/delay"


class Disablements:
    """The disablements in force."""

    def __init__(
        self,
        site: SiteDefinition,
        boot_id: str,
        occurrences: Occurrences,
        wall: Wall,
        apply: Callable[[], None],
    ) -> None:
        self._detectors = {detector.id: detector for detector in site.detectors}
        self._zones = {zone.id for zone in site.zones}
        self._outputs = {output.id: output for output in site.outputs}
        self._boot_id = boot_id
        self._occurrences = occurrences
        self._wall = wall
        self._apply = apply
        self._told: dict[str, Instant] = {}
        self._by_grace: set[str] = set()  # whose end has yet to be learned from the wall clock

    # -- what is disabled -----------------------------------------------------------------------

    def has_detector(self, detector: DetectorDefinition) -> bool:
        """Tell whether a detector is disabled, by itself or with its zone."""
        if detector.kind is DetectorKind.MANUAL_CALL_POINT:
            return False
        return self._get(Target(Disabled.DETECTOR, detector.id)) is not None or self.has_zone(
            detector.zone
        )

    def has_zone(self, zone: str) -> bool:
        """Tell whether a zone is disabled as a whole."""
        return self._get(Target(Disabled.ZONE, zone)) is not None

    @property
    def outputs(self) -> frozenset[str]:
        """The outputs that are disabled."""
        return frozenset(
            output
            for output in self._outputs
            if self._get(Target(Disabled.OUTPUT, output)) is not None
        )

    # -- orders ---------------------------------------------------------------------------------

    def disable(self, order: Disable, now: Instant, outcome: Outcome) -> None:
        """Take something out of service, or refuse it in words."""
        refusal = self._why_not(order, now)
        if refusal:
            outcome.refusals.append(refusal)
            return
        target = order.target
        utc_ns = self._wall.utc_ns(now)
        self._occurrences.enter(
            Occurrence(
                condition=Condition.DISABLED,
                zone=self._zone_of(target),
                source=target.source,
                incident=Moment(self._boot_id, now),
                latched=False,
                standing=True,
                cause="disable",
                detail=order.reason,
                author=order.author,
                ends=later(now, order.duration),
                ends_boot=self._boot_id,
                ends_utc_ns=None if utc_ns is None else utc_ns + order.duration,
            ),
            outcome,
        )
        self._told[target.source] = now
        self._changed(now, outcome)

    def enable(self, order: Enable, now: Instant, outcome: Outcome) -> None:
        """Put something back into service."""
        target = order.target
        if not self._is_there(target.source):
            outcome.refusals.append(f"there is no {target.kind} {target.id!r}")
            return
        occurrence = self._get(target)
        if occurrence is None:
            outcome.refusals.append(f"{target.source} is not disabled by itself")
            return
        self._leave(occurrence, now, outcome, cause="enable", author=order.author)
        self._changed(now, outcome)

    # -- time -----------------------------------------------------------------------------------

    def start(self, now: Instant, outcome: Outcome) -> None:
        """Take over what was disabled before, and enter what the configuration itself withholds."""
        self._end_what_is_gone(now, outcome)
        for occurrence in tuple(self._with_end()):
            if occurrence.ends_boot != self._boot_id:
                self._carry_over(occurrence, now, outcome)
            if occurrence.incident.boot_id != self._boot_id:
                self._by_grace.add(occurrence.source)
            self._told[occurrence.source] = now
        self._keep_delays(now, outcome)
        self.look(now, outcome)
        self._changed(now, outcome)

    def inherit(self, former: "Disablements") -> None:
        """Take over what has been told, and what ends by grace."""
        take_over(self, former, "_told", "_by_grace")

    def succeed(self, now: Instant, outcome: Outcome) -> None:
        """End what another configuration has no more, and enter what it withholds."""
        self._end_what_is_gone(now, outcome)
        self._keep_delays(now, outcome)
        self._changed(now, outcome)

    def wall_told(self, now: Instant, outcome: Outcome) -> None:
        """Correct the ends that only the wall clock knows; note those that it did not know yet."""
        utc_ns, earliest = self._wall.utc_ns(now), self._wall.earliest_utc_ns(now)
        for occurrence in tuple(self._with_end()):
            ends, ends_utc = occurrence.ends, occurrence.ends_utc_ns
            assert ends is not None  # _with_end
            end = None
            if ends_utc is None and utc_ns is not None:
                end = (ends, occurrence.ends_boot, utc_ns + ends - now)
            elif (
                ends_utc is not None
                and earliest is not None
                and occurrence.source in self._by_grace
            ):
                left = max(0, min(ends_utc - earliest, LONGEST_DISABLEMENT))  # a clock may be wrong
                at = Instant(now + left)
                end = (at if utc_ns is not None else min(at, ends), self._boot_id, ends_utc)
            if end is not None:
                self._occurrences.put_end(occurrence, end, outcome)
            if utc_ns is not None:
                self._by_grace.discard(occurrence.source)
        self.look(now, outcome)

    def due(self) -> Instant | None:
        """Give when the next one ends."""
        return min((each.ends for each in self._with_end() if each.ends is not None), default=None)

    def look(self, now: Instant, outcome: Outcome) -> None:
        """End what has run out; tell of the others once a day."""
        ended = [each for each in self._with_end() if each.ends is not None and each.ends <= now]
        for occurrence in ended:
            self._leave(occurrence, now, outcome, cause="expired")
        if ended:
            self._changed(now, outcome)
        for occurrence in self._with_end():
            if now - self._told.get(occurrence.source, now) >= TOLD_EVERY:
                self._told[occurrence.source] = now
                self._occurrences.tell_again(occurrence, now, outcome)

    # -- inside ---------------------------------------------------------------------------------

    def _end_what_is_gone(self, now: Instant, outcome: Outcome) -> None:
        for occurrence in tuple(self._with_end()):
            kind, _, name = occurrence.source.partition("/")
            if not self._is_there(occurrence.source) or self._why_never(
                Target(Disabled(kind), name)
            ):
                self._leave(occurrence, now, outcome, cause="configuration-changed")

    def _get(self, target: Target) -> Occurrence | None:
        return self._occurrences.get(Condition.DISABLED, target.source)

    def _with_end(self) -> Iterator[Occurrence]:
        for occurrence in self._occurrences.of(Condition.DISABLED):
            if occurrence.ends is not None:
                yield occurrence

    def _leave(
        self,
        occurrence: Occurrence,
        now: Instant,
        outcome: Outcome,
        *,
        cause: str,
        author: str | None = None,
    ) -> None:
        self._told.pop(occurrence.source, None)
        self._occurrences.leave(occurrence, now, outcome, cause=cause, author=author)

    def _changed(self, now: Instant, outcome: Outcome) -> None:
        """Let it take effect, and say so where the whole site is out of service."""
        self._apply()
        fault = self._occurrences.get(Condition.FAULT, WHOLE_SITE)
        everything = bool(self._zones) and all(map(self.has_zone, self._zones))
        if everything and fault is None:
            self._occurrences.enter(
                whole_site_fault(WHOLE_SITE, "disabled", now, self._boot_id), outcome
            )
        elif fault is not None and not everything:
            self._occurrences.leave(fault, now, outcome)

    def _why_not(self, order: Disable, now: Instant) -> str:
        target = order.target
        if not self._is_there(target.source):
            return f"there is no {target.kind} {target.id!r}"
        if not 0 < order.duration <= LONGEST_DISABLEMENT:
            return f"a disablement is for {in_words(LONGEST_DISABLEMENT)} at most"
        standing = self._get(target)
        if standing is not None and standing.ends is not None:
            left = in_words(Duration(standing.ends - now))
            return f"{target.source} is disabled already, for another {left}"
        return self._why_never(target) or self._why_not_all(order)

    def _why_never(self, target: Target) -> str:
        detector, output = self._detectors.get(target.id), self._outputs.get(target.id)
        match target.kind:
            case Disabled.DETECTOR if (
                detector is not None and detector.kind is DetectorKind.MANUAL_CALL_POINT
            ):
                return f"{target.id} is a manual call point: it cannot be disabled"
            case Disabled.OUTPUT if output is not None and output.kind is OutputKind.FAULT_RELAY:
                return f"{target.id} is a fault relay: it cannot be disabled"
            case _:
                return ""

    def _why_not_all(self, order: Disable) -> str:
        if order.target.kind is not Disabled.ZONE or order.whole_site:
            return ""
        if all(map(self.has_zone, self._zones - {order.target.id})):
            return "with it every zone would be disabled: say that the whole site is meant"
        return ""

    def _is_there(self, source: str) -> bool:
        kind, _, name = source.partition("/")
        known: Mapping[str, object] | set[str]
        match kind:
            case Disabled.DETECTOR:
                known = self._detectors
            case Disabled.ZONE:
                known = self._zones
            case _:
                known = self._outputs
        return name in known

    def _zone_of(self, target: Target) -> str | None:
        match target.kind:
            case Disabled.DETECTOR:
                return self._detectors[target.id].zone
            case Disabled.ZONE:
                return target.id
            case Disabled.OUTPUT:
                return None

    def _carry_over(self, occurrence: Occurrence, now: Instant, outcome: Outcome) -> None:
        """Give an end of another boot's clock one of this boot's."""
        left = GRACE
        if occurrence.ends is not None and occurrence.incident.boot_id == occurrence.ends_boot:
            left = min(GRACE, Duration(occurrence.ends - occurrence.incident.at))
        end = (later(now, left), self._boot_id, occurrence.ends_utc_ns)
        self._occurrences.put_end(occurrence, end, outcome)

    def _keep_delays(self, now: Instant, outcome: Outcome) -> None:
        """A delay of an output is a disablement that stands as long as it is configured."""
        wanted = {
            f"output/{output.id}{DELAY_SUFFIX}": output
            for output in self._outputs.values()
            if output.delay
        }
        for occurrence in self._occurrences.of(Condition.DISABLED):
            if occurrence.ends is None and occurrence.source not in wanted:
                self._leave(occurrence, now, outcome, cause="configuration-changed")
        for source, output in wanted.items():
            delay = self._delay(source, output, now)
            standing = self._occurrences.get(Condition.DISABLED, source)
            if standing is None:
                self._occurrences.enter(delay, outcome)
            else:
                self._occurrences.worsen(
                    standing, cause=delay.cause, detail=delay.detail, at=now, outcome=outcome
                )

    def _delay(self, source: str, output: OutputDefinition, now: Instant) -> Occurrence:
        return Occurrence(
            condition=Condition.DISABLED,
            zone=None,
            source=source,
            incident=Moment(self._boot_id, now),
            latched=False,
            standing=True,
            cause="delay",
            detail=f"{output.id} waits {in_words(output.delay)} after an alarm; "
            "a manual call point does not wait",
        )


def whole_site_fault(source: str, what: str, now: Instant, boot_id: str) -> Occurrence:
    """Make the fault that stands while every zone is disabled, or under test."""
    return Occurrence(
        condition=Condition.FAULT,
        zone=None,
        source=source,
        incident=Moment(boot_id, now),
        latched=False,
        standing=True,
        cause="whole-site",
        detail=f"every zone is {what}",
    )


def in_words(duration: Duration) -> str:
    """Say a duration in its largest units, as 7 h 30 min."""
    left = round(in_seconds(duration))
    words = []
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words[:2]) or "0 s"

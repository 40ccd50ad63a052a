"""What another configuration changes, and what that means for the site. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.configuration.flattened import flattened
from gateway.control.status import Status
from gateway.settings.bus_plans import bus_plans
from gateway.settings.model import Settings
from rules.condition import Condition
from rules.profile import DetectorKind
from rules.snapshot import ConditionNow


class Kind(StrEnum):
    """What happens to something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field: what it said, and what it is to say; "-" where it says nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is added, removed or changed.

    Attributes:
        kind: which of these.
        what: as "detector", "rule", "path".
        id: its id; empty where there is but one.
        fields: those that differ; of something added or removed, none.
    """

    kind: Kind
    what: str
    id: str
    fields: tuple[FieldChange, ...] = ()


class Effect(StrEnum):
    """What a change means."""

    OTHER_SITE = "other-site"
    NEW_BUS = "new-bus"
    BUS_OPENED_ANEW = "bus-opened-anew"
    OUTPUTS_LET_GO = "outputs-let-go"
    OTHER_WAY = "other-way"
    NO_WAY = "no-way"
    ZONE_LOSES_ALARMS = "zone-loses-alarms"
    ALARM_STAYS = "alarm-stays"
    OUTPUT_REMOVED = "output-removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What is to be known before it is applied.

    Attributes:
        effect: what it is.
        of: the id or name of what it is about; empty where that is the site.
        count: how many detectors, where that matters.
    """

    effect: Effect
    of: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What another configuration changes; where both lists are empty, at most comments differ."""

    changes: tuple[Change, ...]
    consequences: tuple[Consequence, ...]


def difference(before: Settings, after: Settings, status: Status | None = None) -> Difference:
    """Compare two configurations.

    Args:
        before: the one in force.
        after: the other.
        status: the present, for what it means to alarms that stand; None where it is not known.
    """
    old, new = _parts(before), _parts(after)
    changes = tuple(_changes(old, new))
    return Difference(
        changes=changes, consequences=tuple(_consequences(before, after, status, bool(changes)))
    )


Part = tuple[str, str]
"""What something is, and its id."""


def _parts(settings: Settings) -> dict[Part, Mapping[str, str]]:
    """Give all that a configuration says, by what it says it of."""
    by_id: list[tuple[str, Iterable[object]]] = [
        ("bus", settings.buses),
        ("zone", settings.zones),
        ("detector", settings.detectors),
        ("output", settings.outputs),
        ("rule", settings.rules),
        ("schedule", settings.definition.schedules),
        ("path", settings.uplink.paths),
        ("centre", settings.uplink.centres),
    ]
    parts: dict[Part, Mapping[str, str]] = {
        ("site", ""): flattened(settings.site),
        ("gateway", ""): flattened(settings.gateway),
    }
    for what, entries in by_id:
        for entry in entries:
            parts[what, str(getattr(entry, "id"))] = _entry(entry)  # noqa: B009 - each has one
    for id_, profile in settings.profiles.items():
        parts["profile", id_] = flattened(profile, without=frozenset({"id"}))
    parts["uplink", ""] = flattened(settings.uplink, without=frozenset({"paths", "centres"}))
    for contact in settings.contacts:
        parts["contact", contact.name] = flattened(contact)
    if settings.metrics is not None:
        parts["metrics", ""] = flattened(settings.metrics)
    if settings.page is not None:
        parts["page", ""] = flattened(settings.page)
    return parts


def _entry(entry: object) -> dict[str, str]:
    said = flattened(entry, without=frozenset({"id", "profile"}))
    profile = getattr(entry, "profile", None)
    if profile is not None:  # told apart, once, where its own words change
        said["profile"] = profile.id
    return {name.removeprefix("options."): value for name, value in said.items()}


def _changes(
    old: Mapping[Part, Mapping[str, str]], new: Mapping[Part, Mapping[str, str]]
) -> Iterator[Change]:
    order = list(dict.fromkeys([*new, *old]))
    ranks = {what: rank for rank, what in enumerate(dict.fromkeys(what for what, _ in order))}
    for what, id_ in sorted(order, key=lambda part: ranks[part[0]]):
        part = (what, id_)
        if part not in old:
            yield Change(kind=Kind.ADDED, what=what, id=id_)
        elif part not in new:
            yield Change(kind=Kind.REMOVED, what=what, id=id_)
        elif fields := tuple(_fields(old[part], new[part])):
            yield Change(kind=Kind.CHANGED, what=what, id=id_, fields=fields)


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FieldChange]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name, "-"), new.get(name, "-")
        if before != after:
            yield FieldChange(field=name, before=before, after=after)


def _consequences(
    before: Settings, after: Settings, status: Status | None, is_changed: bool
) -> Iterator[Consequence]:
    if _identity(before) != _identity(after):
        yield Consequence(effect=Effect.OTHER_SITE)
    yield from _to_buses(before, after)
    if not after.uplink.paths and before.uplink.paths:
        yield Consequence(effect=Effect.NO_WAY)
    elif before.uplink != after.uplink:
        yield Consequence(effect=Effect.OTHER_WAY)
    alarming = _alarming(before) - _alarming(after)
    for zone in after.zones:
        if zone.id in alarming:
            yield Consequence(effect=Effect.ZONE_LOSES_ALARMS, of=zone.name)
    if status is not None and is_changed:
        yield from _to_what_stands(before, after, status)


def _to_buses(before: Settings, after: Settings) -> Iterator[Consequence]:
    plans = {plan.id: plan for plan in bus_plans(before)}
    for plan in bus_plans(after):
        if plan.id not in plans:
            yield Consequence(effect=Effect.NEW_BUS, of=plan.id, count=len(plan.detectors))
        elif plan != plans[plan.id]:
            yield Consequence(effect=Effect.BUS_OPENED_ANEW, of=plan.id, count=len(plan.detectors))
            if plan.outputs and plans[plan.id].outputs:
                yield Consequence(
                    effect=Effect.OUTPUTS_LET_GO, of=", ".join(each.id for each in plan.outputs)
                )


def _to_what_stands(before: Settings, after: Settings, status: Status) -> Iterator[Consequence]:
    for each in status.now.conditions:
        if each.latched:
            yield Consequence(effect=Effect.ALARM_STAYS, of=_place(each, before))
    kept = {output.id for output in after.outputs}
    for output, is_energised in status.now.outputs.items():
        if is_energised and output not in kept:
            yield Consequence(effect=Effect.OUTPUT_REMOVED, of=output)


def _place(condition: ConditionNow, settings: Settings) -> str:
    names = {zone.id: zone.name for zone in settings.zones}
    return names.get(condition.zone or "", condition.zone or condition.source)


def _identity(settings: Settings) -> tuple[str, str, str]:
    return settings.site.province, settings.site.id, settings.gateway.id


def _alarming(settings: Settings) -> set[str]:
    """Give the zones in which something can raise a fire or gas alarm."""
    by_rule = {
        rule.zone
        for rule in settings.rules
        if rule.raises in (Condition.FIRE_ALARM, Condition.GAS_ALARM)
    }
    by_hand = {
        detector.zone
        for detector in settings.detectors
        if detector.kind is DetectorKind.MANUAL_CALL_POINT
    }
    return by_rule | by_hand

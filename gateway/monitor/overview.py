"""The overview: what stands, the zones, the paths to the centre, and what happened last. Pure.

Rows are few on a small terminal. What stands gets them first, but zones, paths and events keep a
few each; what had no room is counted, and what was left over goes to the events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.control.event_view import said
from gateway.control.gist import GRAVEST_FIRST
from gateway.control.status import Status
from gateway.control.status_view import StatusView
from gateway.control.status_words import DELAY
from gateway.control.told_event import ToldEvent
from gateway.earnest import in_earnest, only_by_a_test, raised_by_a_test
from gateway.monitor.detectors import is_amiss
from gateway.monitor.letters import cells
from gateway.monitor.lines import ALARM, BOLD, FAINT, GOOD, PLAIN, WARNING, Line, Look, Piece
from gateway.monitor.pen import GAP, Pen
from gateway.monitor.picture import Picture
from rules.condition import Condition, Lane, Mode
from rules.snapshot import ConditionNow, Protection, ZoneNow

LEAST_ZONES: Final = 3
LEAST_EVENTS: Final = 2
WIDEST_ID: Final = 14
WIDEST_NAME: Final = 26
MARKED: Final = "› "
HEAVY: Final = {Condition.FIRE_ALARM, Condition.GAS_ALARM}


def overview(
    picture: Picture, status: Status, chosen: str | None, pen: Pen, room: int
) -> list[Line]:
    """Give the rows of the overview, as many as there is room for at most."""
    drawing = _Overview(picture, status, StatusView(status, pen.language, pen.zone), pen)
    zones, paths = zones_in_order(status), drawing.paths()
    stands = drawing.stands()
    events = drawing.events()
    kept = 1 + min(len(zones), LEAST_ZONES) + len(paths) + 1 + min(len(events), LEAST_EVENTS)
    shown = _fitting(stands, room - kept, pen)
    left = room - len(shown) - len(paths) - 1 - min(len(events), LEAST_EVENTS)
    shown += drawing.zone_rows(zones, chosen, left)
    shown += paths
    return [*shown, *drawing.event_rows(events, room - len(shown))]


def zones_in_order(status: Status) -> list[ZoneNow]:
    """Give the zones: what is not quiet first, else in the order of the site file."""
    tested = only_by_a_test(status.now)

    def gravity(zone: ZoneNow) -> int:
        grave = (
            place
            for place, condition in enumerate(Condition)
            if condition in zone.conditions and (zone.id, condition) not in tested
        )
        is_full = zone.protection is Protection.FULL
        return min(grave, default=len(Condition) + is_full)

    return sorted(status.now.zones, key=gravity)


def event_line(event: ToldEvent, pen: Pen, *, with_date: bool) -> Line:
    """Give an event in one row: when, what and where, then all else."""
    told = said(event, pen.language, pen.zone)
    time = told.time if with_date else told.time[-8:]
    look = PLAIN if told.test else _LOOK_OF_LANE[event.lane]
    more = f"{GAP}{told.more}" if told.more else ""
    return (
        pen.piece(f" {time}{GAP}", FAINT),
        pen.piece(told.title, look),
        pen.piece(more),
    )


_LOOK_OF_LANE: Final = {Lane.ALARM: BOLD, Lane.TROUBLE: BOLD, Lane.STATUS: PLAIN}


def look_of(condition: Condition) -> Look:
    """Give the look of a condition's name."""
    return ALARM if condition in HEAVY else WARNING


@dataclass(frozen=True, slots=True)
class _Overview:
    picture: Picture
    status: Status
    view: StatusView
    pen: Pen

    # What stands

    def stands(self) -> list[list[Line]]:
        """Give what stands, each with its rows: the condition, then what is said of it."""
        now = self.status.now
        earnest = list(in_earnest(now))
        grave = [each for each in earnest if each.condition in GRAVEST_FIRST]
        ordered = [
            each for each in earnest if each.condition in (Condition.DISABLED, Condition.TEST)
        ]
        by_people = [each for each in ordered if not each.source.endswith(DELAY)]
        return [
            *(self.standing(each) for each in self.view.ordered(grave)),
            *(self.ordered(each) for each in self.view.ordered(by_people)),
            *(self.standing(each) for each in self.view.ordered(raised_by_a_test(now))),
        ]

    def standing(self, each: ConditionNow) -> list[Line]:
        word = self.pen.say(f"condition.{each.condition}")
        look = look_of(each.condition)
        if each.mode is Mode.TEST:
            word, look = self.pen.say("status.only-test", condition=word), BOLD
        remarks = [remark for remark in self.view.remarks(each) if remark]
        answers = [answer for answer in self.answers(each) if answer in remarks]
        others = "; ".join(remark for remark in remarks if remark not in answers)
        first = (
            self.pen.piece(f" {word}", look),
            self.pen.piece(f"{GAP}{self.view.place(each)}", BOLD),
            self.pen.piece(", ".join((GAP + self.view.since(each.incident), *answers))),
        )
        return [first, *([self.pen.line(others, indent=3)] if others else [])]

    def answers(self, each: ConditionNow) -> list[str]:
        """Give what may be said of what persons did, what matters most first: the row is short."""
        says = self.view.say
        author = each.acknowledged or ""
        return [
            says("status.not-acknowledged"),
            says("status.acknowledged", author=author),
            *(says(f"status.{key}") for key in ("over", "silenced", "latched")),
        ]

    def ordered(self, each: ConditionNow) -> list[Line]:
        about = each.condition is Condition.TEST
        place = self.view.place(each) if about else self.view.source(each.source)
        times = self.view.since(each.incident)
        if each.ends is not None:
            times = f"{times}, {self.view.until(each.ends)}"
        told = [each.detail] if each.detail else []
        if each.author is not None and each.author not in each.detail:
            told.insert(0, self.pen.say("status.by", author=each.author))
        first = (
            self.pen.piece(f" {self.pen.say(f'condition.{each.condition}')}", WARNING),
            self.pen.piece(f"{GAP}{place}", BOLD),
            self.pen.piece(f"{GAP}{times}"),
        )
        return [first, *([self.pen.line(": ".join(told), indent=3)] if told else [])]

    # Zones

    def zone_rows(self, zones: list[ZoneNow], chosen: str | None, room: int) -> list[Line]:
        width_of_id = min(
            WIDEST_ID, max((cells(self.pen.tidy(each.id)) for each in zones), default=1)
        )
        names = [cells(self.pen.tidy(each.name)) for each in zones]
        width_of_name = min(WIDEST_NAME + max(0, self.pen.width - 80), max(names, default=1))
        seen = max(1, room - 1)
        first = self.first_shown(zones, chosen, seen)
        shown = zones[first : first + seen]
        told = [self.detectors_told()]
        if len(shown) < len(zones):
            place = {"first": first + 1, "last": first + len(shown), "total": len(zones)}
            told.append(self.pen.say("monitor.of", **place))
        rows = [self.pen.rule(self.pen.say("status.zones"), ", ".join(told))]
        return rows + [self.zone_row(each, chosen, width_of_id, width_of_name) for each in shown]

    def detectors_told(self) -> str:
        """Say in a few words whether all detectors are in order."""
        everyone = self.status.now.detectors
        amiss = sum(map(is_amiss, everyone))
        key = "monitor.detectors-amiss" if amiss else "monitor.detectors-well"
        return self.pen.say(key, count=amiss, total=len(everyone))

    @staticmethod
    def first_shown(zones: list[ZoneNow], chosen: str | None, seen: int) -> int:
        at = next((at for at, zone in enumerate(zones) if zone.id == chosen), 0)
        return max(0, min(at - seen // 2, len(zones) - seen))

    def zone_row(self, zone: ZoneNow, chosen: str | None, of_id: int, of_name: int) -> Line:
        is_chosen = zone.id == chosen
        name = Look(bold=True, reverse=True) if is_chosen else PLAIN
        tested = only_by_a_test(self.status.now)
        real = [each for each in zone.conditions if (zone.id, each) not in tested]
        full = zone.protection is Protection.FULL
        return (
            self.pen.piece(MARKED if is_chosen else "  ", BOLD),
            self.pen.column(zone.id, of_id, name),
            Piece(GAP, PLAIN),
            self.pen.column(zone.name, of_name, name),
            Piece(GAP, PLAIN),
            self.pen.column(
                self.pen.say(f"protection.{zone.protection}"), 14, GOOD if full else WARNING
            ),
            Piece(" ", PLAIN),
            self.pen.piece(self.view.zone_conditions(zone, real), self.look_of_zone(zone, real)),
        )

    @staticmethod
    def look_of_zone(zone: ZoneNow, real: list[Condition]) -> Look:
        if any(each in HEAVY for each in real):
            return ALARM
        amiss = real or zone.disabled or zone.under_test
        return WARNING if amiss else PLAIN

    # Paths and events

    def paths(self) -> list[Line]:
        waiting = {lane.value: self.status.outbox.get(lane, 0) for lane in Lane}
        is_empty = not any(waiting.values())
        right = "monitor.nothing-waits" if is_empty else "status.outbox"
        rows = [self.pen.rule(self.pen.say("monitor.paths"), self.pen.say(right, **waiting))]
        if not self.status.paths:
            rows.append(self.pen.line(self.pen.say("status.paths.none"), indent=2))
        width = max((cells(self.pen.tidy(path.id)) for path in self.status.paths), default=0)
        for path in self.status.paths:
            look = PLAIN if path.connected else WARNING
            rows.append(
                (
                    Piece("  ", PLAIN),
                    self.pen.column(path.id, min(width, WIDEST_ID)),
                    self.pen.piece(GAP + self.view.path(path), look),
                )
            )
        return rows

    def events(self) -> tuple[ToldEvent, ...]:
        return self.picture.events[::-1]

    def event_rows(self, events: tuple[ToldEvent, ...], room: int) -> list[Line]:
        if room < 1 + LEAST_EVENTS:
            return []
        rows = [self.pen.rule(self.pen.say("monitor.events"), self.picture.events_trouble)]
        if not events and not self.picture.events_trouble:
            rows.append(self.pen.line(self.pen.say("monitor.no-events"), FAINT, 1))
        return rows + [event_line(each, self.pen, with_date=False) for each in events[: room - 1]]


def _fitting(blocks: list[list[Line]], room: int, pen: Pen) -> list[Line]:
    """Give what stands in so many rows: all that is said of each, or its first row, or a count."""
    if not blocks:
        return []
    title = pen.rule(pen.say("monitor.stands"), str(len(blocks)) if len(blocks) > 1 else "")
    seen = max(1, room - 1)
    if sum(map(len, blocks)) <= seen:
        return [title, *_all(blocks)]
    if len(blocks) > seen:
        more = pen.line(pen.say("monitor.more", count=len(blocks) - seen + 1), BOLD, 1)
        return [title, *(block[0] for block in blocks[: seen - 1]), more]
    spare = seen - len(blocks)
    rows = [title]
    for block in blocks:  # the gravest keep what is said of them
        taken = min(len(block) - 1, spare)
        spare -= taken
        rows += block[: 1 + taken]
    return rows


def _all(blocks: list[list[Line]]) -> Iterator[Line]:
    for block in blocks:
        yield from block

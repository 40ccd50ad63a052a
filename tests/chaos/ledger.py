"""What the building did, what the journal has and what the centre was told: do they agree?

The truth is what the building did: each edge of a contact, with its instant. What is found wrong is
one of these:

- lost: an edge that the gateway lived to see is not told; or a record is in the journal and, long
  after all was healed, not with the centre. An edge may be missing only where the gateway was dead
  or was killed at once, or had no store when it was killed, and the contact then stood no longer
  than it took to start again. A contact that opened and closed again while the gateway was dead is
  the incident that stood before.
- invented: the centre has what no journal has, or an alarm whose contact was never closed. What
  went out of memory while the store failed, and was killed with it, stands in no journal: it must
  say so itself (`durable: false`) and lie within such a life.
- out of order: on one path, in one lane of one epoch, a first copy behind one with a higher seq.
  What a restarted gateway tells again of what the centre has is a copy, whichever path had it
  first: a rescued journal no longer knows what was delivered.
- two happenings under one name, or one happening under two names.
- a journal whose chain or numbering is broken, where nobody has spoilt it.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from chaos.damage import Kept, Name

SECOND = 1_000_000_000
SEES_WITHIN = 1 * SECOND
"""A gateway that lives so long after an edge has judged it: fifty times what it takes when idle."""

TELLS_WITHIN = 5 * SECOND

RISES = frozenset({"entered", "standing", "spread"})
FALLS = frozenset({"cleared", "left"})
FOR_EVER = 1 << 62

EITHER_PATH = "either"
"""Where both paths lead to one broker, nobody can tell by which of them a message came."""


@dataclass
class Edge:
    """A contact was closed (`level` 1) or opened, just after an instant."""

    contact: str
    level: int
    at: int


@dataclass
class Life:
    """One life of the gateway.

    Attributes:
        ready: when it answered for the first time.
        ended: when it was killed or asked to stop.
        gone: when there was no process any more.
        without_store: whether its store may have failed when it ended.
    """

    ready: int
    ended: int = FOR_EVER
    gone: int = FOR_EVER
    without_store: bool = False

    @property
    def died_without_store(self) -> bool:
        """Whether what only its memory had may have died with it."""
        return self.without_store and self.ended < FOR_EVER

    def sees(self, since: int, until: int) -> bool:
        """Whether it lived through the whole of a span."""
        return self.ready <= since and until <= self.ended


@dataclass(frozen=True)
class Told:
    """An event as the centre has it first."""

    kept: Kept
    durable: bool


@dataclass
class Ledger:
    """The books of one building."""

    edges: list[Edge] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    journal: dict[Name, Kept] = field(default_factory=dict)
    told: dict[Name, Told] = field(default_factory=dict)
    excused: set[Name] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    copies: int = 0
    _highest: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _first_copies: dict[str, set[Name]] = field(default_factory=lambda: defaultdict(set))

    # What is entered.

    def moved(self, contact: str, level: int, at: int) -> None:
        self.edges.append(Edge(contact, level, at))

    def has(self, records: dict[Name, Kept]) -> None:
        """Enter what a journal holds."""
        for name, kept in records.items():
            before = self.journal.setdefault(name, kept)
            if before != kept:
                self._note(f"two happenings under one name in the journal: {name}", before, kept)

    def arrived(self, rows: list[tuple]) -> None:
        """Enter what the oracle has noted, in its order."""
        for _, path, epoch, lane, seq, _, message in rows:
            event = json.loads(message)
            name = (epoch, lane, seq)
            body = json.dumps(event["data"], sort_keys=True).encode()
            told = Told(Kept(int(event["monotonicns"]), body), event["durable"])
            is_copy = event["historical"] and name in self.told
            first = self.told.setdefault(name, told)
            self.copies += 1
            if first.kept != told.kept:
                self._note(f"two happenings under one name at the centre: {name}", first, told)
            if not is_copy:
                self._in_order(path, name)

    def _in_order(self, path: str, name: Name) -> None:
        if path == EITHER_PATH or name in self._first_copies[path]:
            return
        self._first_copies[path].add(name)
        epoch, lane, seq = name
        highest = self._highest.get((path, epoch, lane), 0)
        if seq < highest:
            self._note(f"out of order on {path}: {name} behind {highest}")
        self._highest[path, epoch, lane] = max(seq, highest)

    # What is asked.

    def missing(self) -> set[Name]:
        """Name the records that the centre ought to have and has not."""
        return self.journal.keys() - self.told.keys() - self.excused

    def check(self, now: int) -> None:
        """Hold all against each other; everything is healed, and had its time."""
        for name in sorted(self.missing()):
            self._note(f"lost: {name} is in the journal only", self.journal[name])
        for name, told in self.told.items():
            self._check_told(name, told)
        self._check_names()
        by_contact: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            by_contact[edge.contact].append(edge)
        events = self._events_of_rules()
        for contact, edges in by_contact.items():
            self._check_edges(edges, events.get(contact, []), now)
            self._check_alarms(contact, edges, events.get(contact, []))

    def _check_told(self, name: Name, told: Told) -> None:
        kept = self.journal.get(name)
        if kept is not None:
            if kept.monotonic_ns != told.kept.monotonic_ns or kept.data != told.kept.data:
                self._note(f"told otherwise than it is in the journal: {name}", kept, told)
        elif told.durable or not self._memory_died(told.kept.monotonic_ns):
            self._note(f"invented: {name} is in no journal", told)

    def _memory_died(self, at: int) -> bool:
        """Whether an instant lies in a life that ended without its store."""
        began = 0
        for life in self.lives:
            if began <= at <= life.gone:
                return life.died_without_store
            began = life.gone
        return False

    def _check_names(self) -> None:
        names: dict[tuple, set[Name]] = defaultdict(set)
        for name, kept in self._all().items():
            data = kept.data
            what = data.get("incident") or data.get("notice")
            names[kept.monotonic_ns, what, data.get("change"), data.get("detail")].add(name)
        for what, found in names.items():
            if len(found) > 1:
                self._note(f"one happening under {len(found)} names: {what}: {sorted(found)}")

    def _check_edges(self, edges: list[Edge], events: list[tuple[int, str]], now: int) -> None:
        used: set[int] = set()
        for edge, then in zip(edges, [*edges[1:], None], strict=True):
            until = FOR_EVER if then is None else then.at
            due = self._due(edge, until, now)
            wanted = RISES if edge.level else FALLS
            found = next(
                (
                    place
                    for place, (at, change) in enumerate(events)
                    if place not in used and change in wanted and edge.at <= at <= (due or until)
                ),
                None,
            )
            if found is not None:
                used.add(found)
            elif due is None or (edge.level and stands_throughout(events, edge.at, due)):
                continue
            elif edge.level or self._saw_it_closed(edges, edge):
                word = "closed" if edge.level else "opened"
                self._note(f"lost: {edge.contact} {word} at {edge.at} is told nowhere")

    def _due(self, edge: Edge, until: int, now: int) -> int | None:
        """Until when an edge must have been seen; None where it need not be seen at all."""
        for life in self.lives:
            lasts = not life.died_without_store
            if lasts and life.sees(edge.at, edge.at + SEES_WITHIN) and edge.at + SEES_WITHIN < now:
                return edge.at + TELLS_WITHIN
        if not edge.level:
            return None  # of what ended while the gateway was away it may tell anyhow
        for life in self.lives:
            seen = life.ready + SEES_WITHIN
            lasts = not life.died_without_store
            if lasts and edge.at <= life.ready and seen < min(until, life.ended, now):
                return life.ready + TELLS_WITHIN
        return None

    def _saw_it_closed(self, edges: list[Edge], opened: Edge) -> bool:
        """Whether the life that saw a contact open had time to see it closed before."""
        place = edges.index(opened)
        closed = edges[place - 1] if place else None
        if closed is None or not closed.level:
            return False
        return any(
            life.sees(closed.at, opened.at + SEES_WITHIN)
            or (life.ready + SEES_WITHIN <= opened.at <= life.ended - SEES_WITHIN)
            for life in self.lives
        )

    def _check_alarms(self, contact: str, edges: list[Edge], events: list[tuple[int, str]]) -> None:
        for at, change in events:
            if change != "entered":
                continue
            before = [edge for edge in edges if edge.at <= at]
            closed_lately = any(
                edge.level and (then is None or then.at >= at - TELLS_WITHIN)
                for edge, then in zip(before, [*before[1:], None], strict=True)
            )
            if not closed_lately:
                self._note(f"invented: an alarm of {contact} at {at}, which was open")

    def _events_of_rules(self) -> dict[str, list[tuple[int, str]]]:
        """By contact, the instants and changes of what its rule told."""
        events: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for kept in self._all().values():
            data = kept.data
            source = data.get("source", "")
            if source.startswith("rule/"):
                events[source.removeprefix("rule/")].append((kept.monotonic_ns, data["change"]))
        return {contact: sorted(found) for contact, found in events.items()}

    def _all(self) -> dict[Name, Kept]:
        return {name: told.kept for name, told in self.told.items()} | self.journal

    def _note(self, what: str, *about: object) -> None:
        self.wrong.append("\n    ".join([what, *(str(each) for each in about)]))


def stands_throughout(events: list[tuple[int, str]], begin: int, end: int) -> bool:
    """Tell whether what was told before an instant stood then, and was not ended until another."""
    before = [change for at, change in events if at < begin]
    return (
        bool(before)
        and before[-1] in RISES
        and not any(begin <= at <= end and change in FALLS for at, change in events)
    )

"""What walk tests have proved: which detectors responded, and how soon the news was out. Pure.

Kept in the journal's durable rows, one a detector and one a zone, and not worked out of its
records: how long a delivery took stands in none of them, and they go with time, while a report is
wanted when a building is handed over and years later. The rows share the writer's thread, its
transactions, and what it does while a disk fails.

A manual call point ends the test of its zone and goes out in earnest; that alarm is its response.

A row is written once an event has its name. A power cut between the two loses a tick, and that
detector is triggered once more; nothing is ever ticked off that did not respond.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import msgspec

from gateway.control.walk_status import Response, ZoneTest
from gateway.messages.parts import ZoneRef
from gateway.record import ClockQuality, Record, RecordName, Span, StateChange
from rules.condition import Condition, Lane, Mode
from rules.engine import Input
from rules.event import Change, ConditionEvent, Event, Notice, NoticeEvent
from rules.instant import Duration, Instant, Moment
from rules.reading import Reading
from rules.step import Step
from rules.walk_test import STANDS_AT_MOST

ROW: Final = "walk-test/"
DETECTOR_ROW: Final = ROW + "detector/"
ZONE_ROW: Final = ROW + "zone/"

TESTED_KIND: Final = f"test.notice.{Notice.DETECTOR_TESTED}"
CALL_POINT_KIND: Final = f"{Condition.FIRE_ALARM}.{Change.ENTERED}"
CALL_POINT: Final = "call-point/"

MOST_KEPT: Final = 4096
"""Responses, and tests of zones: more than the largest site has detectors. Beyond it goes what was
noted first: of a detector that responded long ago, or is no more."""

MOST_UNNAMED: Final = 256
"""Responses whose event has no name yet: the journal gives it within milliseconds."""

Kept = TypeVar("Kept", Response, ZoneTest)


class _Told(msgspec.Struct):
    """What is read of an event's body: a notice has a detail, a condition a source too."""

    detail: str = ""
    source: str = ""
    zone: ZoneRef | None = None


_TOLD: Final = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What made a detector respond, and which outputs were energised for it at once."""

    quantity: str | None
    value: float | None
    outputs: tuple[str, ...]


class WalkLog:
    """The newest response of each detector, and the newest test of each zone.

    Attributes:
        by_centre: whether an event is delivered by the centre's own word.

    Args:
        rows: the durable rows at the start.
        boot_id: of this boot.
        by_centre: whether an event is delivered by the centre's own word.
        date: gives the wall time of a moment, nanoseconds since 1970; None where nobody knows it.
    """

    def __init__(
        self,
        rows: Mapping[str, str],
        boot_id: str,
        *,
        by_centre: bool,
        date: Callable[[Moment], int | None],
    ) -> None:
        self._boot_id = boot_id
        self.by_centre = by_centre
        self._date = date
        self._tests = dict(_read(rows, ZONE_ROW, ZoneTest))
        self._responses = dict(_read(rows, DETECTOR_ROW, Response))
        self._seen: dict[tuple[str, Instant], _Seen] = {}
        self._awaited: dict[RecordName, str] = {}
        for detector, response in self._responses.items():
            self._await(detector, response)

    @property
    def waits(self) -> bool:
        """Whether word on any event is still to come."""
        return bool(self._awaited)

    @property
    def tests(self) -> tuple[ZoneTest, ...]:
        """The newest test of each zone, dated as well as it can be now."""
        return tuple(map(self._dated_test, self._tests.values()))

    @property
    def responses(self) -> tuple[Response, ...]:
        """The newest response of each detector, likewise."""
        return tuple(map(self._dated_response, self._responses.values()))

    def responses_of(self, detectors: Iterable[str]) -> tuple[Response, ...]:
        """Give the newest responses of some detectors, as far as they gave one."""
        known = (self._responses.get(detector) for detector in detectors)
        return tuple(self._dated_response(each) for each in known if each is not None)

    # What the core has done.

    def stepped(
        self, given: Input | None, step: Step, annunciators: frozenset[str]
    ) -> Iterator[StateChange]:
        """Take an input and what it led to.

        Args:
            given: the input.
            step: what it led to.
            annunciators: ids of the outputs that alarms drive.
        """
        driven = tuple(
            each.output for each in step.outputs if each.energised and each.output in annunciators
        )
        raised = {each for event in step.events if driven for each in _raised_by(event)}
        for event in step.events:
            match event:
                case NoticeEvent(notice=Notice.DETECTOR_TESTED):
                    outputs = driven if event.detail in raised else ()
                    raised.discard(event.detail)
                    self._see(event.detail, event.at, given, outputs)
                case ConditionEvent() if _is_a_call_point(event):
                    self._see(event.source.removeprefix(CALL_POINT), event.at, given, driven)
                case ConditionEvent(condition=Condition.TEST):
                    yield from self._test(event)
        for detector in raised:  # they responded before: a `for` has run out since
            response = self._responses.get(detector)
            if response is not None and self._is_of_now(response, step.events[0].at):
                yield from self._note(replace(response, outputs=driven))

    def _see(
        self, detector: str, at: Instant, given: Input | None, outputs: tuple[str, ...]
    ) -> None:
        self._seen[detector, at] = _seen(detector, given, outputs)
        _bound(self._seen, MOST_UNNAMED)

    def _is_of_now(self, response: Response, now: Instant) -> bool:
        measured = response.measured
        return measured.boot_id == self._boot_id and now - measured.at <= STANDS_AT_MOST

    def _test(self, event: ConditionEvent) -> Iterator[StateChange]:
        zone = event.zone or ""
        before = self._tests.get(zone)
        is_same = before is not None and before.began == event.incident
        test = before if before is not None and is_same else self._begun(zone, event)
        if event.change is Change.LEFT:
            ended = Moment(self._boot_id, event.at)
            test = replace(
                test,
                ended=ended,
                ended_ns=self._date(ended),
                cause=event.cause,
                ended_by=event.author or "",
            )
        if test == before:
            return
        self._tests.pop(zone, None)
        self._tests[zone] = test
        yield ZONE_ROW + zone, msgspec.json.encode(test).decode()
        for gone, _ in _bound(self._tests, MOST_KEPT):
            yield ZONE_ROW + gone, None

    def _begun(self, zone: str, event: ConditionEvent) -> ZoneTest:
        return ZoneTest(
            zone=zone,
            began=event.incident,
            began_ns=self._date(event.incident),
            # Who ends a test is the author of its end, not of the test.
            author="" if event.change is Change.LEFT else event.author or "",
            ends=event.ends,
        )

    # What became of the events.

    def made(
        self, records: Iterable[Record], now: Instant, configuration: str
    ) -> Iterator[StateChange]:
        """Take events that have just been made durable, or numbered in memory."""
        for record in records if self._seen else ():
            if record.kind in (TESTED_KIND, CALL_POINT_KIND):
                yield from self._named(record, now, configuration)

    def _named(self, record: Record, now: Instant, configuration: str) -> Iterator[StateChange]:
        told = _TOLD.decode(record.body)
        at = Instant(record.monotonic_ns)
        is_call_point = told.source.startswith(CALL_POINT)
        detector = told.source.removeprefix(CALL_POINT) if is_call_point else told.detail
        seen = self._seen.pop((detector, at), None)
        if seen is None:
            return  # of a rule, or of an earlier process: written to the journal now, and old
        zone = "" if told.zone is None else told.zone.id
        test = self._tests.get(zone)
        response = Response(
            detector=detector,
            zone=zone,
            author=test.author if test is not None and _is_in(test, at) else "",
            configuration=configuration,
            measured=Moment(record.boot_id, at),
            measured_ns=None if record.clock is ClockQuality.UNKNOWN else record.wall_ns,
            clock=record.clock,
            epoch=record.name.epoch,
            seq=record.name.seq,
            lane=record.name.lane,
            quantity=seen.quantity,
            value=seen.value,
            durable=Duration(now - at) if record.durable else None,
            outputs=seen.outputs,
        )
        yield from self._note(response)

    def published(self, names: Iterable[RecordName], now: Instant) -> Iterator[StateChange]:
        """Take what a broker has acknowledged."""
        for name in names:
            detector = self._awaited.get(name)
            response = None if detector is None else self._responses[detector]
            if response is not None and response.published is None:
                took = Duration(now - response.measured.at)
                yield from self._note(replace(response, published=took))

    def confirmed(self, spans: Iterable[Span], now: Instant) -> Iterator[StateChange]:
        """Take what needs no delivery any more: with the centre's word, where that is asked."""
        if not self.by_centre:
            return
        for span in spans:
            if span.lane is Lane.TROUBLE:
                continue
            for name in self._within(span):
                response = self._responses[self._awaited[name]]
                if response.centre is None:
                    took = Duration(now - response.measured.at)
                    yield from self._note(replace(response, centre=took))

    def _within(self, span: Span) -> list[RecordName]:
        """Give what is awaited of a span, which may be longer than all that is awaited."""
        if span.last - span.first >= len(self._awaited):
            return [name for name in self._awaited if name in span]
        seqs = range(span.first, span.last + 1)
        names = (RecordName(span.epoch, span.lane, seq) for seq in seqs)
        return [name for name in names if name in self._awaited]

    # Keeping.

    def _note(self, response: Response) -> Iterator[StateChange]:
        detector = response.detector
        self._forget(self._responses.pop(detector, None))
        self._responses[detector] = response  # the newest last
        self._await(detector, response)
        yield DETECTOR_ROW + detector, msgspec.json.encode(response).decode()
        for gone, dropped in _bound(self._responses, MOST_KEPT):
            self._forget(dropped)
            yield DETECTOR_ROW + gone, None

    def _forget(self, response: Response | None) -> None:
        if response is not None:
            self._awaited.pop(_name_of(response), None)

    def _await(self, detector: str, response: Response) -> None:
        """Wait for the words on an event; those of another boot cannot be measured."""
        is_done = response.published is not None and (
            response.centre is not None or not self.by_centre
        )
        if response.measured.boot_id == self._boot_id and not is_done:
            self._awaited[_name_of(response)] = detector

    def _dated_test(self, test: ZoneTest) -> ZoneTest:
        """Date what happened before the clock was known, once it is: most is dated already."""
        if test.began_ns is None:
            test = replace(test, began_ns=self._date(test.began))
        if test.ended is not None and test.ended_ns is None:
            test = replace(test, ended_ns=self._date(test.ended))
        return test

    def _dated_response(self, response: Response) -> Response:
        if response.measured_ns is not None:
            return response
        dated = self._date(response.measured)
        return response if dated is None else replace(response, measured_ns=dated)


def is_of_the_walk_test(row: str) -> bool:
    """Tell whether a durable row is one of this log's, by its key."""
    return row.startswith(ROW)


def _name_of(response: Response) -> RecordName:
    return RecordName(response.epoch, response.lane, response.seq)


def _seen(detector: str, given: Input | None, outputs: tuple[str, ...]) -> _Seen:
    if isinstance(given, Reading) and given.detector == detector:
        return _Seen(given.quantity, given.value, outputs)
    return _Seen(None, None, outputs)


def _is_a_call_point(event: ConditionEvent) -> bool:
    """Tell whether it is the alarm of a manual call point."""
    return (
        event.condition is Condition.FIRE_ALARM
        and event.change is Change.ENTERED
        and event.source.startswith(CALL_POINT)
    )


def _is_in(test: ZoneTest, at: Instant) -> bool:
    """Tell whether an instant of this boot lies in a test of it, its end included."""
    return test.began.at <= at and (test.ended is None or at <= test.ended.at)


def _raised_by(event: Event) -> frozenset[str]:
    """Name the detectors by whose values a zone under test has just raised something."""
    match event:
        case ConditionEvent(mode=Mode.TEST, change=Change.ENTERED | Change.SPREAD):
            return frozenset(each.detector for each in event.evidence)
    return frozenset()


_Key = TypeVar("_Key")
_Any = TypeVar("_Any")


def _bound(kept: dict[_Key, _Any], most: int) -> list[tuple[_Key, _Any]]:
    """Drop what was put in first until no more than the most are left; give what went."""
    if len(kept) <= most:
        return []
    return [(key, kept.pop(key)) for key in list(kept)[: len(kept) - most]]


def _read(rows: Mapping[str, str], prefix: str, kind: type[Kept]) -> Iterator[tuple[str, Kept]]:
    """Read rows; one that cannot be read, as from damage, is as if it had never been."""
    decoder = msgspec.json.Decoder(kind)
    for key, row in rows.items():
        if not key.startswith(prefix):
            continue
        try:
            yield key.removeprefix(prefix), decoder.decode(row)
        except msgspec.MsgspecError:
            continue

"""The walk test's log: ticked off is what responded under test, and nothing else."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.commissioning import walk_log
from gateway.commissioning.proof import progress_of, zones_under_test
from gateway.commissioning.walk_log import WalkLog
from gateway.control.walk_status import WalkedDetector, WalkNow
from gateway.messages.event import body_of, kind_of
from gateway.messages.parts import Directory, SiteSummary
from gateway.record import ClockQuality, Record, RecordName, Span
from rules.condition import Condition, Lane, Mode
from rules.event import Change, ConditionEvent, Event, Evidence, Notice, NoticeEvent
from rules.instant import Instant, Moment, seconds
from rules.output import OutputCommand
from rules.reading import Reading
from rules.step import Step

BOOT, EPOCH, CONFIGURATION = "boot-b", "e" * 32, "ab" * 32
ANNUNCIATORS = frozenset({"siren"})
SITE = SiteSummary(
    id="CS1", name="Chợ", province="33", commune="12345", address="", latitude=None, longitude=None
)
DIRECTORY = Directory(site=SITE, zones={"hall": "Sảnh"}, detectors={}, paths=())
DETECTORS = tuple(
    WalkedDetector(id=id_, name=id_, zone=zone)
    for id_, zone in (("h1", "hall"), ("h2", "hall"), ("s1", "store"))
)


def at(second: float) -> Instant:
    return Instant(seconds(second))


class Gateway:
    """The log, with the core, the journal and the uplink around it played."""

    def __init__(self, *, by_centre: bool = True, rows: dict[str, str] | None = None) -> None:
        self.rows: dict[str, str] = {} if rows is None else rows
        self.by_centre = by_centre
        self.seqs = dict.fromkeys(Lane, 0)
        self.offset: int | None = None
        self.restart()

    def restart(self, boot: str = BOOT) -> None:
        self.log = WalkLog(dict(self.rows), boot, by_centre=self.by_centre, date=self.date)

    def date(self, moment: Moment) -> int | None:
        return None if self.offset is None or moment.boot_id != BOOT else moment.at + self.offset

    def keep(self, changes) -> None:
        for key, row in changes:
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row

    def step(self, *events: Event, reading: Reading | None = None, driven: tuple[str, ...] = ()):
        outputs = tuple(OutputCommand(output, True) for output in driven)
        self.keep(self.log.stepped(reading, Step(events, outputs, ()), ANNUNCIATORS))

    def begins(self, zone: str, second: float, author: str = "binh") -> None:
        self.step(test_event(Change.ENTERED, zone, second, second, author=author))

    def ends(self, zone: str, began: float, second: float, cause: str = "end-test") -> None:
        self.step(test_event(Change.LEFT, zone, began, second, author="lan", cause=cause))

    def responds(
        self, detector: str, zone: str, second: float, *, durable: bool = True, made: bool = True
    ) -> RecordName:
        event = responded(detector, zone, second)
        self.step(event, reading=Reading(detector, "smoke", 4.25, at(second)))
        return self.makes(event, durable=durable) if made else RecordName(EPOCH, Lane.STATUS, 0)

    def makes(self, event: Event, *, durable: bool = True) -> RecordName:
        self.seqs[event.lane] += 1
        record = Record(
            name=RecordName(EPOCH, event.lane, self.seqs[event.lane]),
            number=None,
            boot_id=BOOT,
            monotonic_ns=event.at,
            wall_ns=0,
            clock=ClockQuality.UNKNOWN,
            kind=kind_of(event),
            body=body_of(event, DIRECTORY),
            durable=durable,
        )
        self.keep(self.log.made((record,), Instant(event.at + seconds(0.003)), CONFIGURATION))
        return record.name

    def published(self, name: RecordName, second: float) -> None:
        self.keep(self.log.published((name,), at(second)))

    def confirmed(self, first: int, last: int, second: float, lane: Lane = Lane.STATUS) -> None:
        self.keep(self.log.confirmed((Span(EPOCH, lane, first, last),), at(second)))

    def of(self, detector: str):
        return {each.detector: each for each in self.log.responses}[detector]

    def now(self, second: float = 10_000) -> WalkNow:
        return WalkNow(
            now=Moment(BOOT, at(second)),
            configuration=CONFIGURATION,
            has_paths=True,
            by_centre=self.by_centre,
            detectors=DETECTORS,
            tests=self.log.tests,
            responses=self.log.responses,
        )

    def ticked(self, zone: str) -> set[str]:
        return {tick.detector.id for tick in progress_of(self.now(), frozenset({zone})).done}


def test_event(change: Change, zone: str, began: float, second: float, **more) -> ConditionEvent:
    return ConditionEvent(
        change=change,
        condition=Condition.TEST,
        zone=zone,
        source=f"zone/{zone}",
        incident=Moment(BOOT, at(began)),
        at=at(second),
        ends=at(began + 7200),
        **more,
    )


test_event.__test__ = False


def responded(detector: str, zone: str, second: float) -> NoticeEvent:
    return NoticeEvent(
        notice=Notice.DETECTOR_TESTED, at=at(second), detail=detector, zone=zone, mode=Mode.TEST
    )


def alarm(source: str, second: float, *detectors: str, mode: Mode = Mode.TEST) -> ConditionEvent:
    return ConditionEvent(
        change=Change.ENTERED,
        condition=Condition.FIRE_ALARM,
        zone="hall",
        source=source,
        incident=Moment(BOOT, at(second)),
        at=at(second),
        evidence=tuple(Evidence(each, "smoke", 4.25, "%/m") for each in detectors),
        mode=mode,
    )


def test_a_response_says_who_when_what_and_how_long_it_took():
    gateway = Gateway()
    gateway.begins("hall", 100)
    name = gateway.responds("h1", "hall", 110)
    gateway.published(name, 110.042)
    gateway.confirmed(1, 5, 110.118)

    told = gateway.of("h1")

    assert (told.zone, told.author, told.configuration) == ("hall", "binh", CONFIGURATION)
    assert told.measured == Moment(BOOT, at(110))
    assert (told.quantity, told.value) == ("smoke", 4.25)
    assert (told.durable, told.published, told.centre) == tuple(map(seconds, (0.003, 0.042, 0.118)))
    assert (told.epoch, told.lane, told.seq) == (EPOCH, Lane.STATUS, 1)
    assert not gateway.log.waits


def test_what_is_told_once_more_keeps_its_first_time():
    gateway = Gateway()
    gateway.begins("hall", 100)
    name = gateway.responds("h1", "hall", 110)
    for second in (110.05, 111, 112):
        gateway.published(name, second)
    gateway.confirmed(1, 1, 113)
    gateway.confirmed(1, 1, 114)

    assert (gateway.of("h1").published, gateway.of("h1").centre) == (seconds(0.05), seconds(3))


def test_the_word_on_an_earlier_response_is_not_taken_for_the_newest():
    gateway = Gateway()
    gateway.begins("hall", 100)
    first = gateway.responds("h1", "hall", 110)
    gateway.responds("h1", "hall", 120)
    gateway.published(first, 121)

    assert gateway.of("h1").published is None


def test_where_the_brokers_word_counts_nobody_speaks_for_the_centre():
    gateway = Gateway(by_centre=False)
    gateway.begins("hall", 100)
    name = gateway.responds("h1", "hall", 110)
    gateway.published(name, 110.05)
    gateway.confirmed(1, 1, 110.05)

    assert gateway.of("h1").centre is None
    assert not gateway.log.waits


def test_what_only_memory_has_is_not_durable():
    gateway = Gateway()
    gateway.begins("hall", 100)
    gateway.responds("h1", "hall", 110, durable=False)

    assert gateway.of("h1").durable is None


def test_a_response_whose_event_was_never_made_is_no_tick():
    gateway = Gateway()
    gateway.begins("hall", 100)
    gateway.responds("h1", "hall", 110, made=False)

    assert gateway.ticked("hall") == set()


def test_the_outputs_of_a_test_stand_beside_the_detector_that_drove_them():
    gateway = Gateway()
    gateway.begins("hall", 100)
    at_once = responded("h1", "hall", 110)
    gateway.step(alarm("rule/fire", 110, "h1"), at_once, driven=("siren", "fault-relay"))
    gateway.makes(at_once)
    gateway.responds("h2", "hall", 120)
    gateway.step(alarm("rule/slow", 125, "h1", "h2"), driven=("siren",))
    gateway.responds("s1", "store", 126)
    gateway.step(alarm("rule/late", 200, "s1"), driven=("siren",))

    assert gateway.of("h1").outputs == gateway.of("h2").outputs == ("siren",)
    assert gateway.of("s1").outputs == (), "a minute later it is no longer of that response"


def test_a_manual_call_point_responds_by_its_alarm_in_earnest():
    gateway = Gateway()
    gateway.begins("hall", 100)
    pressed = alarm("call-point/h1", 110, "h1", mode=Mode.LIVE)
    reading = Reading("h1", "contact", 1.0, at(110))
    gateway.step(
        pressed, test_event(Change.LEFT, "hall", 100, 110, cause="call-point"), reading=reading
    )
    name = gateway.makes(pressed)
    gateway.published(name, 110.02)
    gateway.confirmed(1, 1, 110.5, Lane.ALARM)

    told = gateway.of("h1")
    assert (told.lane, told.author, told.value) == (Lane.ALARM, "binh", 1.0)
    assert (told.published, told.centre) == (seconds(0.02), seconds(0.5))
    assert gateway.ticked("hall") == {"h1"}
    assert gateway.now().tests[0].cause == "call-point"


def test_the_alarm_of_a_rule_is_nobodys_response():
    gateway = Gateway()
    gateway.begins("hall", 100)
    fire = alarm("rule/fire", 110, "h1", mode=Mode.LIVE)
    gateway.step(fire)
    gateway.makes(fire)

    assert gateway.log.responses == ()


def test_a_test_is_known_from_its_begin_to_its_end_and_who_ended_it():
    gateway = Gateway()
    gateway.begins("hall", 100)
    [running] = gateway.log.tests
    gateway.ends("hall", 100, 500)
    [ended] = gateway.log.tests

    assert (running.author, running.ended, running.ends) == ("binh", None, at(7300))
    assert ended.ended == Moment(BOOT, at(500))
    assert (ended.author, ended.cause, ended.ended_by) == ("binh", "end-test", "lan")
    assert zones_under_test(gateway.now()) == frozenset()


def test_a_restart_keeps_all_of_it_and_goes_on_measuring():
    gateway = Gateway()
    gateway.begins("hall", 100)
    name = gateway.responds("h1", "hall", 110)
    before = (gateway.log.tests, gateway.log.responses)

    gateway.restart()

    assert (gateway.log.tests, gateway.log.responses) == before
    gateway.step(test_event(Change.STANDING, "hall", 100, 120, author="binh"))
    assert gateway.ticked("hall") == {"h1"}, "it is the same test"
    gateway.published(name, 130)
    assert gateway.of("h1").published == seconds(20)


def test_over_a_reboot_nothing_is_measured():
    gateway = Gateway()
    gateway.begins("hall", 100)
    name = gateway.responds("h1", "hall", 110)
    gateway.restart("boot-c")
    gateway.published(name, 5)

    assert gateway.of("h1").published is None
    assert not gateway.log.waits


def test_what_happened_before_the_clock_was_set_is_dated_once_it_is():
    gateway = Gateway()
    gateway.begins("hall", 100)
    gateway.responds("h1", "hall", 110)
    assert gateway.of("h1").measured_ns is None

    gateway.offset = 1_000_000

    assert gateway.of("h1").measured_ns == at(110) + 1_000_000
    assert gateway.log.tests[0].began_ns == at(100) + 1_000_000


def test_rows_that_cannot_be_read_are_as_if_they_had_never_been():
    rows = {
        "walk-test/detector/h1": "{",
        "walk-test/detector/h2": '{"detector": 7}',
        "walk-test/zone/hall": "null",
        "boot": "boot-b",
    }

    log = WalkLog(rows, BOOT, by_centre=True, date=lambda _moment: None)

    assert (log.tests, log.responses) == ((), ())


def test_what_is_kept_is_bounded_and_what_came_first_goes(monkeypatch):
    monkeypatch.setattr(walk_log, "MOST_KEPT", 3)
    monkeypatch.setattr(walk_log, "MOST_UNNAMED", 2)
    gateway = Gateway()
    for number in range(5):
        gateway.begins(f"z{number}", number)
        gateway.responds(f"d{number}", f"z{number}", number)
        gateway.responds(f"never-{number}", f"z{number}", number, made=False)

    assert [each.detector for each in gateway.log.responses] == ["d2", "d3", "d4"]
    assert [each.zone for each in gateway.log.tests] == ["z2", "z3", "z4"]
    assert len(gateway.rows) == 6
    assert len(gateway.log._awaited) == 3
    assert len(gateway.log._seen) == 2
    gateway.published(RecordName(EPOCH, Lane.STATUS, 1), 9)  # of one that is gone


def test_a_span_longer_than_all_that_is_awaited_is_not_walked_through():
    gateway = Gateway()
    gateway.begins("hall", 100)
    gateway.responds("h1", "hall", 110)
    gateway.confirmed(1, 10**15, 111)

    assert gateway.of("h1").centre == seconds(1)


acts = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.sampled_from(["hall", "store"])),
        st.tuples(st.just("end"), st.sampled_from(["hall", "store"])),
        st.tuples(st.just("respond"), st.sampled_from(DETECTORS)),
        st.tuples(st.just("unmade"), st.sampled_from(DETECTORS)),
        st.tuples(st.just("publish"), st.integers(1, 12)),
        st.tuples(st.just("confirm"), st.integers(1, 12)),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=30,
)


@given(acts)
def test_a_detector_is_ticked_exactly_if_its_event_was_made_after_its_test_began(acts):  # noqa: C901 - one case an act
    gateway, began, made = Gateway(), {}, {}
    running: set[str] = set()
    for second, (act, what) in enumerate(acts, start=1):
        match act:
            case "begin" if what not in running:
                gateway.begins(what, second)
                began[what], running = second, running | {what}
            case "end" if what in running:
                gateway.ends(what, began[what], second)
                running = running - {what}
            case "respond" if what.zone in running:
                gateway.responds(what.id, what.zone, second)
                made[what.id] = second
            case "unmade" if what.zone in running:
                gateway.responds(what.id, what.zone, second, made=False)
            case "publish":
                gateway.published(RecordName(EPOCH, Lane.STATUS, what), second)
            case "confirm":
                gateway.confirmed(1, what, second)
            case "restart":
                gateway.restart()
        for each in DETECTORS:
            expected = each.id in made and made[each.id] >= began.get(each.zone, second + 1)
            assert (each.id in gateway.ticked(each.zone)) is expected
        for each in gateway.log.responses:
            lasted = at(second) - each.measured.at
            for took in (each.published, each.centre):
                assert took is None or 0 <= took <= lasted
    assert set(gateway.rows) == {
        *(f"walk-test/zone/{each.zone}" for each in gateway.log.tests),
        *(f"walk-test/detector/{each.detector}" for each in gateway.log.responses),
    }
    kept = {msgspec.json.decode(row).get("detector") for row in gateway.rows.values()} - {None}
    assert kept == set(made)

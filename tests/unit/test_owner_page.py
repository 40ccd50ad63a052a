"""What the owner's page says of a gateway, and how it is written down."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from event_examples import told
from golden_file import assert_golden
from hypothesis import given
from hypothesis import strategies as st
from status_examples import EXAMPLES, condition, fire, path_lost, quiet

from gateway.contract.example_site import SETTINGS
from gateway.control.gist import Gist, gist_of
from gateway.control.owner_now import contacts_now, page_now
from gateway.control.protocol import Verb
from gateway.control.status import ContactNow, PageNow, PathNow
from gateway.control.status_view import view
from gateway.control.walk_status import Response, WalkedDetector, WalkNow, ZoneTest
from gateway.page.asked import is_ours, language_of, names_of
from gateway.page.compose import MOST_AMISS, MOST_ZONES, nothing_seen, page_of
from gateway.page.happenings import MOST_KEPT, MOST_PAGES_BACK, PAGE, Happenings
from gateway.page.markup import Markings
from gateway.page.seen import Seen
from gateway.page.told import Told, told_of
from gateway.page.tone import Headline, Tone
from gateway.record import ClockQuality
from gateway.settings.owner import Contact, Page
from gateway.text import TEXTS, Language
from rules.condition import Condition
from rules.event import Notice, NoticeEvent
from rules.instant import Instant, Moment
from rules.snapshot import Protection, ZoneNow

HUNG_YEN_S = 7 * 3600
CONTACTS = (
    ContactNow(name="Bình", phone="0912 345 678", role="kỹ thuật viên"),
    ContactNow(name="Phòng trực", phone="+84 (221) 3862-114"),
)
MARKINGS = Markings()


def seen(name: str = "quiet", **more: object) -> Seen:
    status = replace(EXAMPLES[name](), utc_offset_s=HUNG_YEN_S, contacts=CONTACTS)
    return Seen(status=replace(status, **more))


def page(name: str = "quiet", language: Language = Language.ENGLISH, **more: object):
    return page_of(seen(name, **more), language, is_lost=False)


class Read(HTMLParser):
    """What a browser makes of a document: its elements, and its text line by line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.elements: list[tuple[str, dict]] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._silent += tag in ("style", "script", "svg")

    def handle_endtag(self, tag):
        self._silent -= tag in ("style", "script", "svg")

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.lines.append(" ".join(data.split()))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["quiet", "fire", "path-lost", "disabled"])
def test_the_page_says_what_a_person_found_good(name, language):
    text = MARKINGS.whole(page(name, language))

    assert_golden(f"owner-page-{name}.{language}", "\n".join(Read(text).lines))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_is_as_grave_as_the_status(name):
    gist = gist_of(EXAMPLES[name]())

    tone = page(name).hero.tone

    quiet_gists = {Gist.QUIET: Tone.PROTECTED, Gist.TEST: Tone.TEST, Gist.STARTING: Tone.STARTING}
    alarms = dict.fromkeys((Gist.FIRE_ALARM, Gist.GAS_ALARM), Tone.ALARM)
    alarms[Gist.PRE_ALARM] = Tone.PRE_ALARM
    unprotected = dict.fromkeys((Gist.UNPROTECTED, Gist.NO_ZONES), Tone.UNPROTECTED)
    assert tone is (quiet_gists | alarms | unprotected).get(gist, Tone.REDUCED)


def test_every_headline_and_every_way_to_be_told_has_words():
    for headline in Headline:
        assert f"page.gist.{headline}" in TEXTS
        assert headline is Headline.QUIET or f"page.do.{headline}" in TEXTS
    assert [told for told in Told if f"page.told.{told}" not in TEXTS] == []


def test_a_fault_that_leaves_every_zone_watched_and_told_of_is_not_called_a_loss_of_protection():
    conditions = (condition(Condition.FAULT, None, "gateway/metrics", 30, cause="port-taken"),)
    shown = page(now=replace(quiet().now, conditions=conditions))

    assert shown.hero.headline == "PROTECTED, WITH A FAULT"
    assert shown.hero.tone is Tone.REDUCED
    assert page("fault").hero.headline == "PROTECTION REDUCED"


def test_a_site_that_tells_nobody_says_so_however_quiet_it_is():
    assert told_of(replace(quiet(), paths=())) is Told.NOBODY
    assert "NOBODY OUTSIDE" in page(paths=()).told.what
    assert any("call 114 yourself" in advice for advice in page(paths=()).hero.advice)


def test_a_centre_that_does_not_answer_is_not_reached_though_its_broker_is():
    answer = condition(Condition.FAULT, None, "path/lan/answer", 30, cause="no-answer")
    status = replace(quiet(), now=replace(quiet().now, conditions=(answer,)), by_centre=True)
    second = (*quiet().paths, PathNow(id="4g", connected=True, since=Instant(0)))

    assert told_of(status) is Told.NO_ANSWER
    assert told_of(replace(status, paths=second)) is Told.CENTRE
    assert told_of(path_lost()) is Told.NOT_REACHED
    assert told_of(quiet()) is Told.BROKER


def test_an_alarm_that_only_its_latch_holds_up_says_that_its_cause_has_gone():
    shown = page("latched")

    assert shown.hero.headline == "FIRE ALARM: CAUSE GONE"
    assert "nobody has acknowledged it" in shown.hero.since


def test_who_has_acknowledged_and_that_the_sirens_are_silent_stand_below_the_alarm():
    now = fire().now
    seen_by = tuple(replace(each, acknowledged="binh") for each in now.conditions)

    shown = page("fire", now=replace(now, conditions=seen_by))

    assert "seen by binh; sirens silenced" in shown.hero.since


def test_a_zone_without_a_name_for_its_trouble_is_explained_where_nothing_else_does():
    degraded = condition(Condition.DEGRADED, "hall", "zone/hall")
    detector = condition(Condition.FAULT, "hall", "detector/hall-gas/range", cause="over-range")
    alone, explained = (
        page(now=replace(quiet().now, conditions=conditions)).amiss
        for conditions in ((degraded,), (degraded, detector))
    )

    assert [row.what for row in alone] == ["Not every detector can be relied on: Sảnh chính"]
    assert [row.what for row in explained] == ["A detector does not work: hall-gas (Sảnh chính)"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("bus/stalls", "The line to several detectors does not work: stalls"),
        ("output/siren", "A siren or another output does not work: siren"),
        ("call-point/mcp", "A manual call point does not work: mcp"),
        ("something", "A fault: something"),
    ],
)
def test_a_fault_is_named_in_a_laypersons_words(source, said):
    fault_now = condition(Condition.FAULT, None, source)
    watched = condition(Condition.SUPERVISORY, "store", "rule/valve")

    rows = page(now=replace(quiet().now, conditions=(fault_now, watched))).amiss

    assert [row.what for row in rows] == ["Supervised equipment: valve (Kho sơn)", said]


def test_the_page_of_a_large_site_is_bounded_and_says_what_it_leaves_out():
    zones = tuple(
        ZoneNow(id=f"z{at}", name=f"Zone {at}", protection=Protection.FULL, conditions=())
        for at in range(MOST_ZONES + 7)
    )
    bad = replace(zones[-1], protection=Protection.UNPROTECTED)
    faults = tuple(
        condition(Condition.FAULT, f"z{at}", f"detector/d{at}") for at in range(MOST_AMISS + 3)
    )

    shown = page(now=replace(quiet().now, zones=(*zones[:-1], bad), conditions=faults))

    assert (len(shown.zones), shown.zones_omitted) == (MOST_ZONES, 7)
    assert shown.zones[0].what == bad.name, "what is amiss comes first"
    assert (len(shown.amiss), shown.amiss_omitted) == (MOST_AMISS, 3)
    text = MARKINGS.whole(shown)
    assert "and 7 more zones" in text
    assert "and 3 more" in text


def test_a_page_that_has_lost_the_gateway_hides_its_headline_and_dates_what_it_knew():
    lost = page_of(seen(), Language.ENGLISH, is_lost=True)

    read = Read(MARKINGS.whole(lost))

    assert ("main", "protected lost") in [
        (tag, (attrs.get("class") or "").removeprefix("tone-")) for tag, attrs in read.elements
    ]
    title = read.lines[0]
    assert title == "NO CONTACT WITH THE GATEWAY · Chợ Phố Hiến"
    assert any(line.startswith("Last known, as of 2026-11-24 14:05:00") for line in read.lines)


def test_before_the_gateway_has_told_anything_the_page_says_whom_to_call():
    lines = Read(MARKINGS.whole(nothing_seen(Language.VIETNAMESE))).lines

    assert "MẤT LIÊN LẠC VỚI BỘ TRUYỀN TIN" in lines
    assert "Gọi 114" in lines


def test_a_number_is_shown_as_it_is_written_and_dialled_as_a_telephone_wants_it():
    assert [(call.phone, call.dialled) for call in page().calls] == [
        ("0912 345 678", "0912345678"),
        ("+84 (221) 3862-114", "+842213862114"),
    ]


def test_the_status_names_whom_to_call_below_114():
    lines = view(seen().status, Language.ENGLISH, None)

    at = lines.index("Whom to call")
    assert [" ".join(line.split()) for line in lines[at + 1 : at + 4]] == [
        "114 Fire and rescue police",
        "0912 345 678 Bình kỹ thuật viên",
        "+84 (221) 3862-114 Phòng trực",
    ]


def test_what_the_site_file_says_for_the_owner_is_in_the_status_as_it_stands():
    given_ = replace(
        SETTINGS,
        contacts=(Contact(name="Bình", phone="0912 345 678", role="kỹ thuật viên"),),
        page=Page(interface="eth0", port=8081),
    )

    assert contacts_now(given_) == CONTACTS[:1]
    assert page_now(given_) == PageNow(interface="eth0", address=None, port=8081, language="vi")
    assert page_now(SETTINGS) is None


def test_a_gateway_without_zones_is_not_set_up_and_one_zone_is_one():
    none = page(now=replace(quiet().now, zones=()))
    one = page(now=replace(quiet().now, zones=quiet().now.zones[:1]))

    assert none.hero.where == "Nothing is watched: the gateway has not been set up."
    assert one.hero.where == "The one zone is watched."


def test_a_zone_looks_as_grave_as_what_stands_in_it():
    hall, stalls, store = quiet().now.zones
    zones = (
        replace(hall, conditions=(Condition.PRE_ALARM,)),
        replace(stalls, under_test=True),
        replace(store, disabled=True),
    )

    shown = page(now=replace(quiet().now, zones=zones)).zones

    assert [row.tone for row in shown] == [Tone.PRE_ALARM, Tone.REDUCED, Tone.TEST]


def test_what_is_out_of_service_says_since_when_and_asks_to_be_put_back():
    siren = condition(Condition.DISABLED, None, "output/siren", 600, author="an", hours_left=1)
    hero = page(now=replace(quiet().now, conditions=(siren,))).hero

    assert hero.headline == "PROTECTION REDUCED"
    assert hero.since == "since 13:55:00"
    assert hero.advice[0].startswith("Somebody took this out of service.")


# The last tests


def walk(*tests: ZoneTest, responses: tuple[str, ...] = ()) -> WalkNow:
    return WalkNow(
        now=Moment("boot-b", Instant(0)),
        configuration="",
        has_paths=True,
        by_centre=False,
        detectors=tuple(WalkedDetector(id=id_, name=id_, zone="hall") for id_ in ("a", "b")),
        tests=tests,
        responses=tuple(
            Response(
                detector=id_,
                zone="hall",
                author="binh",
                configuration="",
                measured=Moment("boot-b", Instant(0)),
                clock=ClockQuality.SYNCHRONISED,
                epoch="e",
                seq=1,
            )
            for id_ in responses
        ),
    )


def test_the_newest_walk_test_is_shown_and_how_many_detectors_have_responded():
    began = Moment("boot-b", Instant(0))
    old = ZoneTest(zone="store", began=began, author="an", began_ns=1, ended=began)
    new = ZoneTest(
        zone="hall", began=began, author="binh", began_ns=1_795_000_000 * 10**9, ended=began
    )
    runs = replace(old, ended=None)

    walks = (walk(*tests, responses=("a", "gone")) for tests in ((old, new), (runs, new)))
    last, running = (
        page_of(replace(seen(), walk=each), Language.ENGLISH, is_lost=False) for each in walks
    )

    assert last.tests[0].what == "Walk test of Sảnh chính: 2026-11-18 18:06:40, by binh"
    assert last.tests[0].more == "1 of 2 detectors have responded to a test"
    assert running.tests[0].what == "Walk test of Kho sơn running, by an"
    assert "not known" in page().tests[0].what


def test_the_periodic_test_says_whether_it_has_arrived_and_events_stand_below():
    arrived, waiting, none = (
        page_of(
            replace(seen(), periodic=periodic, events=(event(7),), walk=walk()),
            Language.ENGLISH,
            is_lost=False,
        )
        for periodic in (event(1, periodic=True), event(1, periodic=True, delivered=False), None)
    )

    assert arrived.tests[1].what.endswith(", arrived")
    assert waiting.tests[1].what.endswith(", NOT ARRIVED YET")
    assert none.tests[1].what.endswith(": none known")
    assert [row.what for row in none.events] == ["gateway started"]
    assert "No walk test" in none.tests[0].what
    assert page("quiet", paths=()).tests[1:] == ()


# What is asked for


def event(number: int, *, periodic: bool = False, delivered: bool = True):
    notice = Notice.PERIODIC_TEST if periodic else Notice.STARTED
    return told(NoticeEvent(notice=notice, at=Instant(0)), number, delivered=delivered)


def test_the_newest_events_are_kept_and_the_newest_periodic_test_is_looked_for_further_back():
    happenings = Happenings()
    first = happenings.question()
    happenings.told(first, [event(number) for number in range(501, 501 + PAGE)])
    assert first.after is first.before is None

    back = happenings.question()
    happenings.told(back, [event(301, periodic=True, delivered=False), event(302)])

    assert back.before == 501
    assert happenings.periodic.number == 301
    assert [each.number for each in happenings.newest][:2] == [700, 699]
    assert len(happenings.newest) == MOST_KEPT
    assert not happenings.is_behind
    asked = {happenings.question().after for _ in range(2)}
    assert asked == {300, 700}, "what has not arrived is looked at again, and what is new too"
    happenings.told(replace(first, after=300, limit=1), [event(301, periodic=True)])
    assert happenings.periodic.delivered


def test_a_test_that_never_was_is_not_looked_for_for_ever():
    happenings = Happenings()
    happenings.told(happenings.question(), [event(5000)])
    for number in range(MOST_PAGES_BACK):
        question = happenings.question()
        assert question.before is not None
        happenings.told(question, [event(4000 - number)])

    assert not happenings.is_behind
    assert happenings.question().after == 5000


def test_whoever_is_far_behind_asks_on_at_once():
    happenings = Happenings()
    happenings.told(happenings.question(), [])
    question = happenings.question()
    happenings.told(question, [event(number) for number in range(1, PAGE + 1)])

    assert question.after == 0
    assert happenings.is_behind
    assert happenings.question().verb is Verb.EVENTS


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("en", "vi", "en"),
        ("fr", "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        (None, "en-US,en;q=0.9", "en"),
        (None, "fr, en;q=0.5, vi;q=0.7", "vi"),
        (None, "de", "vi"),
        (None, "en;q=0", "vi"),
        (None, "en;q=" + "9" * 5000, "en"),
        (None, "", "vi"),
    ],
)
def test_the_language_is_the_one_asked_for_or_liked_best_or_the_sites(asked, accepted, language):
    assert language == language_of(asked, accepted, Language.VIETNAMESE)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("192.168.1.20:8080", True),
        ("[fd00::1]:8080", True),
        ("Gateway.local", True),
        ("gateway.lan.:8080", True),
        ("localhost", True),
        ("evil.example", False),
        ("192.168.1.20.evil.example", False),
        ("gateway.local:8080:1", False),
        ("a b", False),
        ("", False),
        ("x" * 5000, False),
    ],
)
def test_only_an_address_and_our_own_names_are_answered(host, ours):
    assert is_ours(host, names_of("gateway.lan")) is ours


# Whatever a name is, it is text


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("<>&\"'`/={}%#\x00\u202e\u2028"), st.characters()),
    max_size=60,
).map(lambda text: text + "<script>alert(1)</script>\"'>{{7*7}}<img src=//evil>")


@given(HOSTILE)
def test_no_name_becomes_an_element_nor_a_template(name):
    zones = (replace(quiet().now.zones[0], name=name),)
    conditions = (
        condition(Condition.FAULT, "hall", f"detector/{name}", detail=name, acknowledged=name),
        condition(Condition.FIRE_ALARM, "hall", f"rule/{name}", detail=name),
    )
    given_ = seen(
        site_name=name,
        gateway=name,
        now=replace(quiet().now, zones=zones, conditions=conditions),
        contacts=(ContactNow(name=name, phone="114", role=name),),
        paths=(PathNow(id=name, connected=False, since=Instant(0), detail=name),),
    )

    hostile = MARKINGS.whole(page_of(given_, Language.ENGLISH, is_lost=False))

    ours = MARKINGS.whole(
        page_of(replace(given_, status=_renamed(given_.status)), Language.ENGLISH, is_lost=False)
    )
    assert _skeleton(hostile) == _skeleton(ours)


def _renamed(status):
    zones = (replace(status.now.zones[0], name="x"),)
    conditions = tuple(
        replace(
            each,
            source=f"{each.source.partition('/')[0]}/x",
            detail="x",
            acknowledged=each.acknowledged and "x",
        )
        for each in status.now.conditions
    )
    return replace(
        status,
        site_name="x",
        gateway="x",
        now=replace(status.now, zones=zones, conditions=conditions),
        contacts=(ContactNow(name="x", phone="114", role="x"),),
        paths=(PathNow(id="x", connected=False, since=Instant(0), detail="x"),),
    )


def _skeleton(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Give the elements with the names of their attributes, without what they say."""
    return [(tag, tuple(attrs)) for tag, attrs in Read(text).elements]

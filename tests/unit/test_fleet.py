"""The pieces of a simulated gateway."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.backoff import Backoff
from gateway.fleet.figures import Tally, figures_view, of_100
from gateway.fleet.outbox import Outbox
from gateway.fleet.played_site import PlayedSite
from gateway.messages.parts import Stamp
from gateway.record import ClockQuality
from gateway.text import Language
from rules.instant import Instant, later, seconds

START = Instant(0)
AGAIN = Backoff(seconds(10), seconds(40))
STAMP = Stamp(boot_id="b", at=START, wall_ns=10**18, clock=ClockQuality.SYNCHRONISED)


def sent(outbox: Outbox, now: Instant = START, window: int = 100) -> list[int]:
    return [seq for seq, _ in outbox.take(now, window)]


def filled(count: int) -> Outbox:
    outbox = Outbox(AGAIN)
    for _ in range(count):
        outbox.put(b"x")
    return outbox


def test_first_copies_go_in_order_and_within_the_window():
    outbox = filled(5)

    assert sent(outbox, window=2) == [1, 2]
    assert sent(outbox, window=2) == []
    outbox.accepted(1, START)
    assert sent(outbox, window=2) == [3]


def test_what_nobody_acknowledges_is_sent_again_and_more_and_more_seldom():
    outbox = filled(1)
    at, waits = START, []
    for _ in range(4):
        assert sent(outbox, at) == [1]
        outbox.accepted(1, at)
        wait = 0
        while not outbox._ready:
            wait += 1
            outbox.tick(later(at, seconds(wait)))
        waits.append(wait)
        at = later(at, seconds(wait))

    assert waits == [10, 20, 40, 40]
    assert outbox.copies == 3


def test_after_a_lost_connection_all_that_is_not_acknowledged_goes_again_in_order():
    outbox = filled(4)
    sent(outbox)
    outbox.accepted(1, START)
    outbox.confirmed(2, 2, START)
    outbox.lost()

    assert sent(outbox) == [1, 3, 4]


def test_an_acknowledgement_tells_how_long_it_took_from_the_first_sending():
    outbox = filled(3)
    sent(outbox)
    outbox.lost()
    sent(outbox, later(START, seconds(5)))

    assert outbox.confirmed(1, 2, later(START, seconds(7))) == [seconds(7), seconds(7)]
    assert outbox.confirmed(1, 9, later(START, seconds(8))) == [seconds(8)]
    assert len(outbox) == 0


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values, percent):
    ordered = sorted(values)

    found = of_100(ordered, percent)

    def within(value: int) -> bool:
        return sum(each <= value for each in values) * 100 >= percent * len(values)

    assert found == min(value for value in values if within(value))


def test_the_figures_of_nothing_are_no_figures():
    figures = Tally().figures(3, 0)

    assert (figures.p50_ms, figures.p99_ms, figures.alarms_per_s) == (None, None, None)
    assert len(figures_view(figures, Language.VIETNAMESE)) == 12


def test_two_gateways_of_a_fleet_speak_for_themselves():
    one, two = (
        PlayedSite(number=number, province="33", epoch="e", device_key="k") for number in (1, 2)
    )

    assert one.origin != two.origin
    assert b'"source":"/pccc/33/SIM0002/SIM-0002"' in two.alarm(7, STAMP)
    assert b'"seq":7' in two.alarm(7, STAMP)
    assert b'"device_key":"k"' in one.inventory(STAMP)
    assert b'"fire-alarm"' in one.state(7, STAMP, STAMP)
    assert b'"fire-alarm"' not in one.state(7, None, STAMP)

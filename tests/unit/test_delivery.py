"""The outbox's policy: order, precedence, the window, refusals, and bounded memory."""

from gateway.record import ClockQuality, Record, RecordName
from gateway.uplink.delivery import LIVE_FOR, RETRY, Delivery, Sending
from gateway.uplink.lane_memory import BOUNDS, Bounds
from rules.condition import Lane
from rules.instant import Instant, Moment, seconds

BOOT = "boot-now"
STARTED = Moment(BOOT, Instant(seconds(1000)))
NOW = Instant(seconds(1001))
NOTHING_BEYOND_MEMORY = frozenset()


def record(
    seq: int,
    lane: Lane = Lane.ALARM,
    *,
    number: int | None = -1,
    epoch: str = "e",
    at: int = NOW,
    boot: str = BOOT,
) -> Record:
    return Record(
        name=RecordName(epoch, lane, seq),
        number=seq if number == -1 else number,
        boot_id=boot,
        monotonic_ns=at,
        wall_ns=0,
        clock=ClockQuality.UNKNOWN,
        kind="fire-alarm.entered",
        body=b"{}",
        durable=number is not None,
    )


def caught_up(paths: tuple[str, ...] = ("lan",), bounds: Bounds = BOUNDS) -> Delivery:
    """A delivery whose journal holds nothing undelivered."""
    delivery = Delivery(paths, STARTED, bounds)
    while (page := delivery.wanted()) is not None:
        delivery.loaded(page, [])
    return delivery


def drain(delivery: Delivery, path: str = "lan", now: Instant = NOW) -> list[Sending]:
    """Take all that may be sent on a path now."""
    sent = []
    while (sending := delivery.next(path, now)) is not None:
        sent.append(sending)
    return sent


def names(sent: list[Sending]) -> list[tuple[Lane, int]]:
    return [(sending.record.name.lane, sending.record.name.seq) for sending in sent]


def seqs(sent: list[Sending]) -> list[int]:
    return [sending.record.name.seq for sending in sent]


def test_an_alarm_overtakes_a_full_backlog_through_the_place_kept_for_it():
    delivery = caught_up()
    delivery.connected("lan")
    for seq in range(1, 101):
        delivery.offer(record(seq, Lane.STATUS))
    backlog = drain(delivery)

    delivery.offer(record(1, Lane.ALARM, number=101))

    assert len(backlog) == BOUNDS.window - 1
    assert names(drain(delivery)) == [(Lane.ALARM, 1)]


def test_trouble_goes_before_status_but_leaves_it_a_place():
    delivery = caught_up()
    delivery.connected("lan")
    for seq in range(1, 51):
        delivery.offer(record(seq, Lane.STATUS, number=seq))
        delivery.offer(record(seq, Lane.TROUBLE, number=100 + seq))
    first = delivery.next("lan", NOW)
    delivery.acknowledged("lan", first.record.name)

    lanes = [lane for lane, _ in names(drain(delivery))]

    assert first.record.name.lane is Lane.TROUBLE
    assert lanes.count(Lane.TROUBLE) == BOUNDS.window - 2
    assert lanes.count(Lane.STATUS) == 1


def test_a_broker_that_takes_one_at_a_time_is_given_one_at_a_time():
    delivery = caught_up()
    delivery.connected("lan", window=1)
    delivery.offer(record(1, Lane.STATUS))
    delivery.offer(record(2, Lane.STATUS))

    assert names(drain(delivery)) == [(Lane.STATUS, 1)]
    assert delivery.acknowledged("lan", RecordName("e", Lane.STATUS, 1))
    assert names(drain(delivery)) == [(Lane.STATUS, 2)]


def test_what_was_in_flight_on_a_lost_path_goes_again_in_order():
    delivery = caught_up()
    delivery.connected("lan")
    for seq in range(1, 6):
        delivery.offer(record(seq))
    drain(delivery)
    delivery.acknowledged("lan", RecordName("e", Lane.ALARM, 2))

    delivery.disconnected("lan")
    delivery.connected("lan")

    assert seqs(drain(delivery)) == [1, 3, 4, 5]


def test_alarms_go_on_both_paths_and_the_rest_on_the_preferred_one():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("4g")
    delivery.connected("lan")
    delivery.offer(record(1, Lane.ALARM, number=1))
    delivery.offer(record(1, Lane.TROUBLE, number=2))

    assert names(drain(delivery, "lan")) == [(Lane.ALARM, 1), (Lane.TROUBLE, 1)]
    assert names(drain(delivery, "4g")) == [(Lane.ALARM, 1)]


def test_the_first_acknowledgement_delivers_and_the_second_does_not():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("lan")
    delivery.connected("4g")
    delivery.offer(record(1))
    drain(delivery, "lan")
    drain(delivery, "4g")
    name = RecordName("e", Lane.ALARM, 1)

    assert delivery.acknowledged("4g", name)
    assert not delivery.acknowledged("lan", name)
    assert delivery.waiting()[Lane.ALARM] == 0


def test_the_other_path_takes_over_what_the_preferred_one_left():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("lan")
    delivery.connected("4g")
    for seq in range(1, 4):
        delivery.offer(record(seq, Lane.STATUS))
    drain(delivery, "lan")
    delivery.acknowledged("lan", RecordName("e", Lane.STATUS, 1))

    delivery.disconnected("lan")

    assert seqs(drain(delivery, "4g")) == [2, 3]


def test_a_slow_path_keeps_no_more_copies_than_a_page():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("lan")
    delivery.connected("4g")
    drain(delivery, "4g")
    for seq in range(1, 5001):
        delivery.offer(record(seq))
        delivery.next("lan", NOW)
        delivery.acknowledged("lan", RecordName("e", Lane.ALARM, seq))

    queued = len(delivery._connected["4g"].todo[Lane.ALARM])

    assert queued <= BOUNDS.page + 1


def test_a_hundred_thousand_waiting_records_cost_a_page_of_memory():
    delivery = caught_up()
    for seq in range(1, 100_001):
        delivery.offer(record(seq, Lane.STATUS))

    assert delivery.waiting()[Lane.STATUS] == BOUNDS.page
    assert delivery.behind() == {Lane.STATUS}


def test_a_new_alarm_goes_from_memory_whatever_the_other_lanes_have_in_the_journal():
    delivery = caught_up()
    for seq in range(1, 1001):
        delivery.offer(record(seq, Lane.STATUS))
    delivery.connected("lan")
    drain(delivery)

    delivery.offer(record(1, Lane.ALARM, number=1001))

    assert names(drain(delivery)) == [(Lane.ALARM, 1)]


def test_before_the_journal_was_read_nothing_new_overtakes_what_it_may_hold():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    delivery.offer(record(7))
    too_early = drain(delivery)

    page = delivery.wanted()
    delivery.loaded(page, [record(6, boot="boot-before"), record(7)])

    assert too_early == []
    assert page.after_number == 0
    assert seqs(drain(delivery)) == [6, 7]


def test_a_record_made_while_a_page_is_read_is_fetched_by_the_next():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    first = delivery.wanted()
    delivery.offer(record(7))
    delivery.loaded(first, [record(6)])

    second = delivery.wanted()
    while second.lane is not Lane.ALARM:
        second = delivery.wanted()

    assert (second.after_number, seqs(drain(delivery))) == (6, [6])
    delivery.loaded(second, [record(7)])
    assert seqs(drain(delivery)) == [7]
    assert Lane.ALARM not in delivery.behind()


def test_alarms_go_on_although_the_journal_cannot_be_read():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    delivery.load_failed(page)

    delivery.offer(record(7))

    assert seqs(drain(delivery)) == [7]
    again = delivery.wanted()
    assert (again.lane, again.after_number) == (Lane.ALARM, 0)
    delivery.loaded(again, [record(5), record(7)])
    assert seqs(drain(delivery)) == [5]


def test_what_was_left_to_the_journal_goes_when_that_turns_out_to_be_unreadable():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    delivery.offer(record(7))
    left_to_the_journal = drain(delivery)

    delivery.load_failed(page)

    assert left_to_the_journal == []
    assert seqs(drain(delivery)) == [7]


def test_old_news_is_historical_and_fresh_news_is_not_even_after_a_reconnection():
    delivery = caught_up()
    delivery.offer(record(1, at=NOW))
    delivery.connected("lan")
    fresh = drain(delivery)
    delivery.disconnected("lan")
    delivery.connected("lan")
    again_soon = drain(delivery)
    delivery.disconnected("lan")
    delivery.connected("lan")
    again_late = drain(delivery, now=Instant(NOW + LIVE_FOR + 1))

    assert [s.historical for s in (*fresh, *again_soon, *again_late)] == [False, False, True]


def test_what_an_earlier_process_left_is_historical():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    left = [record(1, boot="boot-before", at=NOW), record(2, at=STARTED.at - 1), record(3)]

    delivery.loaded(page, left)

    assert [sending.historical for sending in drain(delivery)] == [True, True, False]


def test_a_refused_record_is_set_aside_told_once_and_tried_again_with_back_off():
    delivery = caught_up()
    delivery.connected("lan")
    delivery.offer(record(1))
    delivery.offer(record(2))
    drain(delivery)
    first, second = RecordName("e", Lane.ALARM, 1), RecordName("e", Lane.ALARM, 2)

    told = delivery.refused("lan", first, NOW)
    delivery.acknowledged("lan", second)
    early = drain(delivery, now=Instant(NOW + RETRY.ceiling(0) - 1))
    due = Instant(NOW + RETRY.ceiling(0))
    retried = drain(delivery, now=due)
    told_again = delivery.refused("lan", first, due)
    still_waiting = drain(delivery, now=Instant(due + RETRY.ceiling(1) - 1))
    once_more = drain(delivery, now=Instant(due + RETRY.ceiling(1)))

    assert (told, told_again) == (True, False)
    assert (early, still_waiting) == ([], [])
    assert (seqs(retried), seqs(once_more)) == ([1], [1])
    assert delivery.acknowledged("lan", first)
    assert delivery.waiting()[Lane.ALARM] == 0


def test_a_record_that_one_path_refuses_is_delivered_by_the_other():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("lan")
    delivery.connected("4g")
    delivery.offer(record(1))
    drain(delivery, "lan")
    name = RecordName("e", Lane.ALARM, 1)

    delivery.refused("lan", name, NOW)

    assert seqs(drain(delivery, "4g")) == [1]
    assert delivery.acknowledged("4g", name)


def test_a_record_that_one_path_refused_and_the_other_lost_is_tried_again():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("lan")
    delivery.connected("4g")
    delivery.offer(record(1))
    drain(delivery, "lan")
    drain(delivery, "4g")

    delivery.refused("lan", RecordName("e", Lane.ALARM, 1), NOW)
    delivery.disconnected("4g")

    assert seqs(drain(delivery, "lan")) == [1]


def test_more_refusals_than_memory_holds_are_found_again_in_the_journal():
    delivery = caught_up(bounds=Bounds(window=4, page=8, aside=2))
    delivery.connected("lan")
    refused = [record(seq, Lane.TROUBLE) for seq in range(1, 5)]
    for each in refused:
        delivery.offer(each)
    while sent := drain(delivery):
        for sending in sent:
            delivery.refused("lan", sending.record.name, NOW)
    in_memory = delivery.waiting()[Lane.TROUBLE]

    (retried,) = drain(delivery, now=Instant(NOW + seconds(3600)))
    delivery.acknowledged("lan", retried.record.name)
    page = delivery.wanted()
    delivery.loaded(page, [each for each in refused if each.name != retried.record.name])

    assert in_memory == 2
    assert (page.lane, page.after_number) == (Lane.TROUBLE, 0)
    assert delivery.waiting()[Lane.TROUBLE] == 3


def test_of_records_that_only_memory_has_alarms_are_the_last_to_go():
    delivery = caught_up(bounds=Bounds(only_in_memory=3))
    delivery.offer(record(1, Lane.STATUS, number=None))
    delivery.offer(record(1, Lane.TROUBLE, number=None))
    dropped = [
        name for seq in range(1, 5) for name in delivery.offer(record(seq, Lane.ALARM, number=None))
    ]

    assert [(name.lane, name.seq) for name in dropped] == [
        (Lane.STATUS, 1),
        (Lane.TROUBLE, 1),
        (Lane.ALARM, 4),
    ]


def test_a_record_of_memory_that_the_journal_takes_later_is_not_sent_twice():
    delivery = caught_up()
    delivery.connected("lan")
    delivery.offer(record(1, number=None))
    delivery.offer(record(1, number=50))

    assert seqs(drain(delivery)) == [1]
    assert delivery.waiting()[Lane.ALARM] == 1


def test_a_late_page_of_a_lane_that_was_asked_for_anew_is_of_no_account():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    delivery.load_failed(page)

    delivery.loaded(page, [record(1)])

    assert drain(delivery) == []


def test_a_path_that_is_preferred_again_does_not_resend_what_it_still_has_in_flight():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("4g")
    for seq in range(1, 4):
        delivery.offer(record(seq, Lane.STATUS))
    first = drain(delivery, "4g")
    delivery.connected("lan")
    taken_over = drain(delivery, "lan")

    delivery.disconnected("lan")

    assert seqs(first) == seqs(taken_over) == [1, 2, 3]
    assert drain(delivery, "4g") == []


def test_an_alarm_that_was_refused_once_and_then_delivered_is_done_for_good():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("lan")
    delivery.connected("4g")
    delivery.offer(record(1))
    name = RecordName("e", Lane.ALARM, 1)
    drain(delivery, "lan")
    delivery.refused("lan", name, NOW)
    delivery.disconnected("lan")
    delivery.connected("lan")
    drain(delivery, "lan")
    delivery.acknowledged("lan", name)

    delivery.disconnected("4g")

    assert drain(delivery, "lan") == []
    assert delivery.waiting()[Lane.ALARM] == 0


def test_a_retry_that_is_refused_while_another_path_has_it_waits_its_back_off():
    delivery = caught_up(("lan", "4g"))
    delivery.connected("4g")
    delivery.offer(record(1))
    name = RecordName("e", Lane.ALARM, 1)
    drain(delivery, "4g")
    delivery.refused("4g", name, NOW)
    due = Instant(NOW + RETRY.ceiling(0))
    drain(delivery, "4g", now=due)
    delivery.connected("lan")
    drain(delivery, "lan", now=due)

    delivery.refused("lan", name, due)

    assert drain(delivery, "lan", now=due) == []


def test_when_the_journal_works_again_it_is_read_from_its_beginning():
    # It may be another file by now: numbers begin anew.
    delivery = caught_up()
    delivery.offer(record(900))
    delivery.offer(record(1, epoch="memory", number=None))
    delivery.offer(record(2, epoch="memory", number=None))
    delivery.connected("lan")
    sent = drain(delivery)

    delivery.recovered([record(1, epoch="memory", number=1), record(2, epoch="memory", number=2)])
    page = delivery.wanted()
    rescued = record(3, epoch="rescued", number=3)
    delivery.loaded(page, [*(each.record for each in sent[1:]), rescued])

    assert (page.lane, page.after_number) == (Lane.ALARM, 0)
    assert seqs(sent) == [900, 1, 2]
    assert [each.record.name for each in drain(delivery)] == [rescued.name]


def test_a_record_of_memory_that_was_dropped_is_found_in_the_journal_once_it_works_again():
    delivery = caught_up(bounds=Bounds(only_in_memory=1))
    delivery.offer(record(1, number=None))
    dropped = delivery.offer(record(2, number=None))
    delivery.connected("lan")
    drain(delivery)

    written = [record(1, number=1), record(2, number=2)]
    delivery.recovered(written)
    delivery.loaded(delivery.wanted(), written)

    assert [name.seq for name in dropped] == [2]
    assert seqs(drain(delivery)) == [2]

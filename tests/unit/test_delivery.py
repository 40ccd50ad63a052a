"""The outbox's policy: order, precedence, the window, refusals, and bounded memory."""

from gateway.record import RecordName
from gateway.uplink.delivery import LIVE_FOR, RETRY, Delivery
from gateway.uplink.lane_walk import BOUNDS, Bounds
from gateway.uplink.path_view import FEW
from rules.condition import Lane
from rules.instant import seconds
from tests.unit.outbox_at_hand import NOW, STARTED, Outbox, after, names, record, seqs


def test_an_alarm_overtakes_a_full_backlog_through_the_place_kept_for_it():
    outbox = Outbox()
    outbox.connect()
    outbox.make(*(record(seq, Lane.STATUS) for seq in range(1, 101)))
    backlog = outbox.drain()

    outbox.make(record(1, Lane.ALARM, number=101))

    assert len(backlog) == BOUNDS.window - 1
    assert names(outbox.drain()) == [(Lane.ALARM, 1)]


def test_trouble_goes_before_status_but_leaves_it_a_place():
    outbox = Outbox()
    outbox.connect()
    for seq in range(1, 51):
        outbox.make(record(seq, Lane.STATUS, number=seq))
        outbox.make(record(seq, Lane.TROUBLE, number=100 + seq))

    lanes = [lane for lane, _ in names(outbox.drain())]

    assert lanes[0] is Lane.TROUBLE
    assert lanes.count(Lane.TROUBLE) == BOUNDS.window - 2
    assert lanes.count(Lane.STATUS) == 1


def test_a_broker_that_takes_one_at_a_time_is_given_one_at_a_time():
    outbox = Outbox()
    outbox.connect(window=1)
    outbox.make(record(1, Lane.STATUS), record(2, Lane.STATUS))

    assert names(outbox.drain()) == [(Lane.STATUS, 1)]
    assert outbox.acknowledge(1, Lane.STATUS)
    assert names(outbox.drain()) == [(Lane.STATUS, 2)]


def test_a_lane_goes_one_by_one_until_the_broker_has_taken_one():
    outbox = Outbox()
    outbox.connect(proven=False)
    outbox.make(*(record(seq) for seq in range(1, 6)))
    first = outbox.drain()
    outbox.acknowledge(1)

    assert seqs(first) == [1]
    assert seqs(outbox.drain()) == [2, 3, 4, 5]


def test_what_was_in_flight_on_a_lost_path_goes_again_in_order():
    outbox = Outbox()
    outbox.connect()
    outbox.make(*(record(seq) for seq in range(1, 6)))
    outbox.drain()
    outbox.acknowledge(2)

    outbox.disconnect()
    outbox.connect()

    assert seqs(outbox.drain()) == [1, 3, 4, 5]


def test_alarms_go_on_both_paths_and_the_rest_on_the_preferred_one():
    outbox = Outbox("lan", "4g")
    outbox.connect("4g")
    outbox.connect("lan")
    outbox.make(record(1, Lane.ALARM, number=1), record(1, Lane.TROUBLE, number=2))

    assert names(outbox.drain("lan")) == [(Lane.ALARM, 1), (Lane.TROUBLE, 1)]
    assert names(outbox.drain("4g")) == [(Lane.ALARM, 1)]


def test_the_first_acknowledgement_delivers_and_the_second_does_not():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")
    outbox.make(record(1))
    outbox.drain("lan")
    outbox.drain("4g")

    assert outbox.acknowledge(1, path="4g")
    assert not outbox.acknowledge(1, path="lan")


def test_an_alarm_goes_on_the_second_path_though_the_first_has_delivered_it():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")
    outbox.make(record(1))
    outbox.drain("lan")
    outbox.acknowledge(1, path="lan")

    assert seqs(outbox.drain("4g")) == [1]


def test_the_other_path_takes_over_what_the_preferred_one_left():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")
    outbox.make(*(record(seq, Lane.STATUS) for seq in range(1, 4)))
    outbox.drain("lan")
    outbox.acknowledge(1, Lane.STATUS)

    outbox.disconnect("lan")

    assert seqs(outbox.drain("4g")) == [2]  # one by one at first
    outbox.acknowledge(2, Lane.STATUS, "4g")
    assert seqs(outbox.drain("4g")) == [3]


def test_a_path_without_an_answer_from_the_centre_is_not_preferred_until_it_has_one():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")

    outbox.delivery.silent({"lan"})
    outbox.read()
    outbox.make(record(1, Lane.TROUBLE))
    while_silent = (outbox.drain("lan"), outbox.drain("4g"))
    outbox.delivery.silent(())
    outbox.read()

    assert (names(while_silent[0]), names(while_silent[1])) == ([], [(Lane.TROUBLE, 1)])
    assert outbox.delivery.preferred == "lan"
    assert names(outbox.drain("lan")) == [(Lane.TROUBLE, 1)]


def test_where_every_path_is_silent_the_first_is_used_all_the_same():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")

    outbox.delivery.silent({"lan", "4g"})

    assert outbox.delivery.preferred == "lan"


def test_a_slow_path_keeps_no_more_copies_than_a_page():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")
    for seq in range(1, 2001):
        outbox.make(record(seq))
        outbox.drain("lan")
        outbox.acknowledge(seq)

    walk = outbox.delivery._connected["4g"].walks[Lane.ALARM]

    assert len(walk.todo) <= BOUNDS.page + 1


def test_a_slow_path_holds_up_no_alarm_on_the_other():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")
    outbox.make(*(record(seq) for seq in range(1, 1001)))
    while sent := outbox.drain("lan"):
        for sending in sent:
            outbox.acknowledge(sending.record.name.seq)

    outbox.make(record(1001))

    assert seqs(outbox.drain("lan")) == [1001]


def test_a_hundred_thousand_waiting_records_cost_a_page_of_memory():
    outbox = Outbox(left=tuple(record(seq, Lane.STATUS) for seq in range(1, 100_001)))

    outbox.connect()

    walk = outbox.delivery._connected["lan"].walks[Lane.STATUS]
    assert len(walk.todo) == BOUNDS.page
    assert outbox.delivery.behind() == {Lane.STATUS}


def test_a_new_alarm_goes_from_memory_whatever_the_other_lanes_have_in_the_journal():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    assert page.lane is Lane.ALARM
    delivery.loaded(page, [])

    delivery.offer(record(1, Lane.ALARM, number=1001))

    assert delivery.behind() == {Lane.TROUBLE, Lane.STATUS}
    assert delivery.next("lan", NOW).record.name == RecordName("e", Lane.ALARM, 1)


def test_before_the_journal_was_read_nothing_new_overtakes_what_it_may_hold():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    delivery.offer(record(7))
    too_early = delivery.next("lan", NOW)

    page = delivery.wanted()
    delivery.loaded(page, [record(6, boot="boot-before"), record(7)])

    assert too_early is None
    assert page.after_number == 0
    assert delivery.next("lan", NOW).record.name.seq == 6


def test_a_record_made_while_a_page_is_read_is_fetched_by_the_next():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    first = delivery.wanted()
    delivery.offer(record(7))
    delivery.loaded(first, [record(6)])

    second = delivery.wanted()
    delivery.loaded(second, [record(7)])

    assert (second.lane, second.after_number) == (Lane.ALARM, 6)
    assert Lane.ALARM not in delivery.behind()


def test_alarms_go_on_although_the_journal_cannot_be_read():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    delivery.load_failed(delivery.wanted())

    delivery.offer(record(7))
    sent = delivery.next("lan", NOW)
    delivery.acknowledged("lan", sent.record.name, NOW)
    again = delivery.wanted()
    delivery.loaded(again, [record(5)])

    assert sent.record.name.seq == 7
    assert (again.lane, again.after_number) == (Lane.ALARM, 0)
    assert delivery.next("lan", NOW).record.name.seq == 5


def test_what_was_left_to_the_journal_goes_when_that_turns_out_to_be_unreadable():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    delivery.offer(record(7))
    left_to_the_journal = delivery.next("lan", NOW)

    delivery.load_failed(page)

    assert left_to_the_journal is None
    assert delivery.next("lan", NOW).record.name.seq == 7


def test_old_news_is_historical_and_fresh_news_is_not_even_after_a_reconnection():
    outbox = Outbox()
    outbox.make(record(1, at=NOW))
    historical = []
    for now in (NOW, NOW, after(LIVE_FOR + 1)):
        outbox.connect()
        historical += [sending.historical for sending in outbox.drain(now=now)]
        outbox.disconnect()

    assert historical == [False, False, True]


def test_what_an_earlier_process_left_is_historical():
    left = (record(1, boot="boot-before", at=NOW), record(2, at=STARTED.at - 1), record(3))
    outbox = Outbox(left=left)

    outbox.connect()

    assert [sending.historical for sending in outbox.drain()] == [True, True, False]


def test_a_refused_record_is_set_aside_told_once_and_tried_again_with_back_off():
    outbox = Outbox()
    outbox.connect()
    outbox.make(record(1), record(2))
    outbox.drain()

    told = outbox.refuse(1)
    outbox.acknowledge(2)
    early = outbox.drain(now=after(RETRY.ceiling(0) - 1))
    due = after(RETRY.ceiling(0))
    retried = outbox.drain(now=due)
    told_again = outbox.refuse(1, now=due)
    still_waiting = outbox.drain(now=due + RETRY.ceiling(1) - 1)
    once_more = outbox.drain(now=due + RETRY.ceiling(1))

    assert (told, told_again) == (True, False)
    assert (early, still_waiting) == ([], [])
    assert (seqs(retried), seqs(once_more)) == ([1], [1])
    assert outbox.delivery.set_aside() == {Lane.ALARM}
    assert outbox.acknowledge(1)
    assert outbox.delivery.set_aside() == frozenset()


def test_a_record_that_one_path_refuses_is_delivered_by_the_other():
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.connect("4g")
    outbox.make(record(1))
    outbox.drain("lan")

    outbox.refuse(1, path="lan")

    assert seqs(outbox.drain("4g")) == [1]
    assert outbox.acknowledge(1, path="4g")
    assert outbox.delivery.set_aside() == frozenset()
    assert outbox.drain("lan", after(seconds(3600))) == []


def test_more_refusals_than_memory_holds_are_found_again_in_the_journal():
    outbox = Outbox(bounds=Bounds(window=4, page=8, aside=2))
    outbox.connect()
    outbox.make(*(record(seq, Lane.TROUBLE) for seq in range(1, 5)))
    while sent := outbox.drain():
        for sending in sent:
            outbox.refuse(sending.record.name.seq, Lane.TROUBLE)
    late = after(seconds(3600))

    arrived = []
    while sent := outbox.drain(now=late):
        for sending in sent:
            arrived.append(sending.record.name.seq)
            outbox.acknowledge(sending.record.name.seq, Lane.TROUBLE)

    assert sorted(arrived) == [1, 2, 3, 4]
    assert outbox.undelivered == []


def test_of_records_that_only_memory_has_alarms_are_the_last_to_go():
    delivery = Delivery(("lan",), STARTED, bounds=Bounds(only_in_memory=3))
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


def test_what_only_memory_has_waits_for_a_path():
    outbox = Outbox()
    outbox.make(record(1, epoch="memory", number=None))

    outbox.connect()

    assert seqs(outbox.drain()) == [1]
    assert outbox.delivery.only_in_memory()[Lane.ALARM] == 1


def test_a_record_of_memory_that_the_journal_takes_later_is_not_sent_twice():
    outbox = Outbox()
    outbox.connect()
    outbox.make(record(1, number=None))
    outbox.make(record(1, number=50))

    assert seqs(outbox.drain()) == [1]


def test_a_late_page_of_a_lane_that_was_asked_for_anew_is_of_no_account():
    delivery = Delivery(("lan",), STARTED)
    delivery.connected("lan")
    page = delivery.wanted()
    delivery.load_failed(page)

    delivery.loaded(page, [record(1)])

    assert delivery.next("lan", NOW) is None


def test_a_path_that_is_preferred_again_does_not_resend_what_it_still_has_in_flight():
    outbox = Outbox("lan", "4g")
    outbox.connect("4g")
    outbox.make(*(record(seq, Lane.STATUS) for seq in range(1, 4)))
    first = outbox.drain("4g")
    outbox.connect("lan")
    taken_over = outbox.drain("lan")

    outbox.disconnect("lan")

    assert seqs(first) == seqs(taken_over) == [1, 2, 3]
    assert outbox.drain("4g") == []


def test_when_the_journal_works_again_it_is_read_from_its_beginning():
    # It may be another file by now: numbers begin anew.
    outbox = Outbox()
    outbox.connect()
    outbox.make(record(900), record(1, epoch="memory", number=None))
    sent = outbox.drain()
    rescued = record(3, epoch="rescued", number=3)

    written = record(1, epoch="memory", number=1)
    outbox.undelivered = [written, rescued]
    outbox.delivery.recovered([written])
    outbox.read()

    assert seqs(sent) == [900, 1]
    assert [each.record.name for each in outbox.drain()] == [rescued.name]
    assert outbox.delivery.only_in_memory()[Lane.ALARM] == 0


def test_a_record_of_memory_that_was_dropped_is_found_in_the_journal_once_it_works_again():
    outbox = Outbox(bounds=Bounds(only_in_memory=1))
    outbox.connect()
    outbox.make(record(1, number=None))
    outbox.drain()
    dropped = outbox.delivery.offer(record(2, number=None))

    outbox.undelivered = [record(1, number=1), record(2, number=2)]
    outbox.delivery.recovered(outbox.undelivered)
    outbox.read()

    assert [name.seq for name in dropped] == [2]
    assert seqs(outbox.drain()) == [2]


def test_a_path_that_comes_while_the_journal_cannot_be_read_carries_what_is_new_at_once():
    """Its reader may hang for ever: then no page is asked for any more."""
    outbox = Outbox("lan", "4g")
    outbox.connect("lan")
    outbox.make(record(1))
    outbox.drain("lan")
    outbox.acknowledge(1)
    outbox.delivery.disconnected("lan")
    outbox.delivery.connected("lan")
    outbox.delivery.load_failed(outbox.delivery.wanted())
    outbox.delivery.connected("4g")

    outbox.delivery.offer(record(2))

    assert seqs(outbox.drain("4g")) == [2]


def test_what_is_to_go_again_survives_a_journal_that_cannot_be_read_for_a_while():
    outbox = Outbox()
    outbox.connect()
    outbox.undelivered = [record(1)]  # put back into the outbox
    outbox.delivery.offer(record(2))
    outbox.drain()
    outbox.acknowledge(2)

    outbox.delivery.again(Lane.ALARM)
    outbox.delivery.load_failed(outbox.delivery.wanted())
    outbox.read()

    assert seqs(outbox.drain()) == [1]


def test_what_is_asked_for_again_is_delivered_again_though_it_was_before():
    outbox = Outbox()
    outbox.connect()
    outbox.make(record(1))
    outbox.drain()
    assert outbox.acknowledge(1)

    outbox.undelivered = [record(1)]  # put back into the outbox
    outbox.delivery.again(Lane.ALARM)
    outbox.read()

    assert seqs(outbox.drain()) == [1]
    assert outbox.acknowledge(1), "it stays in the outbox for ever"


def test_what_was_put_back_into_the_outbox_is_delivered_again_over_a_new_connection_too():
    outbox = Outbox()
    outbox.connect()
    outbox.make(record(1))
    outbox.drain()
    assert outbox.acknowledge(1)

    outbox.undelivered = [record(1)]
    outbox.disconnect()
    outbox.connect()

    assert seqs(outbox.drain()) == [1]
    assert outbox.acknowledge(1)


def test_what_was_let_go_of_comes_once_the_lane_is_taken_though_those_aside_went_another_way():
    outbox = Outbox("lan", "4g", bounds=Bounds(window=8, page=8, aside=1), by_centre=True)
    outbox.connect("lan")
    outbox.make(record(1), record(2))
    outbox.drain()
    outbox.refuse(1)
    outbox.refuse(2)  # left to the journal
    outbox.confirm(1, 1)  # by whatever way
    outbox.drain(now=after(seconds(600)))

    outbox.make(record(3))
    outbox.drain(now=after(seconds(600)))
    outbox.acknowledge(3)

    assert seqs(outbox.drain(now=after(seconds(600)))) == [2, 3]


def drained(outbox: Outbox, took_s: float, most: int) -> int:
    """Let a broker answer that takes so long; give how many were in flight at the end."""
    now = NOW
    for _ in range(most):
        outbox.drain(now=now)
        now = now + seconds(took_s)
        first = outbox.delivery.in_flight("lan")[0]
        outbox.acknowledge(first.seq, first.lane, now=now)
    outbox.drain(now=now)
    return len(outbox.delivery.in_flight("lan"))


def test_where_a_broker_answers_fast_a_few_are_in_flight_and_an_alarm_waits_behind_no_more():
    outbox = Outbox(left=tuple(record(seq, Lane.STATUS) for seq in range(1, 201)))
    outbox.connect()

    assert drained(outbox, 0.001, 100) == FEW
    outbox.make(record(1, Lane.ALARM, number=300))
    assert names(outbox.drain()) == [(Lane.ALARM, 1)]


def test_where_it_takes_its_time_the_line_is_kept_busy():
    outbox = Outbox(left=tuple(record(seq, Lane.STATUS) for seq in range(1, 401)))
    outbox.connect()
    drained(outbox, 0.001, 100)

    assert drained(outbox, 0.1, 100) == BOUNDS.window - 1

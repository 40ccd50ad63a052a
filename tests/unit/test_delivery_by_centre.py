"""The outbox where only the centre's word delivers."""

from gateway.record import Span
from gateway.uplink.awaiting import ASK_AGAIN, PASSED_AFTER
from gateway.uplink.lane_walk import UNHEARD, Bounds
from gateway.uplink.path_view import AGAIN_IN_FLIGHT
from rules.condition import Lane
from rules.instant import seconds
from tests.unit.outbox_at_hand import NOW, Outbox, after, names, record, seqs


def connected(**how) -> Outbox:
    outbox = Outbox(by_centre=True, **how)
    outbox.connect()
    return outbox


def sent_and_taken(outbox: Outbox, *seqs_: int, lane: Lane = Lane.ALARM) -> None:
    """Have records made, sent and taken by the broker."""
    outbox.make(*(record(seq, lane) for seq in seqs_))
    while sent := outbox.drain():
        for sending in sent:
            outbox.acknowledge(sending.record.name.seq, lane)


def test_a_broker_delivers_nothing_and_the_centre_does():
    outbox = connected()
    outbox.make(record(1))
    outbox.drain()

    assert not outbox.acknowledge(1)
    assert [each.name.seq for each in outbox.undelivered] == [1]
    assert outbox.delivery.confirmed([]) == []
    outbox.confirm(1, 1)
    outbox.disconnect()
    outbox.connect()
    assert outbox.drain() == []


def test_what_the_broker_has_takes_no_room_from_what_comes():
    outbox = connected(bounds=Bounds(window=4, page=8))

    sent_and_taken(outbox, *range(1, 101))
    outbox.make(record(101))

    assert seqs(outbox.drain()) == [101]


def test_what_no_centre_has_confirmed_goes_again_in_order_at_the_next_connection():
    outbox = connected()
    sent_and_taken(outbox, 1, 2, 3)
    outbox.confirm(2, 2)

    outbox.disconnect()
    outbox.connect()
    outbox.make(record(4))

    assert seqs(outbox.drain()) == [1, 3, 4]


def test_a_record_that_the_broker_has_nobody_for_keeps_its_turn_and_is_tried_again():
    outbox = Outbox(by_centre=True)
    outbox.connect(proven=False)
    outbox.make(record(1), record(2))
    first = outbox.drain()
    outbox.acknowledge(1, heard=False)

    held = outbox.drain(now=after(UNHEARD.ceiling(0) - 1))
    again = outbox.drain(now=after(UNHEARD.ceiling(0)))
    outbox.acknowledge(1, now=after(UNHEARD.ceiling(0)))

    assert (seqs(first), held, seqs(again)) == ([1], [], [1])
    assert seqs(outbox.drain(now=after(UNHEARD.ceiling(0)))) == [2]


def test_a_lane_whose_subscriber_has_gone_goes_back_to_what_was_not_heard_in_order():
    outbox = connected()
    outbox.make(*(record(seq) for seq in range(1, 5)))
    outbox.drain()
    for seq in range(1, 5):
        outbox.acknowledge(seq, heard=False)

    arrived = []
    late = after(seconds(60))
    while sent := outbox.drain(now=late):
        for sending in sent:
            arrived.append(sending.record.name.seq)
            outbox.acknowledge(sending.record.name.seq, now=late)

    assert arrived == [1, 2, 3, 4]


def test_nobody_for_one_lane_holds_up_no_other():
    outbox = connected()
    outbox.make(record(1, Lane.TROUBLE, number=1))
    outbox.drain()
    outbox.acknowledge(1, Lane.TROUBLE, heard=False)

    outbox.make(record(1, Lane.ALARM, number=2))

    assert names(outbox.drain()) == [(Lane.ALARM, 1)]


def test_where_the_brokers_word_is_enough_nobody_listening_changes_nothing():
    outbox = Outbox()
    outbox.connect()
    outbox.make(record(1))
    outbox.drain()

    assert outbox.acknowledge(1, heard=False)


def test_what_a_later_confirmation_has_passed_is_sent_again_soon():
    outbox = connected()
    sent_and_taken(outbox, 1, 2, 3)
    outbox.confirm(2, 3)

    outbox.look(after(PASSED_AFTER))
    too_early = outbox.drain()
    outbox.look(after(PASSED_AFTER + 1))

    assert too_early == []
    assert seqs(outbox.drain()) == [1]


def test_a_silent_centre_is_asked_again_more_and_more_seldom():
    outbox = connected()
    sent_and_taken(outbox, 1)

    asked, now = [], NOW
    for _ in range(3 * 3600):
        now = now + seconds(1)
        outbox.look(now)
        for sending in outbox.drain(now=now):
            asked.append((now - NOW) // seconds(1))
            outbox.acknowledge(sending.record.name.seq, now=now)

    waits = [later - earlier for earlier, later in zip([0, *asked], asked, strict=False)]
    ceilings = [ASK_AGAIN.ceiling(attempt) // seconds(1) + 1 for attempt in range(len(waits))]
    assert waits == ceilings


def test_what_is_sent_again_never_comes_before_what_is_new_nor_takes_its_room():
    outbox = connected(bounds=Bounds(window=8, page=8))
    sent_and_taken(outbox, *range(1, 101))
    outbox.delivery.again(Lane.ALARM)
    outbox.read()
    again = outbox.drain()

    outbox.make(record(101))

    assert len(again) == AGAIN_IN_FLIGHT
    assert seqs(outbox.drain()) == [101]


def test_what_was_asked_for_again_comes_whole():
    outbox = connected(bounds=Bounds(window=8, page=8))
    sent_and_taken(outbox, *range(1, 101))

    outbox.delivery.again(Lane.ALARM)
    outbox.read()
    arrived = []
    while sent := outbox.drain():
        for sending in sent:
            arrived.append(sending.record.name.seq)
            outbox.acknowledge(sending.record.name.seq)

    assert arrived == list(range(1, 101))


def test_the_delay_is_told_of_what_this_process_made_and_of_nothing_else():
    outbox = Outbox(by_centre=True, left=(record(1, boot="boot-before"),))
    outbox.connect()
    outbox.make(record(2))
    for sending in outbox.drain():
        outbox.acknowledge(sending.record.name.seq)

    outbox.undelivered.clear()
    assert outbox.delivery.confirmed([Span("e", Lane.ALARM, 1, 2)]) == [(Lane.ALARM, NOW)]


def test_memory_stays_bounded_while_no_centre_says_a_word():
    outbox = connected(bounds=Bounds(page=8, awaiting=16))

    sent_and_taken(outbox, *range(1, 501))

    awaiting = outbox.delivery._awaiting._waiting[Lane.ALARM]
    walk = outbox.delivery._connected["lan"].walks[Lane.ALARM]
    assert len(awaiting) == 16
    assert (len(walk.todo), len(walk._known)) == (0, 0)


def test_records_of_memory_alone_are_sent_again_too():
    outbox = connected()
    outbox.make(record(1, number=None))
    for _ in outbox.drain():
        outbox.acknowledge(1)

    outbox.delivery.again(Lane.ALARM)

    assert seqs(outbox.drain()) == [1]


def test_the_delay_is_told_though_the_centre_is_faster_than_its_broker():
    outbox = connected()
    outbox.make(record(1))
    outbox.drain()

    assert outbox.delivery.confirmed([Span("e", Lane.ALARM, 1, 1)]) == [(Lane.ALARM, NOW)]
    outbox.undelivered.clear()
    outbox.acknowledge(1)
    assert outbox.delivery.confirmed([Span("e", Lane.ALARM, 1, 1)]) == []


def test_a_copy_that_comes_after_the_centres_word_is_not_waited_for():
    outbox = Outbox("lan", "4g", by_centre=True, left=(record(1), record(2)))
    outbox.connect("lan")
    outbox.connect("4g")
    for seq in (1, 2):
        outbox.drain("lan")
        outbox.acknowledge(seq)
    outbox.confirm(1, 2)
    for seq in (1, 2):
        outbox.drain("4g")
        outbox.acknowledge(seq, path="4g")

    outbox.look(after(seconds(3600)))

    assert outbox.delivery._awaiting.overdue(after(seconds(7200))) == ()


def test_what_is_confirmed_while_it_waits_to_be_sent_again_is_not_sent_again():
    outbox = connected(bounds=Bounds(window=8, page=16))
    sent_and_taken(outbox, *range(1, 11))
    outbox.delivery.again(Lane.ALARM)
    outbox.read()
    outbox.drain()

    outbox.confirm(1, 10)
    for seq in range(1, AGAIN_IN_FLIGHT + 1):
        outbox.acknowledge(seq)

    assert outbox.drain() == []


def test_what_goes_again_and_is_not_heard_proves_nothing_and_waits_with_the_lane():
    outbox = connected()
    sent_and_taken(outbox, 1)
    outbox.delivery.again(Lane.ALARM)
    outbox.read()
    assert seqs(outbox.drain()) == [1]
    outbox.acknowledge(1, heard=False)

    outbox.make(record(2), record(3))
    at_once = outbox.drain(now=after(0))
    outbox.acknowledge(2, heard=False)

    assert (seqs(at_once), outbox.drain()) == ([2], [])
    arrived, late = [], after(UNHEARD.longest)
    while sent := outbox.drain(now=late):
        for sending in sent:
            arrived.append(sending.record.name.seq)
            outbox.acknowledge(sending.record.name.seq, now=late)
    assert sorted(arrived) == [1, 2, 3]


def test_nothing_goes_again_while_the_lane_waits_for_somebody_to_listen():
    outbox = connected()
    sent_and_taken(outbox, 1, 2, 3, 4, 5, 6)
    outbox.delivery.again(Lane.ALARM)
    outbox.read()
    assert len(outbox.drain()) == AGAIN_IN_FLIGHT
    for seq in range(1, AGAIN_IN_FLIGHT + 1):
        outbox.acknowledge(seq, heard=False)

    assert outbox.drain() == []
    assert seqs(outbox.drain(now=after(UNHEARD.ceiling(0)))) == [1]


def test_a_new_alarm_does_not_wait_for_the_hour_at_which_an_earlier_one_is_tried_again():
    outbox = Outbox(by_centre=True)
    outbox.connect(proven=False)
    outbox.make(record(1))
    now = NOW
    for _ in range(8):
        now = now + UNHEARD.longest
        for sending in outbox.drain(now=now):
            outbox.acknowledge(sending.record.name.seq, heard=False, now=now)
    assert outbox.drain(now=now) == []

    outbox.make(record(2))

    assert seqs(outbox.drain(now=now)) == [1]


def test_after_an_outage_it_is_asked_again_as_soon_as_if_none_had_been():
    outbox = connected()
    sent_and_taken(outbox, 1)
    outbox.delivery.disconnected("lan")
    now = NOW
    for _ in range(24 * 60):
        now = now + seconds(60)
        outbox.look(now)
    outbox.connect()
    outbox.drain(now=now)
    outbox.acknowledge(1, now=now)

    outbox.look(now + ASK_AGAIN.first + 1)

    assert seqs(outbox.drain(now=now + ASK_AGAIN.first + 1)) == [1]


def test_once_the_centre_answers_again_what_waits_for_it_goes_at_once():
    outbox = connected()
    sent_and_taken(outbox, 1)
    outbox.delivery.silent({"lan"})
    sent_and_taken(outbox, 2)
    assert outbox.drain() == []

    outbox.delivery.silent(())
    outbox.read()

    assert seqs(outbox.drain()) == [1, 2]

"""Whose word makes an event delivered, and what no word can do."""

import pytest
from centre_keys import EPOCH, GATEWAY, ack, centre, key_of, received
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.messages.signed import Distrust, NotTrustedError, SignedKind
from gateway.range_set import MOST_RANGES
from gateway.record import RecordName, Span
from gateway.uplink.confirmation import MOST_LANES, Confirmation
from rules.condition import Lane

HIGHEST = {(EPOCH, Lane.ALARM): 100, (EPOCH, Lane.TROUBLE): 50}


def of(*names: str, spare: str | None = None, highest=HIGHEST) -> Confirmation:
    """A gateway that requires the centres named, and believes one more."""
    centres = [centre(name) for name in names]
    if spare is not None:
        centres.append(centre(spare, required=False))
    return Confirmation(GATEWAY, centres, highest)


def having_published(confirmation: Confirmation, highest) -> Confirmation:
    for (epoch, lane), seq in highest.items():
        confirmation.published(RecordName(epoch, lane, seq))
    return confirmation


def spans(*ranges: tuple[int, int], lane: Lane = Lane.ALARM, epoch: str = EPOCH):
    return tuple(Span(epoch, lane, first, last) for first, last in ranges)


def done(confirmation: Confirmation, payload: bytes) -> tuple[Span, ...]:
    return confirmation.take(payload, retained=False).done


# What is believed.


def test_with_one_required_centre_its_word_is_enough():
    heard = of("pc").take(ack("pc", received((1, 3), (7, 7)), nonce="n"), retained=False)

    assert (heard.centre, heard.nonce) == ("pc", "n")
    assert heard.done == spans((1, 3), (7, 7))


def test_with_two_required_centres_an_event_is_done_once_both_have_it():
    both = of("pc", "co")

    assert done(both, ack("pc", received((1, 5)))) == ()
    assert done(both, ack("co", received((4, 9)))) == spans((4, 5))
    assert done(both, ack("pc", received((6, 9)))) == spans((6, 9))


def test_a_centre_that_is_not_required_completes_nothing_but_answers_the_heartbeat():
    heard = of("pc", spare="co").take(ack("co", received((1, 5)), nonce="n"), retained=False)

    assert heard.done == ()
    assert heard.nonce == "n"


def test_an_event_of_this_process_can_be_confirmed_once_it_is_published():
    confirmation = of("pc", highest={})
    confirmation.published(RecordName("e2", Lane.STATUS, 7))
    confirmation.published(RecordName("e2", Lane.STATUS, 6))

    status = {"lane": Lane.STATUS, "epoch": "e2"}
    assert done(confirmation, ack("pc", received((7, 7), **status))) == spans((7, 7), **status)


def test_what_was_said_before_may_be_said_again():
    both = of("pc", "co")
    word = ack("co", received((1, 2)))
    done(both, ack("pc", received((1, 2))))

    assert done(both, word) == done(both, word) == spans((1, 2))


def test_lanes_and_epochs_are_told_apart():
    both = of("pc", "co", highest={**HIGHEST, ("e2", Lane.ALARM): 9})
    done(both, ack("pc", received((1, 2))))

    assert done(both, ack("co", received((1, 2), lane=Lane.TROUBLE))) == ()
    assert done(both, ack("co", received((1, 2), epoch="e2"))) == ()
    assert done(both, ack("co", received((1, 2)))) == spans((1, 2))


def test_those_are_named_who_have_not_confirmed_an_event():
    both = of("pc", "co", spare="spare")
    done(both, ack("pc", received((1, 5))))

    assert both.awaited(RecordName(EPOCH, Lane.ALARM, 5)) == ("co",)
    assert both.awaited(RecordName(EPOCH, Lane.ALARM, 6)) == ("pc", "co")
    assert both.awaited(RecordName("e2", Lane.ALARM, 5)) == ("pc", "co")
    assert of("pc").awaited(RecordName(EPOCH, Lane.ALARM, 5)) == ("pc",)


# What is not, and moves nothing.

GOOD = received((1, 50))
REFUSED = {
    "a forged one": (ack("pc", GOOD, key=key_of("thief")), Distrust.UNKNOWN_KEY),
    "a changed one": (
        ack("pc", GOOD).replace(b"50", b"51"),
        Distrust.WRONG_SIGNATURE,
    ),
    "one that another centre signed in its name": (
        ack("pc", GOOD, key=key_of("co")),
        Distrust.WRONG_SIGNATURE,
    ),
    "one in the name of nobody": (
        ack("nobody", GOOD, key=key_of("pc")),
        Distrust.WRONG_SIGNATURE,
    ),
    "a command": (ack("pc", GOOD, kind=SignedKind.COMMAND), Distrust.WRONG_SIGNATURE),
    "one of another gateway": (ack("pc", GOOD, gateway="hy-0002"), Distrust.OTHER_GATEWAY),
    "one of a foreign epoch": (
        ack("pc", GOOD, received((1, 1), epoch="e9")),
        Distrust.FOREIGN_EPOCH,
    ),
    "one of a lane that was never used": (
        ack("pc", GOOD, received((1, 1), lane=Lane.STATUS)),
        Distrust.FOREIGN_EPOCH,
    ),
    "one beyond the highest published": (
        ack("pc", GOOD, received((50, 51), lane=Lane.TROUBLE)),
        Distrust.TOO_HIGH,
    ),
    "an inverted range": (ack("pc", GOOD, received((3, 2))), Distrust.MALFORMED),
    "descending ranges": (ack("pc", GOOD, received((5, 6), (1, 2))), Distrust.MALFORMED),
    "overlapping ranges": (ack("pc", GOOD, received((1, 5), (5, 6))), Distrust.MALFORMED),
    "seq 0": (ack("pc", GOOD, received((0, 2))), Distrust.MALFORMED),
    "an empty entry": (ack("pc", GOOD, received()), Distrust.MALFORMED),
    "too many ranges": (
        ack("pc", GOOD, received(*((n, n) for n in range(1, 66)))),
        Distrust.MALFORMED,
    ),
    "nonsense": (b"\xff{", Distrust.MALFORMED),
    "a message that is too long": (ack("pc", GOOD, nonce="n" * 20_000), Distrust.MALFORMED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_believed_moves_nothing(name):
    payload, why = REFUSED[name]
    both = having_published(of("pc", "co", highest={}), HIGHEST)

    with pytest.raises(NotTrustedError) as refused:
        both.take(payload, retained=False)

    assert refused.value.why is why
    assert str(refused.value)
    # Had any of it been noted, the other centre's word would complete it now.
    assert done(both, ack("co", GOOD)) == ()


def test_of_an_epoch_whose_end_the_journal_has_lost_the_centres_word_counts_as_far_as_it_goes():
    """Else what is left of it would be sent for ever, and never be done."""
    one = of("pc")

    assert done(one, ack("pc", received((1, 120)))) == spans((1, 100))
    assert done(one, ack("pc", received((101, 120)))) == ()
    one.published(RecordName(EPOCH, Lane.ALARM, 101))
    assert done(one, ack("pc", received((1, 101)))) == spans((1, 101))


def test_a_retained_acknowledgement_moves_nothing():
    both = of("pc", "co")

    with pytest.raises(NotTrustedError) as refused:
        both.take(ack("pc", GOOD), retained=True)

    assert refused.value.why is Distrust.RETAINED
    assert done(both, ack("co", GOOD)) == ()


def test_a_replayed_acknowledgement_moves_nothing_that_was_not_true():
    both = of("pc", "co")
    old = ack("pc", received((1, 5)))
    done(both, old)
    both.published(RecordName(EPOCH, Lane.ALARM, 101))
    done(both, ack("co", received((1, 101))))

    assert done(both, old) == spans((1, 5))  # as ever, and no event of today


# Bounds.


def test_a_valid_centre_cannot_make_memory_grow():
    both = of("pc", "co", highest={(f"e{n}", lane): 10**6 for n in range(40) for lane in Lane})
    for n in range(40):
        for start in range(1, 2000, 128):
            gaps = [(seq, seq) for seq in range(start, start + 128, 2)]
            done(both, ack("pc", received(*gaps, epoch=f"e{n}")))
        entries = [received((1, 1), epoch=f"e{n}", lane=lane) for lane in Lane]
        done(both, ack("pc", *entries))

    known = both._has["pc"]
    assert len(known) == MOST_LANES
    assert max(len(ranges) for ranges in known.values()) <= MOST_RANGES
    assert both._has["co"] == {}


def test_with_one_required_centre_nothing_is_remembered():
    one = of("pc", spare="co")
    done(one, ack("pc", GOOD))
    done(one, ack("co", GOOD))

    assert one._has == {"pc": {}}


def test_what_was_forgotten_is_done_once_both_say_it_again():
    epochs = [f"e{n}" for n in range(MOST_LANES + 1)]
    both = of("pc", "co", highest={(epoch, Lane.ALARM): 9 for epoch in epochs})
    for epoch in epochs:
        done(both, ack("pc", received((1, 9), epoch=epoch)))

    assert done(both, ack("co", received((1, 9), epoch="e0"))) == ()
    assert done(both, ack("pc", received((1, 9), epoch="e0"))) == spans((1, 9), epoch="e0")


def test_the_lane_that_was_not_spoken_of_for_longest_is_forgotten_first():
    epochs = [f"e{n}" for n in range(MOST_LANES + 1)]
    both = of("pc", "co", highest={(epoch, Lane.ALARM): 9 for epoch in epochs})
    for epoch in (*epochs[:-1], "e0", epochs[-1]):
        done(both, ack("pc", received((1, 9), epoch=epoch)))

    assert done(both, ack("co", received((1, 9), epoch="e0"))) == spans((1, 9), epoch="e0")
    assert done(both, ack("co", received((1, 9), epoch="e1"))) == ()


# Against a plain oracle.


@st.composite
def random_ack(draw):
    name = draw(st.sampled_from(["pc", "co", "spare"]))
    entries = []
    for lane in draw(st.sets(st.sampled_from([Lane.ALARM, Lane.TROUBLE]), max_size=2)):
        ends = sorted(draw(st.sets(st.integers(1, 24), min_size=2, max_size=6)))
        ranges = list(zip(ends[::2], ends[1::2], strict=False))
        entries.append((lane, ranges))
    return name, entries, draw(st.sampled_from(["true", "true", "true", "forged", "too high"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(random_ack(), max_size=20))
def test_random_acknowledgements_complete_what_a_plain_oracle_says(acks):
    published = {(EPOCH, each): 24 for each in Lane}
    confirmation = having_published(of("pc", "co", spare="spare", highest={}), published)
    has: dict[str, set] = {"pc": set(), "co": set()}
    for name, entries, kind in acks:
        sent = [received(*ranges, lane=lane) for lane, ranges in entries]
        if kind == "too high":
            sent.append(received((25, 25), lane=Lane.STATUS))
        payload = ack(name, *sent, key=key_of("thief") if kind == "forged" else None)
        if kind != "true":
            with pytest.raises(NotTrustedError):
                confirmation.take(payload, retained=False)
            continue
        told = {
            (lane, seq)
            for lane, ranges in entries
            for first, last in ranges
            for seq in range(first, last + 1)
        }
        if name in has:
            has[name] |= told
        expected = told & has["pc"] & has["co"] if name in has else set()

        found = done(confirmation, payload)

        assert {
            (span.lane, seq) for span in found for seq in range(span.first, span.last + 1)
        } == expected

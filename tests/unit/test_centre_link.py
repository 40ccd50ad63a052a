"""What is known of the ways to a centre and back, over connections that come and go."""

from gateway.messages.signed import SignedKind
from gateway.record import RecordName
from gateway.uplink.centre_link import CentreLink, ProofChange
from gateway.uplink.from_afar import FromAfar
from rules.condition import Lane
from rules.instant import Instant, seconds
from tests.unit import centre_keys


def at(second: float) -> Instant:
    return Instant(seconds(second))


def link() -> CentreLink:
    return CentreLink(centre_keys.GATEWAY, [centre_keys.centre("pc")], ("lan",), {})


def answer(link: CentreLink, nonce: str, now: Instant) -> None:
    hear(link, centre_keys.ack("pc", nonce=nonce), now)


START = at(0)


def hear(link: CentreLink, payload: bytes, now: Instant = START) -> list[tuple[int, int]]:
    said = FromAfar(
        path="lan", kind=SignedKind.ACK, payload=payload, retained=False, session="session"
    )
    done = link.take(said, now)
    assert all((span.epoch, span.lane) == (centre_keys.EPOCH, Lane.ALARM) for span in done)
    return [(span.first, span.last) for span in done]


def publish(link: CentreLink, *seqs: int) -> None:
    for seq in seqs:
        link.published(RecordName(centre_keys.EPOCH, Lane.ALARM, seq))


def ack(*ranges: tuple[int, int]) -> bytes:
    return centre_keys.ack("pc", centre_keys.received(*ranges))


def test_what_a_centre_says_time_and_again_is_marked_once():
    growing = link()
    publish(growing, 100)

    assert hear(growing, ack((1, 50))) == [(1, 50)]
    assert hear(growing, ack((1, 50))) == []
    assert hear(growing, ack((1, 20), (30, 60), (99, 100))) == [(51, 60), (99, 100)]
    assert hear(growing, ack((1, 100))) == [(61, 98)]


def test_what_is_sent_once_more_is_marked_once_more():
    asked = link()
    publish(asked, *range(1, 11))
    hear(asked, ack((1, 10)))

    publish(asked, 4, 5, 9)

    assert hear(asked, ack((1, 10))) == [(4, 5), (9, 9)]
    assert hear(asked, ack((1, 10))) == []


def test_a_path_whose_connections_end_before_an_answer_is_late_is_silent_all_the_same():
    flapping = link()
    told = []
    for second in range(0, 300, 60):
        flapping.connected("lan", at(second))
        flapping.probed("lan", f"nonce-{second}", at(second))
        told += [(second, change) for change in flapping.changes(at(second + 1))]
        flapping.disconnected("lan")
        assert flapping.silent(at(second + 59)) == frozenset()  # it is not connected at all

    assert told == [(120, ProofChange("lan", is_proven=False))]


def test_what_was_answered_once_and_then_had_an_outage_is_not_silent():
    back = link()
    for second in (0, 60, 7200, 14_400):
        back.connected("lan", at(second))
        back.probed("lan", f"nonce-{second}", at(second))
        assert back.silent(at(second + 1)) == frozenset()
        answer(back, f"nonce-{second}", at(second + 1))
        back.disconnected("lan")

    assert list(back.changes(at(14_402))) == []

"""What is known of the ways to a centre and back, over connections that come and go."""

from gateway.messages.signed import SignedKind
from gateway.uplink.centre_link import CentreLink, ProofChange
from gateway.uplink.from_afar import FromAfar
from rules.instant import Instant, seconds
from tests.unit import centre_keys


def at(second: float) -> Instant:
    return Instant(seconds(second))


def link() -> CentreLink:
    return CentreLink(centre_keys.GATEWAY, [centre_keys.centre("pc")], ("lan",), {})


def answer(link: CentreLink, nonce: str, now: Instant) -> None:
    payload = centre_keys.ack("pc", nonce=nonce)
    said = FromAfar(
        path="lan", kind=SignedKind.ACK, payload=payload, retained=False, session="session"
    )
    link.take(said, now)


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

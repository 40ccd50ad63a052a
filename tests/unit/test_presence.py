"""When a path has to say again that it is there."""

from gateway.contract.example_site import ORIGIN
from gateway.messages.parts import Stamp
from gateway.record import ClockQuality
from gateway.uplink.presence import AGAIN_AFTER, Presence
from rules.instant import Instant

NOW = Instant(10**12)
SINCE = Stamp(boot_id="b", at=NOW, wall_ns=0, clock=ClockQuality.UNKNOWN)


def born() -> tuple[Presence, bytes]:
    presence = Presence("lan", ORIGIN, "1.2.3")
    presence.begin("session-2", SINCE)
    return presence, presence.birth(NOW)


def test_our_own_birth_need_not_be_said_again():
    presence, birth = born()
    presence.heard(birth)

    assert not presence.is_due(Instant(NOW + 2 * AGAIN_AFTER))


def test_what_buries_the_birth_is_contradicted_but_not_at_once():
    presence, _ = born()
    presence.heard(b'{"online":false,"session":"session-1"}')

    assert not presence.is_due(Instant(NOW + AGAIN_AFTER))
    assert presence.is_due(Instant(NOW + AGAIN_AFTER + 1))


def test_the_newest_word_on_the_topic_counts():
    presence, birth = born()
    presence.heard(b'{"online":false,"session":"session-1"}')
    presence.heard(birth)

    assert not presence.is_due(Instant(NOW + 2 * AGAIN_AFTER))


def test_a_birth_that_was_said_again_is_enough():
    presence, _ = born()
    presence.heard(b"nonsense")
    presence.birth(Instant(NOW + 2 * AGAIN_AFTER))

    assert not presence.is_due(Instant(NOW + 9 * AGAIN_AFTER))


def test_a_new_session_forgets_what_was_heard_in_the_old_one():
    presence, _ = born()
    presence.heard(b"nonsense")
    presence.begin("session-3", SINCE)

    assert not presence.is_due(Instant(NOW + 9 * AGAIN_AFTER))

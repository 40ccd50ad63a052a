"""Which retained messages a path has to send."""

from gateway.uplink.retained import RetainedMessages


def messages() -> RetainedMessages:
    made = RetainedMessages()
    made.retain("state", lambda limit: f"state within {limit}".encode())
    made.retain("inventory", lambda _: None)
    return made


def test_each_is_due_at_every_connection():
    retained = messages()
    assert retained.due() == []

    retained.connected()

    assert retained.due() == ["state", "inventory"]
    assert retained.make("state", 9) == b"state within 9"
    assert retained.make("inventory", 9) is None
    assert retained.due() == []
    retained.connected()
    assert retained.due() == ["state", "inventory"]


def test_many_wants_are_one_and_wait_for_the_answer_to_the_last():
    retained = messages()
    retained.want("state")
    retained.make("state", 9)
    retained.sent("state")

    for _ in range(3):
        retained.want("state")

    assert retained.due() == []
    retained.answered("state")
    assert retained.due() == ["state"]


def test_what_was_under_way_on_a_connection_that_is_gone_holds_nothing_up():
    retained = messages()
    retained.sent("state")

    retained.connected()

    assert retained.due() == ["state", "inventory"]

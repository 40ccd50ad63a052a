"""When the outage of a path is told."""

from gateway.uplink.path_outage import Outage
from gateway.uplink.refusal_reason import RefusalReason


def test_a_path_that_never_was_up_counts_as_down_when_its_supervision_time_has_passed():
    told = []
    outage = Outage("path/lan", told.append)
    outage.goes_on("connection refused")
    before = list(told)

    outage.supervise("connection refused", is_up=False)
    outage.goes_on("connection refused")

    assert (before, told) == ([], ["connection refused"])


def test_a_path_that_was_up_counts_as_down_at_once_and_once_an_outage():
    told = []
    outage = Outage("path/lan", told.append)
    for _ in range(2):
        outage.ended()
        outage.goes_on("reset by peer")
        outage.goes_on("connection refused")

    assert told == ["reset by peer", "reset by peer"]


def test_a_path_that_is_up_in_time_is_no_outage():
    told = []
    outage = Outage("path/lan", told.append)
    outage.goes_on("connection refused")
    outage.ended()

    outage.supervise("connection refused", is_up=True)

    assert told == []


def test_each_reason_is_logged_once_in_a_row(caplog):
    outage = Outage("path/lan", lambda why: None)
    for why in ("refused", "refused", "no route", "no route"):
        outage.goes_on(why)

    assert caplog.messages == ["not connected: refused", "still not connected: no route"]


def test_an_outage_that_turns_out_to_be_a_refusal_is_told_in_its_words_and_once():
    told = []
    outage = Outage("path/lan", told.append)
    outage.ended()

    outage.goes_on("the connection ended")
    outage.goes_on("the certificate has expired", RefusalReason.CERTIFICATE_EXPIRED)
    outage.goes_on("the certificate has expired", RefusalReason.CERTIFICATE_EXPIRED)
    outage.goes_on("no answer")

    assert told == ["the connection ended", "the certificate has expired"]

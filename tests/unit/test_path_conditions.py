"""Conditions of a path's credentials: what is told when, and what is not told twice."""

from gateway.path_conditions import changes, wrongs
from gateway.uplink.certificate_dates import DatesVerdict
from gateway.uplink.certificate_expiry import Expiry
from gateway.uplink.credentials_watch import Renewal, Seen, Unusable
from rules.condition import Condition
from rules.instant import Instant
from rules.part import PartFailed, PartRecovered

NOW = Instant(7)
MONTH = Expiry(Condition.SUPERVISORY, "expires-in-a-month", "certificate a.pem expires")
WEEK = Expiry(Condition.SUPERVISORY, "expires-in-a-week", "certificate a.pem expires")
DAY = Expiry(Condition.FAULT, "expires-in-a-day", "certificate a.pem expires")
FINE = DatesVerdict()


def told(before, after) -> list[tuple]:
    return [
        (isinstance(each, PartFailed), each.part, each.condition, getattr(each, "cause", None))
        for each in changes("lan", before, after, NOW)
    ]


def of(expiry: Expiry | None = None, change=None, dates: DatesVerdict = FINE):
    return wrongs(Seen(change=change, expiry=expiry), dates)


def test_each_step_of_an_expiry_is_told_anew_and_the_same_step_once():
    part = "path/lan/certificate"
    supervisory = (True, part, Condition.SUPERVISORY)

    assert told({}, of(MONTH)) == [(*supervisory, "expires-in-a-month")]
    assert told(of(MONTH), of(MONTH)) == []
    assert told(of(MONTH), of(WEEK)) == [
        (False, part, Condition.SUPERVISORY, None),
        (*supervisory, "expires-in-a-week"),
    ]
    assert told(of(WEEK), of(DAY)) == [
        (False, part, Condition.SUPERVISORY, None),
        (True, part, Condition.FAULT, "expires-in-a-day"),
    ]
    assert told(of(DAY), of()) == [(False, part, Condition.FAULT, None)]


def test_files_that_cannot_be_used_are_told_and_files_that_can_are_not():
    assert told({}, of(change=Renewal("tls.certificate renewed"))) == []
    assert told({}, of(change=Unusable("key.pem: mode 0644"))) == [
        (True, "path/lan/credentials", Condition.SUPERVISORY, "unusable")
    ]


def test_dates_that_nobody_can_judge_are_a_warning():
    assert told({}, of(dates=DatesVerdict(warning="valid only from"))) == [
        (True, "path/lan/dates", Condition.SUPERVISORY, "dates-unproven")
    ]


def test_what_an_earlier_process_told_is_taken_back_at_the_first_look():
    recovered = list(changes("lan", None, of(), NOW))

    assert all(isinstance(each, PartRecovered) for each in recovered)
    assert {(each.part, each.condition) for each in recovered} == {
        ("path/lan/certificate", Condition.SUPERVISORY),
        ("path/lan/certificate", Condition.FAULT),
        ("path/lan/credentials", Condition.SUPERVISORY),
        ("path/lan/dates", Condition.SUPERVISORY),
    }

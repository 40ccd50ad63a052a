"""When the path's own certificates are told to expire: each step, to the nanosecond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.uplink.certificate_dates import KnownTime
from gateway.uplink.certificate_expiry import DAY, MONTH, WEEK, Dated, expiry
from rules.condition import Condition

ENDS = 2_000_000_000_000_000_000
OURS = Dated("our certificate gw.pem", ENDS)
FAULT, SUPERVISORY = Condition.FAULT, Condition.SUPERVISORY


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("left", "told"),
    [
        (MONTH + 1, None),
        (MONTH, (SUPERVISORY, "expires-in-a-month")),
        (WEEK + 1, (SUPERVISORY, "expires-in-a-month")),
        (WEEK, (SUPERVISORY, "expires-in-a-week")),
        (DAY + 1, (SUPERVISORY, "expires-in-a-week")),
        (DAY, (FAULT, "expires-in-a-day")),
        (0, (FAULT, "expires-in-a-day")),
        (-1, (FAULT, "expired")),
    ],
)
def test_expiry_is_told_at_30_7_and_1_days_and_is_a_fault_from_the_last_day_on(
    left, told, is_known
):
    judged = expiry([OURS], KnownTime(ENDS - left, is_known))

    assert (judged and (judged.condition, judged.cause)) == told


def test_the_words_say_what_when_and_what_to_do():
    soon = expiry([OURS], KnownTime(ENDS - WEEK, is_known=True))
    over = expiry([OURS], KnownTime(ENDS + WEEK, is_known=True))

    assert soon.detail == (
        "our certificate gw.pem expires on 2033-05-18 03:33 UTC, in less than 7 days; renew it"
    )
    assert over.detail == (
        "our certificate gw.pem expired on 2033-05-18 03:33 UTC; renew it, or this path fails"
    )


def test_without_certificates_nothing_expires():
    assert expiry([], KnownTime(0, is_known=True)) is None


@given(st.lists(st.integers(0, 2 * ENDS), min_size=1), st.integers(0, 2 * ENDS))
def test_what_expires_first_is_told(ends, now):
    time = KnownTime(now, is_known=True)
    dated = [Dated(f"certificate {each}", each) for each in ends]

    assert expiry(dated, time) == expiry([Dated(f"certificate {min(ends)}", min(ends))], time)


@given(st.integers(-2 * MONTH, 2 * MONTH), st.integers(0, MONTH))
def test_it_never_grows_less_urgent_as_time_goes_on(left, later):
    order = [None, "expires-in-a-month", "expires-in-a-week", "expires-in-a-day", "expired"]
    steps = [
        expiry([OURS], KnownTime(now, is_known=True)) for now in (ENDS - left, ENDS - left + later)
    ]

    before, after = (order.index(each and each.cause) for each in steps)

    assert before <= after

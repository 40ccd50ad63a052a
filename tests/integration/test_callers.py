"""Who a caller is: from the machine's own files, and from a user database that may hang."""

import asyncio
import threading

import pytest

from gateway.control import callers as callers_module
from gateway.control.access import Caller, caller_of_this_machine
from gateway.control.callers import MOST_LOOK_UPS_OF_A_USER, Callers, NotToldApartError
from gateway.control.protocol import Right

PATIENCE_S = 20.0
PASSWD = """\
root:x:0:0::/root:/bin/sh

# a comment
short:x
+::::::
an:x:4001:4100::/:/bin/sh
\u1ecf:x:4002:9999::/:/bin/sh
"""
GROUP = "firegw-view:x:4100:\nfiregw-operate:x:4101:binh,\u1ecf\nfiregw-admin:x:4102:another,an2\n"
OF_NETWORK, STRANGER = 70001, 70002
VIEW, OPERATE = Right.VIEW, Right.OPERATE


@pytest.fixture
def etc(tmp_path):
    (tmp_path / "passwd").write_text(PASSWD)
    (tmp_path / "group").write_text(GROUP)
    return tmp_path


@pytest.fixture
def hanging():
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def callers(etc, hanging, monkeypatch) -> Callers:
    monkeypatch.setattr(callers_module, "LOOK_UP_WITHIN_S", 0.1)
    made = Callers(frozenset({STRANGER}))
    made.look_up_here = lambda user, trial: caller_of_this_machine(user, trial, etc)

    def look_up(user: int, _trial: frozenset[int]) -> Caller:
        hanging.wait(PATIENCE_S)
        return Caller(f"of-network-{user}", frozenset({VIEW}))

    made.look_up = look_up
    return made


def test_the_files_of_the_machine_say_names_and_rights(etc):
    nobody = frozenset[int]()

    assert caller_of_this_machine(4001, nobody, etc) == Caller("an", frozenset({VIEW}))
    assert caller_of_this_machine(4002, nobody, etc) == Caller("\u1ecf", frozenset({VIEW, OPERATE}))
    assert caller_of_this_machine(0, nobody, etc) == Caller("root", frozenset())
    assert caller_of_this_machine(OF_NETWORK, nobody, etc) is None
    on_trial = caller_of_this_machine(4001, frozenset({4001}), etc)
    assert on_trial == Caller("an", frozenset({VIEW, OPERATE}))


async def test_root_and_whom_the_machine_knows_are_let_in_while_the_database_hangs(callers):
    assert (await callers.caller(0, Right.ADMINISTER)).name == "root"
    assert (await callers.caller(4001, VIEW)).name == "an"
    assert (await callers.caller(4002, OPERATE)).name == "\u1ecf"
    assert (await callers.caller(STRANGER, OPERATE)).name == f"uid {STRANGER}"
    with pytest.raises(NotToldApartError):
        await callers.caller(4001, OPERATE)
    with pytest.raises(NotToldApartError):
        await callers.caller(OF_NETWORK, VIEW)


async def test_one_users_hanging_look_ups_take_no_place_from_others(callers, hanging):
    for _ in range(3 * MOST_LOOK_UPS_OF_A_USER):
        with pytest.raises(NotToldApartError):
            await callers.caller(OF_NETWORK, VIEW)

    assert callers.look_ups_under_way == MOST_LOOK_UPS_OF_A_USER
    hanging.set()
    async with asyncio.timeout(PATIENCE_S):
        while callers.look_ups_under_way:  # noqa: ASYNC110  # only the threads know
            await asyncio.sleep(0.001)
    assert (await callers.caller(OF_NETWORK, VIEW)).name == f"of-network-{OF_NETWORK}"


async def test_the_database_is_asked_where_the_files_cannot_be_read(callers, etc, hanging):
    hanging.set()
    (etc / "group").unlink()

    assert (await callers.caller(4001, VIEW)).name == "of-network-4001"


async def test_a_membership_that_was_taken_away_ends_at_the_next_request(callers, etc, hanging):
    hanging.set()
    await callers.caller(4002, OPERATE)
    (etc / "group").write_text("firegw-operate:x:4101:binh\n")

    assert OPERATE not in (await callers.caller(4002, OPERATE)).rights

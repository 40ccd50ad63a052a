"""Who may do what: every verb with every group, and what is told to those who may not."""

import asyncio
import contextlib
from collections.abc import Iterator

import control_process
import pytest

from gateway.control import server as control
from gateway.control.access import Caller
from gateway.control.client import NotPermittedError, ask
from gateway.control.protocol import RIGHT_FOR, RIGHTS_OF_GROUP, Outcome, Reply, Request, Verb
from gateway.control.server import ControlServer
from gateway.text import Language, speak

SOMEBODY = 4001
SEES, ACTS, SETS = "firegw-view", "firegw-operate", "firegw-admin"
VIEWERS, OPERATORS, ADMINISTRATORS = {SEES, ACTS, SETS}, {ACTS}, {SETS}
MAY = {
    Verb.STATUS: VIEWERS,
    Verb.EXPLAIN: VIEWERS,
    Verb.EVENTS: VIEWERS,
    Verb.WALK: VIEWERS,
    Verb.INSTALLED: VIEWERS,
    Verb.ACKNOWLEDGE: OPERATORS,
    Verb.SILENCE: OPERATORS,
    Verb.RESET: OPERATORS,
    Verb.DISABLE: OPERATORS,
    Verb.ENABLE: OPERATORS,
    Verb.TEST: OPERATORS,
    Verb.END_TEST: OPERATORS,
    Verb.CONFIGURATION: ADMINISTRATORS,
    Verb.APPLY: ADMINISTRATORS,
    Verb.CONFIRM: ADMINISTRATORS,
    Verb.GO_BACK: ADMINISTRATORS,
}
"""Written out, and not taken from the program: whoever adds a verb says here who may."""

GROUP_TO_JOIN = {"view": SEES, "operate": ACTS, "administer": SETS}
ASKED = {
    Verb.DISABLE: {"target": "zone/hall"},
    Verb.ENABLE: {"target": "zone/hall"},
    Verb.EXPLAIN: {"rule": "hot"},
}


def request_of(verb: Verb) -> Request:
    return Request(verb=verb, **ASKED.get(verb, {}))


class Door:
    """A server whose caller is of the group that a test says, and what came through to it."""

    def __init__(self, path, monkeypatch) -> None:
        self.path = path
        self.group = ""
        self.let_in: list[Verb] = []
        self.denied: list[tuple[str, str]] = []
        monkeypatch.setattr(control, "user_id_of", lambda _: SOMEBODY)
        self.server = ControlServer(
            path,
            lambda: self._through(Verb.STATUS, control_process.status()),
            lambda command: self._through(command, ()),
            denied=lambda author, verb: self.denied.append((author, verb)),
        )
        self.server.callers.look_up_here = lambda *_: None
        self.server.callers.look_up = lambda *_: Caller(
            "lan", RIGHTS_OF_GROUP.get(self.group, frozenset())
        )
        for verb in MAY:
            if verb not in control_process.ORDERS and verb is not Verb.STATUS:
                self.server.answers[verb] = self._answer

    def _through(self, what, given):
        self.let_in.append(what)
        return given

    async def _answer(self, request: Request, author: str) -> Reply:
        self.let_in.append(request.verb)
        return Reply(outcome=Outcome.DONE, author=author)

    async def ask(self, request: Request) -> Reply:
        return await asyncio.to_thread(ask, str(self.path), request)


@pytest.fixture
async def door(tmp_path, monkeypatch):
    made = Door(tmp_path / "control.sock", monkeypatch)
    task = asyncio.create_task(made.server.run())
    async with asyncio.timeout(20):
        await control_process.wait_for_socket(made.path)
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.fixture(params=Language)
def language(request) -> Iterator[Language]:
    speak(request.param)
    yield request.param
    speak(Language.ENGLISH)


def test_every_verb_has_a_row():
    assert set(MAY) == set(Verb)


@pytest.mark.parametrize("group", ["", SEES, ACTS, SETS])
async def test_a_group_may_what_the_table_says_and_nothing_else(door, group, language):
    door.group = group
    for verb, groups in MAY.items():
        door.let_in.clear()
        if group in groups:
            assert (await door.ask(request_of(verb))).outcome is Outcome.DONE
            assert len(door.let_in) == 1
            continue
        with pytest.raises(NotPermittedError) as refused:
            await door.ask(request_of(verb))
        assert door.let_in == [], f"{verb} came through"
        assert door.denied[-1] == ("lan", verb)
        words = str(refused.value)
        assert f"`sudo usermod -aG {GROUP_TO_JOIN[RIGHT_FOR[verb]]} lan`" in words
        assert ("log in anew" if language is Language.ENGLISH else "đăng nhập lại") in words


async def test_a_viewer_can_silence_nothing(door):
    door.group = SEES
    for zone in (None, "hall"):
        with pytest.raises(NotPermittedError):
            await door.ask(Request(verb=Verb.SILENCE, zone=zone))
    assert door.let_in == []


async def test_an_outsider_sees_nothing(door):
    for verb in (Verb.STATUS, Verb.EVENTS, Verb.EXPLAIN, Verb.WALK, Verb.INSTALLED):
        with pytest.raises(NotPermittedError):
            await door.ask(request_of(verb))
    assert door.let_in == []

"""What happened, as people at the unit are told it: out of the journal, and out of memory."""

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from daemon_process import HEAD
from gateway_inside import guarding, until
from journal_parts import BOOT, make_epoch, mark_delivered, open_journal

from gateway.control import telling as telling_module
from gateway.control.client import ask
from gateway.control.protocol import MOST_EVENTS, Outcome, Request, Verb
from gateway.control.telling import NothingToTellError, Telling, TellingPorts
from gateway.journal import kept
from gateway.journal.kept import Choice
from gateway.journal.ram_epoch import RamEpoch
from gateway.own_thread import OwnThreads
from gateway.record import Batch, BootOffset, ClockQuality, Draft
from rules.condition import Lane
from rules.event import Notice
from rules.instant import Instant, Moment

PATIENCE_S = 20.0
SITE = """\
buses: [{id: played, simulated: {}}]
zones: [{id: hall, name: Sảnh}]
detectors: [{id: door, zone: hall, bus: played, profile: simulated-contact}]
rules: [{id: open, zone: hall, raises: fire-alarm, when: door.contact}]
uplink: {paths: []}
"""


def note(detail: str, *, clock: ClockQuality = ClockQuality.SYNCHRONISED, body=None) -> Draft:
    told = f'{{"notice":"started","zone":null,"detail":"{detail}","author":null,"contact_id":null}}'
    return Draft(
        lane=Lane.STATUS,
        at=Instant(7),
        wall_ns=1_000,
        clock=clock,
        kind="notice.started",
        body=told.encode() if body is None else body,
    )


@dataclass
class World:
    """A journal with its teller."""

    path: Path
    now_ns: int = 0
    dates: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.journal = open_journal(self.path)
        ports = TellingPorts(now=lambda: Instant(self.now_ns), wall_of=self.wall_of)
        self.telling = Telling(self.path, ports)

    def wall_of(self, moment: Moment) -> int | None:
        date = self.dates.get(moment.boot_id)
        return None if date is None else date + moment.at

    def happen(self, *details: str, **how) -> None:
        drafts = tuple(note(detail, **how) for detail in details)
        self.telling.committed(self.journal.append(Batch(drafts)))

    def happen_in_memory(self, memory: RamEpoch, *details: str) -> None:
        self.telling.committed(memory.number([Batch(tuple(map(note, details)))]))

    async def told(self, limit: int = MOST_EVENTS, **which: int) -> list[tuple[int, str]]:
        events = await self.telling.events(Choice(limit=limit, **which))
        return [(event.number, event.notice.detail) for event in events]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "journal.db")
    yield made
    made.journal.close()


async def test_the_newest_are_told_in_their_order_and_the_ones_before_or_after_on_request(world):
    world.happen(*"abcde")

    assert await world.told(limit=2) == [(4, "d"), (5, "e")]
    assert await world.told(limit=2, before=4) == [(2, "b"), (3, "c")]
    assert await world.told(limit=2, after=1) == [(2, "b"), (3, "c")]
    assert await world.told(after=5) == []
    assert await world.told(before=1) == []


async def test_an_event_is_told_with_its_name_and_whether_everyone_has_it(world):
    world.happen("a", "b")
    [first] = await world.telling.events(Choice(limit=1, after=0))
    mark_delivered(world.journal, world.journal.append(Batch((note("c"),))))

    told = await world.telling.events(Choice(limit=9))

    assert (first.epoch, first.lane, first.seq) == (world.journal.epoch, Lane.STATUS, 1)
    assert (first.kind, first.boot_id, first.monotonic_ns) == ("notice.started", BOOT, 7)
    assert first.notice.notice is Notice.STARTED
    assert [event.delivered for event in told] == [False, False, True]


async def test_an_event_of_a_time_without_a_clock_is_dated_once_the_clock_is_known(world):
    world.happen("a", clock=ClockQuality.UNKNOWN)
    [before] = await world.telling.events(Choice(limit=1))
    world.journal.remember_boot(BOOT, BootOffset(50, ClockQuality.UNKNOWN))
    [unsure] = await world.telling.events(Choice(limit=1))
    world.journal.remember_boot(BOOT, BootOffset(5_000, ClockQuality.SYNCHRONISED))
    [after] = await world.telling.events(Choice(limit=1))

    assert [before.wall_ns, unsure.wall_ns, after.wall_ns] == [None, None, 5_007]
    assert after.clock is ClockQuality.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[" * 5000, b'{"change":"melted"}', b'{"notice":"sung","zone":null}'],
)
async def test_an_event_that_this_version_cannot_read_is_told_by_its_kind(world, body):
    world.happen("a", body=body)

    [event] = await world.telling.events(Choice(limit=1))

    assert (event.kind, event.condition, event.notice) == ("notice.started", None, None)


async def test_a_page_is_bounded_in_bytes_and_what_is_left_out_comes_next(world, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 200)
    world.happen(*"abcd")

    assert await world.told() == [(3, "c"), (4, "d")]
    assert await world.told(after=0) == [(1, "a"), (2, "b")]
    monkeypatch.setattr(kept, "MOST_BYTES", 1)
    assert await world.told() == [(4, "d")], "one event there is always room for"


async def test_a_page_is_bounded_in_time(world):
    world.happen(*"abcd")

    def now() -> Instant:
        world.now_ns += telling_module.READ_WITHIN
        return Instant(world.now_ns)

    world.telling = Telling(world.path, TellingPorts(now=now, wall_of=world.wall_of))

    assert await world.told(after=0) == [(1, "a"), (2, "b")]


async def test_what_the_store_could_not_take_is_told_under_the_numbers_that_it_will_have(world):
    memory = RamEpoch(make_epoch(), BOOT)
    world.happen("a", "b")
    world.happen_in_memory(memory, "c", "d")

    assert await world.told() == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    assert await world.told(limit=2, before=4) == [(2, "b"), (3, "c")]
    assert await world.told(after=2) == [(3, "c"), (4, "d")]
    assert await world.told(limit=1, after=0) == [(1, "a")]

    world.journal.write_ram_records(memory.records, (), ())
    world.telling.recovered()
    world.happen("e")
    assert await world.told() == [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")]


async def test_where_the_journal_cannot_be_read_memory_still_tells(world):
    world.happen("a")
    world.happen_in_memory(RamEpoch(make_epoch(), BOOT), "b", "c")
    world.journal.close()
    for file in world.path.parent.iterdir():
        file.unlink()

    assert await world.told() == [(2, "b"), (3, "c")]


async def test_where_there_is_nothing_to_tell_from_the_answer_says_why(tmp_path):
    world = World(tmp_path / "journal.db")
    world.journal.close()
    world.path.write_bytes(b"this is no database" * 500)

    reply = await world.telling.answer(Request(verb=Verb.EVENTS), "lan")

    assert reply.outcome is Outcome.FAILED
    assert "journal.db" in reply.words[0]


async def test_memory_is_bounded(world):
    memory = RamEpoch(make_epoch(), BOOT)
    count = telling_module.MOST_IN_MEMORY + 5
    world.happen_in_memory(memory, *map(str, range(count)))

    told = await world.told()

    assert len(told) == telling_module.MOST_IN_MEMORY
    assert told[-1] == (count, str(count - 1))


async def test_a_card_that_hangs_holds_up_whoever_asks_and_nobody_else(world, monkeypatch):
    world.happen("a")
    hanging = threading.Event()
    monkeypatch.setattr(telling_module, "ANSWER_WITHIN", 200_000_000)
    monkeypatch.setattr(telling_module, "read_page", lambda *_, **__: hanging.wait(PATIENCE_S))

    for _ in range(telling_module.MOST_AT_ONCE + 1):
        with pytest.raises(NothingToTellError, match="does not answer"):
            await world.telling.events(Choice(limit=1))

    monkeypatch.undo()
    hanging.set()
    async with asyncio.timeout(PATIENCE_S):
        while await world.told() != [(1, "a")]:
            pass


async def test_threads_that_hang_keep_their_places_and_others_get_none():
    threads: OwnThreads[str] = OwnThreads("test", 1)
    hanging = threading.Event()
    with pytest.raises(TimeoutError):
        await threads.run(lambda: str(hanging.wait(PATIENCE_S)), 0.01)
    with pytest.raises(TimeoutError):
        await threads.run(lambda: "second", 0.01)
    assert threads.under_way == 1

    hanging.set()

    assert await threads.run(lambda: "third", PATIENCE_S) == "third"
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: str(1 / 0), PATIENCE_S)
    await threads.ended(PATIENCE_S)
    assert threads.under_way == 0


async def test_a_running_gateway_tells_its_events(tmp_path):
    async with guarding(tmp_path, HEAD + SITE) as inside:
        request = Request(verb=Verb.EVENTS)

        async def events():
            reply = await asyncio.to_thread(ask, str(inside.socket), request)
            return reply.events

        told = await until(events, "the first events")

    started = next(event for event in told if event.kind == "notice.started")
    assert started.notice.notice is Notice.STARTED
    assert started.wall_ns is not None
    assert [event.number for event in told] == sorted(event.number for event in told)

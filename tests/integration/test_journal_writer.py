"""The thread that owns the journal, alive and killed."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import defaultdict
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from journal_parts import BOOT, Told, batch, open_journal, seqs, spans, undelivered

from gateway.clock import Clock, ClockSources
from gateway.journal.file import JournalRefusedError
from gateway.journal.journal import Journal
from gateway.journal.rows import EpochReason
from gateway.journal.writer import JournalWriter
from gateway.record import BootOffset, ClockQuality, Span
from rules.condition import Lane
from rules.instant import seconds

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
BOUND_S = 10  # how long anything is waited for before the test fails
PROCESS = Path(__file__).with_name("journal_process.py")
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@asynccontextmanager
async def writing(path, told, kind=Journal):
    """Run a writer whose news come in the event loop's thread, as they do in the gateway."""
    clock = Clock(ClockSources(), boot_id=BOOT)
    ports = told.ports(post=asyncio.get_running_loop().call_soon_threadsafe, now=clock.now)
    writer = JournalWriter(path, lambda: open_journal(path, kind=kind), ports, boot_id=BOOT)
    told.opening = await asyncio.wrap_future(writer.start())
    try:
        yield writer
    finally:
        assert writer.close(seconds(BOUND_S))


async def until(condition) -> None:
    async with asyncio.timeout(BOUND_S):
        while not condition():  # noqa: ASYNC110  # the condition is set by another thread
            await asyncio.sleep(0.005)


async def test_what_is_submitted_is_committed_and_told_in_order(path):
    told = Told()
    async with writing(path, told) as writer:
        for _ in range(100):
            writer.submit(batch(A, S, changes=[("k", "1")]))
        await until(lambda: len(told.records) == 200)

    assert told.opening.begun is EpochReason.MADE_ANEW
    assert seqs(told.records, A) == list(range(1, 101))
    assert undelivered(path) == told.records


async def test_what_is_queued_while_a_commit_runs_shares_the_next_one(path):
    commits = []
    begun, hold = threading.Event(), threading.Event()

    class Slow(Journal):
        def append_many(self, batches, *more):
            begun.set()
            assert hold.wait(BOUND_S)
            commits.append(len(batches))
            return super().append_many(batches, *more)

    told = Told()
    async with writing(path, told, kind=Slow) as writer:
        writer.submit(batch(A))
        await until(begun.is_set)
        for _ in range(50):
            writer.submit(batch(A))
        hold.set()
        await until(lambda: len(told.records) == 51)

    assert commits == [1, 50]


async def test_marks_are_durable_soon_without_any_batch(path):
    told = Told()
    async with writing(path, told) as writer:
        writer.submit(batch(A, A))
        await until(lambda: told.records)
        writer.delivered(spans(told.records[:1]))
        await until(lambda: writer.undelivered[A] == 1)

        assert undelivered(path) == told.records[1:]


async def test_what_is_reopened_waits_again_and_a_later_mark_ends_that(path):
    told = Told()
    async with writing(path, told) as writer:
        writer.submit(batch(A, A, A))
        await until(lambda: told.records)
        span = Span(told.records[0].name.epoch, A, 1, 3)
        writer.delivered([span])
        await until(lambda: writer.undelivered[A] == 0)

        writer.delivered([span])
        writer.reopen(span)
        await until(lambda: writer.undelivered[A] == 3)
        writer.reopen(span)
        writer.delivered(spans(told.records[1:]))
        await until(lambda: writer.undelivered[A] == 1)

        assert undelivered(path) == told.records[:1]


async def test_the_head_is_the_last_record_committed_and_unknown_while_the_store_fails(path):
    path.mkdir()
    told = Told()
    async with writing(path, told) as writer:
        writer.submit(batch(A))
        await until(lambda: told.records)
        assert writer.head is None

        path.rmdir()
        await until(lambda: told.recoveries)
        writer.submit(batch(T))
        await until(lambda: len(told.records) == 2)
        number, hash_ = writer.head

    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT number, hex(hash) FROM record ORDER BY number").fetchall()
    connection.close()
    assert rows[-1] == (number, hash_.upper()) == (2, hash_.upper())


async def test_closing_writes_what_is_queued(path):
    told = Told()
    async with writing(path, told) as writer:
        for _ in range(20):
            writer.submit(batch(A))
        writer.remember_boot(BOOT, BootOffset(5, ClockQuality.SYNCHRONISED))

    journal = open_journal(path)
    assert journal.last_seqs[A] == 20
    assert journal.stored().boots == {BOOT: BootOffset(5, ClockQuality.SYNCHRONISED)}
    journal.close()
    assert not path.with_name("journal.db-wal").exists()
    with pytest.raises(RuntimeError, match="closed"):
        writer.submit(batch(A))


async def test_what_was_journaled_is_there_at_the_next_start(path):
    async with writing(path, Told()) as writer:
        writer.submit(batch(A, T, changes=[("latched/kitchen", "{}")]))
    told = Told()
    async with writing(path, told):
        pass

    assert told.opening.begun is None
    assert told.opening.failure is None
    assert told.opening.last_seqs == {A: 1, T: 1, S: 0}
    assert told.opening.stored.state == {"latched/kitchen": "{}"}
    assert told.opening.stored.undelivered == {A: 1, T: 1, S: 0}


async def test_turns_are_completed_with_and_without_work_and_while_the_store_fails(path):
    path.mkdir()  # no database can be here
    told = Told()
    async with writing(path, told) as writer:
        assert told.opening.failure is not None
        turns = writer.completed_turns
        writer.submit(batch(A))
        await until(lambda: told.records and writer.completed_turns > turns)
        turns = writer.completed_turns
        await until(lambda: writer.completed_turns > turns)  # idle

        path.rmdir()
        await until(lambda: told.recoveries)

    assert undelivered(path) == list(told.recoveries[0].records)
    assert [record.name for record in told.records] == [
        record.name for record in told.recoveries[0].records
    ]


async def test_a_disk_that_never_answers_shows_in_the_turns_and_close_does_not_wait_for_it(path):
    begun, answer = threading.Event(), threading.Event()

    class Hanging(Journal):
        def append_many(self, batches, *more):
            begun.set()
            answer.wait(BOUND_S)
            return super().append_many(batches, *more)

    told = Told()
    clock = Clock(ClockSources(), boot_id=BOOT)
    ports = told.ports(now=clock.now)
    writer = JournalWriter(path, lambda: open_journal(path, kind=Hanging), ports, boot_id=BOOT)
    await asyncio.wrap_future(writer.start())
    writer.submit(batch(A))
    await until(begun.is_set)
    turns = writer.completed_turns

    ended = writer.close(seconds(0.05))

    assert not ended
    assert writer.completed_turns == turns
    answer.set()
    assert writer.close(seconds(BOUND_S))


async def test_a_newer_database_stops_the_start_in_words(path):
    open_journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO migration (number, name) VALUES (7, '007_later')")
    connection.execute("UPDATE meta SET value = '7' WHERE key = 'usable_from_schema'")
    connection.commit()
    connection.close()
    ports = Told().ports(now=Clock(ClockSources(), boot_id=BOOT).now)
    writer = JournalWriter(path, lambda: open_journal(path), ports, boot_id=BOOT)

    with pytest.raises(JournalRefusedError, match="newer version"):
        await asyncio.wrap_future(writer.start())
    assert writer.close(seconds(BOUND_S))


def test_a_killed_process_loses_nothing_that_it_was_told_is_durable(path):
    """Kill it at random instants, a dozen times; each life goes on with what the last one left."""
    chance = random.Random(20261124)
    told = defaultdict(list)
    for _ in range(12):
        read_until_killed(path, told, lines=chance.randrange(1, 400))

        journal = open_journal(path)
        assert journal.verify() is None
        state = journal.stored().state
        journal.close()
        check_lanes(path, told, int(state["last"]))


def read_until_killed(path, told, lines: int) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{PROCESS.parent}"}
    with subprocess.Popen(
        [sys.executable, str(PROCESS), str(path)], stdout=subprocess.PIPE, env=environment
    ) as process:
        for _ in range(lines):
            take_line(process.stdout.readline(), told)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:  # what it said between our last look and its end
            if line.endswith(b"\n"):
                take_line(line, told)


def take_line(line: bytes, told) -> None:
    epoch, lane, seq, value = line.decode().split()
    told[Lane(lane)].append((epoch, int(seq), int(value)))


def check_lanes(path, told, last: int) -> None:
    """All that was told is there; nothing is twice; what was not told is whole batches."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT epoch.name, lane, seq, body FROM record JOIN epoch ON epoch.id = record.epoch"
        " ORDER BY number"
    ).fetchall()
    waiting = {number for (number,) in connection.execute("SELECT number FROM outbox")}
    connection.close()
    there = defaultdict(list)
    for epoch, lane, seq, body in rows:
        there[Lane(lane)].append((epoch, seq, int(body)))
    for lane in Lane:
        by_epoch = defaultdict(list)
        for epoch, seq, _ in there[lane]:
            by_epoch[epoch].append(seq)
        assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_epoch.values())
        assert set(told[lane]) <= set(there[lane])
    values = [int(body) for *_, body in rows]
    assert values == list(range(1, last + 1))  # the state row and the records never part
    for number, (_, _, seq, _) in enumerate(rows, start=1):
        assert number in waiting or seq % 3 == 0  # only what was marked may have left

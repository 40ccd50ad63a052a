"""What a journal vouches for with the gateway's key: checkpoints, and stubs of what has gone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from journal_parts import BOOT, KEY, Told, batch, mark_delivered, open_journal, undelivered, work

from gateway.journal import retention, voucher
from gateway.journal.file import connect_read_only
from gateway.journal.keeper import JournalKeeper
from gateway.journal.tables import read_checkpoints, read_stubs
from gateway.journal.verification import Finding, Flaw, Head, verify
from gateway.record import BootOffset, ClockQuality
from gateway.signature import PrivateKey
from rules.condition import Lane
from rules.instant import Instant, seconds

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
OTHER_KEY = PrivateKey(b"\2" * 32)
FIRST_VERSION = Path(__file__).parent.parent / "databases" / "v1.sql"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def small_bounds(monkeypatch):
    monkeypatch.setattr(retention, "DELIVERED_KEPT", 5)
    monkeypatch.setattr(retention, "SMALLEST_STEP", 1)


def at(seconds_: float) -> Instant:
    return Instant(seconds(seconds_))


def found(path, expected=(KEY.public,), head=None):
    with closing(connect_read_only(path)) as connection:
        return verify(connection, expected, head)


def checkpoints(path):
    with closing(connect_read_only(path)) as connection:
        return [it for it, _ in read_checkpoints(connection)]


def stubs(path):
    with closing(connect_read_only(path)) as connection:
        return list(read_stubs(connection))


def change(path, *statements) -> None:
    """Change a journal behind its owner's back."""
    with closing(sqlite3.connect(path)) as forger:
        forger.execute("DROP TRIGGER IF EXISTS record_is_never_rewritten")
        for statement in statements:
            forger.execute(statement)
        forger.commit()


def test_a_checkpoint_is_made_at_the_first_idle_turn_each_hour_and_each_1000_records(path):
    journal = open_journal(path)
    for now, records in [(1, 1), (2, 1), (3599, 1), (3601, 1), (3602, 1000), (3603, 0), (9000, 0)]:
        if records:
            journal.append(batch(*[T] * records))
        journal.tidy(at(now))
    journal.close()

    made = [(it.number, it.monotonic_ns) for it in checkpoints(path)]
    assert made == [(1, at(1)), (4, at(3601)), (1004, at(3602))]
    assert found(path).finding is None


def test_a_checkpoint_says_when_it_was_made_as_far_as_that_is_known(path):
    journal = open_journal(path)
    journal.append(batch(A))
    journal.tidy(at(1))
    journal.remember_boot(BOOT, BootOffset(500, ClockQuality.HOLDOVER))
    journal.append(batch(A))
    journal.vouch(at(2))
    journal.close()

    before, after = checkpoints(path)
    assert (before.clock, before.wall_ns) == ("unknown", 1_000)  # that of the record
    assert (after.clock, after.wall_ns, after.boot_id) == ("holdover", at(2) + 500, BOOT)


def test_old_checkpoints_are_thinned_out(path, monkeypatch):
    monkeypatch.setattr(voucher, "CHECKPOINTS_KEPT", 3)
    journal = open_journal(path)
    for _ in range(6):
        journal.append(batch(A))
        journal.vouch(at(1))
    journal.close()

    assert [it.number for it in checkpoints(path)] == [4, 5, 6]
    assert found(path).finding is None


def test_the_last_of_the_journal_is_vouched_for_when_it_is_closed(path):
    told = Told()
    keeper = JournalKeeper(path, lambda: open_journal(path), told.ports(), boot_id=BOOT)
    keeper.open()
    keeper.turn(work(batch(A)))
    keeper.turn(work())
    keeper.turn(work(batch(A, T)))
    keeper.close()

    assert [it.number for it in checkpoints(path)] == [1, 3]


def test_no_turn_with_an_event_signs_anything(path):
    told = Told()
    keeper = JournalKeeper(path, lambda: open_journal(path), told.ports(), boot_id=BOOT)
    keeper.open()
    for _ in range(5):
        keeper.turn(work(batch(A)))
        assert checkpoints(path) == []
    keeper.close()


@pytest.mark.usefixtures("small_bounds")
def test_what_goes_is_vouched_for_before_and_leaves_a_signed_stub(path):
    journal = open_journal(path)
    told = journal.append(batch(*[A] * 20))
    mark_delivered(journal, [record for record in told if record.number != 9])
    journal.tidy(at(1))

    assert [(stub.first, stub.last) for stub, _ in stubs(path)] == [(1, 8), (10, 15)]
    assert [it.number for it in checkpoints(path)] == [20]
    assert found(path, head=Head(15, stubs(path)[1][0].last_hash)).finding is None

    mark_delivered(journal, told)
    journal.tidy(at(2))
    journal.close()

    assert [(stub.first, stub.last) for stub, _ in stubs(path)] == [(1, 15)]
    verified = found(path, head=Head(7, b""))
    assert verified.finding is None
    assert verified.head_has_gone
    assert (verified.records, verified.gone, verified.last) == (5, 15, 20)


@pytest.mark.usefixtures("small_bounds")
def test_a_forged_stub_is_not_signed_with_the_next_one(path):
    journal = open_journal(path)
    told = journal.append(batch(*[A] * 20))
    forge = "INSERT INTO gap (first_number, last_number, last_hash) SELECT 3, 3, hash"
    change(path, f"{forge} FROM record WHERE number = 3", "DELETE FROM outbox WHERE number = 3")
    change(path, "DELETE FROM record WHERE number = 3")
    mark_delivered(journal, told)
    journal.tidy(at(1))
    journal.close()

    assert [(stub.first, stub.last) for stub, _ in stubs(path)] == [(1, 2), (3, 3), (4, 15)]
    assert found(path).finding == Finding(Flaw.STUB_UNSIGNED, 3)


@pytest.mark.usefixtures("small_bounds")
def test_after_a_change_of_key_each_key_is_met_and_the_earlier_one_can_be_named(path):
    journal = open_journal(path)
    mark_delivered(journal, journal.append(batch(*[A] * 10)))
    journal.tidy(at(1))
    journal.close()
    journal = open_journal(path, machine_id="a new card", signer=OTHER_KEY)
    assert found(path, {OTHER_KEY.public}).finding == Finding(Flaw.STUB_OF_ANOTHER_KEY, 1)
    mark_delivered(journal, journal.append(batch(*[A] * 10)))
    journal.tidy(at(2))
    journal.close()

    verified = found(path, {KEY.public, OTHER_KEY.public})
    assert verified.finding is None
    assert verified.keys == {KEY.public.text: 2, OTHER_KEY.public.text: 2}
    assert found(path, ()).finding is None  # whoever it was, he has vouched for it
    assert found(path, {KEY.public}).finding == Finding(Flaw.STUB_OF_ANOTHER_KEY, 6)


def test_a_journal_that_another_key_vouches_for_is_not_taken_for_ours(path):
    journal = open_journal(path, signer=OTHER_KEY)
    journal.append(batch(A))
    journal.vouch(at(1))
    journal.close()

    assert found(path).finding == Finding(Flaw.NOT_VOUCHED_FOR, 1)
    change(path, "DELETE FROM checkpoint")
    assert found(path).finding == Finding(Flaw.NOT_VOUCHED_FOR, 0)


@pytest.mark.usefixtures("small_bounds")
def test_without_a_key_all_goes_on_and_nothing_is_signed(path):
    journal = open_journal(path, signer=None)
    mark_delivered(journal, journal.append(batch(*[A] * 10)))
    journal.tidy(at(1))
    mark_delivered(journal, journal.append(batch(*[A] * 10)))
    journal.tidy(at(2))
    journal.close()

    assert [(stub.first, stub.last) for stub, _ in stubs(path)] == [(1, 15)]
    assert found(path, ()).finding is None
    assert found(path).finding == Finding(Flaw.STUB_UNSIGNED, 1)


# The first version


V1_GAP = "INSERT INTO gap (first_number, last_number, last_hash) VALUES (?, ?, ?)"
V1_STATEMENTS = (
    ("SELECT number FROM migration", ()),
    ("INSERT INTO boot (boot_id) VALUES ('b2')", ()),
    ("INSERT INTO epoch (name, kind, reason) VALUES ('e2', 'journal', 'its store had failed')", ()),
    (
        """INSERT INTO record (number, epoch, lane, seq, boot, monotonic_ns, wall_ns, clock, kind,
           body, previous_hash, hash) SELECT 4, 2, lane, 9, 2, 1, 2, clock, kind, body, hash, x'00'
           FROM record WHERE number = 3""",
        (),
    ),
    ("INSERT INTO outbox (lane, number) VALUES ('alarm', 4)", ()),
    ("DELETE FROM outbox WHERE number > 3", ()),
    ("DELETE FROM record WHERE number > 3", ()),
    ("DELETE FROM record WHERE number BETWEEN 1 AND 1", ()),
    (V1_GAP, (1, 1, b"\0" * 32)),
    ("SELECT last_number, last_hash FROM gap WHERE first_number = 1", ()),
    ("DELETE FROM gap WHERE first_number = 1", ()),
    (V1_GAP, (1, 1, b"\1" * 32)),
    ("INSERT OR REPLACE INTO state (key, value) VALUES ('k', '1')", ()),
    ("INSERT OR REPLACE INTO meta (key, value) VALUES ('machine', 'm')", ()),
    ("UPDATE boot SET offset_ns = 1, quality = 'holdover' WHERE id = 1", ()),
)


def make_v1(path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_VERSION.read_text("utf-8"))


def test_what_the_first_version_does_still_works_after_the_migration(path):
    make_v1(path)
    open_journal(path, machine_id="e5d7c3b1").close()

    with closing(sqlite3.connect(path)) as connection:
        for statement, values in V1_STATEMENTS:
            connection.execute(statement, values)
        meta = dict(connection.execute("SELECT key, value FROM meta"))
    assert meta["usable_from_schema"] == "1"


def test_stubs_of_the_first_version_are_signed_once_when_its_journal_is_taken_over(path):
    make_v1(path)
    gap = "INSERT INTO gap SELECT number, number, hash FROM record WHERE number = 1"
    change(path, gap, "DELETE FROM record WHERE number = 1", "DELETE FROM outbox WHERE number = 1")

    journal = open_journal(path, machine_id="e5d7c3b1")
    journal.tidy(at(1))
    journal.close()
    assert found(path).finding is None

    # Put back, the first version removes another; nobody can tell it from a forger.
    gap = """INSERT INTO gap (first_number, last_number, last_hash)
             SELECT number, number, hash FROM record WHERE number = 2"""
    change(path, gap, "DELETE FROM outbox WHERE number = 2", "DELETE FROM record WHERE number = 2")
    open_journal(path, machine_id="e5d7c3b1").close()
    assert found(path).finding == Finding(Flaw.STUB_UNSIGNED, 2)


# The size of the whole


def test_a_database_that_is_too_large_lets_delivered_records_go_first_and_alarms_never(
    path, monkeypatch
):
    monkeypatch.setattr(retention, "MOST_BYTES", 400_000)
    monkeypatch.setattr(retention, "LARGEST_STEP", 50)
    monkeypatch.setattr(retention, "SMALLEST_STEP", 20)
    journal = open_journal(path)
    told = []
    for _ in range(40):
        told += journal.append(batch(A, T, S, size=1_000))
    delivered = [record for record in told if record.number <= 60]
    mark_delivered(journal, delivered)
    lost = {}

    def go_on(turns: int) -> None:
        for turn in range(turns):
            told.extend(journal.append(batch(A, T, S, size=1_000)))
            for lane, count in journal.tidy(at(turn)).items():
                lost[lane] = lost.get(lane, 0) + count

    go_on(20)
    assert lost == {}  # what was delivered made room enough
    while not lost:
        go_on(1)
    assert lost.keys() == {S}
    go_on(200)
    journal.vouch(at(300))
    journal.close()

    left = [record.name for record in undelivered(path)]
    alarms = [record.name for record in told if record.name.lane is A]
    assert [name for name in left if name.lane is A] == alarms[20:]
    assert lost.keys() == {S, T}
    assert path.stat().st_size < 2_700 * len(alarms)  # hardly more than they need
    assert found(path).finding is None


def test_a_file_that_is_within_its_bound_does_not_grow(path, monkeypatch):
    monkeypatch.setattr(retention, "MOST_BYTES", 300_000)
    monkeypatch.setattr(retention, "SMALLEST_STEP", 1)
    journal = open_journal(path)
    for turn in range(1_000):
        mark_delivered(journal, journal.append(batch(T, size=1_000)))
        journal.tidy(at(turn))
    journal.close()

    assert path.stat().st_size < 330_000
    assert found(path).finding is None


def test_a_head_that_the_centre_heard_of_and_that_is_another_now_is_found(path):
    journal = open_journal(path)
    journal.append(batch(A, T))
    journal.vouch(at(1))
    hash_ = journal.last_hash
    journal.close()

    assert found(path, head=Head(2, hash_)).finding is None
    assert found(path, head=Head(1, hash_)).finding == Finding(Flaw.HEAD_CONTRADICTED, 1)
    assert found(path, head=Head(3, hash_)).finding == Finding(Flaw.CUT_OFF, 3)


def test_a_record_that_comes_back_where_a_stub_stands_is_found(path, monkeypatch):
    monkeypatch.setattr(retention, "DELIVERED_KEPT", 5)
    monkeypatch.setattr(retention, "SMALLEST_STEP", 1)
    journal = open_journal(path)
    mark_delivered(journal, journal.append(batch(*[A] * 10)))
    journal.tidy(at(1))
    journal.close()
    columns = "epoch, lane, 99, boot, monotonic_ns, wall_ns, clock, kind, body, previous_hash, hash"
    change(path, f"INSERT INTO record SELECT 3, {columns} FROM record WHERE number = 10")

    assert found(path).finding == Finding(Flaw.RECORD_PUT_IN, 3)

"""The journal: numbers, state and outbox become durable together, and nothing can be altered."""

import re
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from journal_parts import (
    BOOT,
    batch,
    draft,
    mark_delivered,
    open_journal,
    seqs,
    spans,
    undelivered,
)

from gateway.journal import file as journal_file
from gateway.journal import retention
from gateway.journal.file import FailureNote, JournalRefusedError, Migration, read_migrations
from gateway.journal.hash_chain import NO_HASH
from gateway.journal.journal import Journal
from gateway.journal.reader import JournalReader
from gateway.journal.rows import EpochReason
from gateway.journal.tables import UNDELIVERED
from gateway.record import Batch, BootOffset, ClockQuality, Record, RecordName, Span
from rules.condition import Lane
from rules.instant import Instant

FIRST_VERSION = Path(__file__).parent.parent / "databases" / "v1.sql"
A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
NOW = Instant(1_000_000_000)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def opened(path):
    """Open journals that are closed at the end, whatever happens."""
    open_ones = []

    def open_one(**more) -> Journal:
        open_ones.append(open_journal(path, **more))
        return open_ones[-1]

    yield open_one
    for journal in open_ones:
        journal.close()


def test_seq_is_contiguous_in_each_lane_over_batches_and_restarts(opened):
    journal = opened()
    told = journal.append(batch(A, T, A))
    told += journal.append_many((batch(S), batch(A, S)))
    journal.close()
    journal = opened()
    told += journal.append(batch(T, A))

    assert seqs(told, A) == [1, 2, 3, 4]
    assert seqs(told, T) == [1, 2]
    assert seqs(told, S) == [1, 2]
    assert [record.number for record in told] == list(range(1, 9))
    assert len({record.name.epoch for record in told}) == 1
    assert journal.begun is None


def test_what_is_read_back_is_what_was_told(path, opened):
    told = opened().append(batch(A, T, S))

    assert undelivered(path) == list(told)


def test_state_and_events_of_a_batch_are_there_together(path, opened):
    journal = opened()
    journal.append(batch(A, changes=[("latched/kitchen", '{"since":1}'), ("silenced", "true")]))
    journal.append_many((batch(changes=[("silenced", "false")]), batch(changes=[("x", "1")])))
    journal.append(batch(A, changes=[("x", None)]))
    journal.close()

    assert opened().stored().state == {"latched/kitchen": '{"since":1}', "silenced": "false"}


def test_a_batch_that_fails_uses_no_number_up_and_leaves_nothing(path, opened):
    journal = opened()
    journal.append(batch(A))
    refused_by_the_table = Batch((draft(A),), ((None, "a row without a key"),))
    with pytest.raises(sqlite3.IntegrityError):
        journal.append(refused_by_the_table)

    (record,) = journal.append(batch(A))

    assert (record.name.seq, record.number) == (2, 2)
    assert journal.verify() is None
    assert len(undelivered(path)) == 2


def test_delivered_records_leave_the_outbox_and_stay_in_the_journal(path, opened):
    journal = opened()
    told = journal.append(batch(A, A, T))

    mark_delivered(journal, [told[0], told[2], told[2]])

    assert undelivered(path) == [told[1]]
    assert journal.undelivered == {A: 1, T: 0, S: 0}
    assert journal.verify() is None


def test_a_mark_for_a_record_that_never_was_is_passed_over(opened):
    journal = opened()
    journal.append(batch(A))

    mark_delivered(
        journal,
        [RecordName("another epoch", A, 1), RecordName(journal.epoch, A, 9), RecordName("", T, 1)],
    )

    assert journal.undelivered[A] == 1


def test_a_span_marks_all_that_it_names_in_one_lane_of_one_epoch(path, opened):
    journal = opened()
    told = journal.append(batch(A, A, T, A, T, A))

    journal.append_many((), [Span(journal.epoch, A, 2, 3), Span("another epoch", T, 1, 2)])

    assert undelivered(path) == [told[0], told[2], told[4], told[5]]
    assert journal.undelivered == {A: 2, T: 2, S: 0}


def test_what_is_reopened_is_to_be_delivered_once_more(path, opened):
    journal = opened()
    told = journal.append(batch(A, T, A, A))
    mark_delivered(journal, told)

    reopened = [Span(journal.epoch, A, 1, 100), Span("another epoch", A, 1, 2)]
    journal.append_many((), [Span(journal.epoch, A, 3, 3)], reopened=reopened)
    journal.append_many((), reopened=[Span(journal.epoch, A, 2, 2)])

    assert undelivered(path) == [told[0], told[2]]
    assert journal.undelivered == {A: 2, T: 0, S: 0}
    assert journal.verify() is None


def test_the_highest_seqs_are_known_of_every_epoch_in_the_journal(opened):
    journal = opened()
    journal.append(batch(A, T, A))
    journal.close()
    newer = opened(machine_id="the card was moved")
    newer.append(batch(A))

    assert newer.stored().highest == {
        (journal.epoch, A): 2,
        (journal.epoch, T): 1,
        (newer.epoch, A): 1,
    }


def test_the_outbox_is_read_lane_by_lane_in_pages(path, opened):
    told = opened().append(batch(A, T, A, T, A))
    reader = JournalReader(path)

    first = reader.undelivered(A, 0, 2)
    rest = reader.undelivered(A, first[-1].number, 2)
    reader.close()

    assert [*first, *rest] == [told[0], told[2], told[4]]


def test_reading_a_page_of_the_outbox_costs_a_page_and_not_the_backlog(path, opened):
    opened().append(batch(A))
    connection = journal_file.connect_read_only(path)

    plan = connection.execute(f"EXPLAIN QUERY PLAN {UNDELIVERED}", ("alarm", 0, 10)).fetchall()
    connection.close()

    words = " ".join(row[3] for row in plan)
    assert "SEARCH outbox USING PRIMARY KEY (lane=? AND number>?)" in words
    assert "SCAN" not in words
    assert "TEMP B-TREE" not in words


def test_a_journal_made_anew_begins_an_epoch_of_128_bits(opened):
    journal = opened()

    assert journal.begun is EpochReason.MADE_ANEW
    assert re.fullmatch("[0-9a-f]{32}", journal.epoch)


def test_on_another_machine_a_new_epoch_begins_and_the_old_records_stay(path, opened):
    journal = opened()
    (old,) = journal.append(batch(A))
    journal.close()

    journal = opened(machine_id="the card was moved")
    (new,) = journal.append(batch(A))

    assert journal.begun is EpochReason.ANOTHER_MACHINE
    assert new.name.epoch != old.name.epoch
    assert (new.name.seq, new.number) == (1, 2)
    assert undelivered(path) == [old, new]
    assert journal.verify() is None


def test_after_a_use_that_ended_in_a_store_failure_a_new_epoch_begins_once(path, opened):
    journal = opened()
    journal.append(batch(A))
    epoch = journal.epoch
    journal.close()
    FailureNote(path).leave(OSError(28, "no space left on device"))

    journal = opened()
    assert journal.begun is EpochReason.STORE_FAILED
    assert journal.epoch != epoch
    newer = journal.epoch
    journal.close()

    assert opened().epoch == newer


def test_a_journal_of_which_a_card_kept_less_than_it_said_gives_no_name_a_second_time(
    path, opened, tmp_path
):
    journal = opened()
    kept = journal.append(batch(A, T))
    card = tmp_path / "card" / path.name
    card.parent.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{card}{suffix}")
    told = {record.name for record in (*kept, *journal.append(batch(A, T)))}

    journal = open_journal(card)
    again = journal.append(batch(A, T))
    assert journal.begun is EpochReason.NOT_CLOSED
    assert told.isdisjoint(record.name for record in again)
    assert undelivered(card) == [*kept, *again]
    assert journal.verify() is None
    journal.close()
    journal = open_journal(card)
    assert journal.begun is None
    assert journal.append(batch(A))[0].name == RecordName(again[0].name.epoch, A, 2)
    journal.close()


def test_an_epoch_whose_events_a_card_lost_all_is_not_begun_a_second_time(path, opened, tmp_path):
    journal = opened()
    card = tmp_path / "card" / path.name
    card.parent.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{card}{suffix}")
    (told,) = journal.append(batch(A))

    journal = open_journal(card)
    (again,) = journal.append(batch(A))
    assert again.name.epoch != told.name.epoch
    journal.close()


def test_ram_records_are_written_under_their_own_epoch_before_the_next_one(path, opened):
    journal = opened()
    (before,) = journal.append(batch(A, changes=[("k", "1")]))
    in_memory = [ram_record(A, 1), ram_record(T, 1), ram_record(A, 2)]

    written = journal.write_ram_records(
        in_memory, spans([in_memory[0], before]), [("k", None), ("new", "2")]
    )
    (after,) = journal.append(batch(A))

    assert [record.name for record in written] == [record.name for record in in_memory]
    assert [record.number for record in written] == [2, 3, 4]
    assert undelivered(path) == [written[1], written[2], after]
    assert after.name.seq == 1
    assert after.name.epoch not in (before.name.epoch, "ram")
    assert journal.stored().state == {"new": "2"}
    assert journal.verify() is None


def ram_record(lane: Lane, seq: int) -> Record:
    return Record(
        name=RecordName("ram", lane, seq),
        number=None,
        boot_id=BOOT,
        monotonic_ns=1,
        wall_ns=2,
        clock=ClockQuality.UNKNOWN,
        kind="condition",
        body=b"{}",
        durable=False,
    )


def test_a_commit_whose_report_was_lost_is_taken_back(path, opened):
    journal = opened()
    (reported,) = journal.append(batch(A))
    journal.append(batch(A, T))  # committed, but suppose that the report got lost
    journal.close()
    FailureNote(path).leave(OSError())

    journal = opened()
    (written,) = journal.write_ram_records([ram_record(A, 1)], (), (), undo_after=reported.number)

    assert undelivered(path) == [reported, written]
    assert written.number == 2
    assert journal.verify() is None
    assert journal.undelivered == {A: 2, T: 0, S: 0}


def test_boots_and_the_newest_wall_time_are_remembered(opened):
    journal = opened()
    journal.remember_boot(BOOT, BootOffset(5, ClockQuality.SYNCHRONISED))
    journal.remember_boot("earlier", BootOffset(6, ClockQuality.HOLDOVER))
    journal.append(Batch((draft(wall_ns=900), draft(wall_ns=800))))
    journal.append(Batch((replace(draft(wall_ns=10**18), clock=ClockQuality.UNKNOWN),)))
    journal.close()

    stored = opened().stored()

    assert stored.boots == {
        BOOT: BootOffset(5, ClockQuality.SYNCHRONISED),
        "earlier": BootOffset(6, ClockQuality.HOLDOVER),
    }
    # Of the last record whose clock was known, and not the largest.
    assert stored.newest_wall_ns == 800
    assert stored.undelivered == {A: 3, T: 0, S: 0}


# Tampering


TAMPERING = {
    "a body altered": ("UPDATE record SET body = x'00' WHERE number = 3", 3),
    "a wall time altered": ("UPDATE record SET wall_ns = wall_ns + 1 WHERE number = 4", 4),
    "a lane altered": ("UPDATE record SET lane = 'status' WHERE number = 2", 2),
    "a lane that there is not": ("UPDATE record SET lane = 'none' WHERE number = 2", 2),
    "text that is none": ("UPDATE record SET kind = CAST(x'ff' AS TEXT) WHERE number = 2", 2),
    "a hash altered": ("UPDATE record SET hash = x'00' WHERE number = 5", 5),
    "a record removed": ("DELETE FROM record WHERE number = 3", 3),
    "the first record removed": ("DELETE FROM record WHERE number = 1", 1),
    "a record put in": (
        """INSERT INTO record SELECT 6, epoch, lane, 99, boot, monotonic_ns, wall_ns, clock, kind,
           body, previous_hash, hash FROM record WHERE number = 5""",
        6,
    ),
    "an epoch renamed": ("UPDATE epoch SET name = 'other'", 1),
    "a boot removed": ("DELETE FROM boot", 1),
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_verify_finds_the_first_record_that_is_not_as_it_was(path, opened, tampering):
    journal = opened()
    for _ in range(5):
        journal.append(batch(A))
    assert journal.verify() is None
    statement, expected = TAMPERING[tampering]
    forger = sqlite3.connect(path)
    forger.execute("DROP TRIGGER record_is_never_rewritten")
    forger.execute(statement)
    forger.commit()
    forger.close()

    assert journal.verify() == expected


def test_a_record_cannot_be_rewritten_by_mistake(path, opened):
    opened().append(batch(A))
    other = sqlite3.connect(path)

    with pytest.raises(sqlite3.IntegrityError, match="never rewritten"):
        other.execute("UPDATE record SET wall_ns = 0")
    other.close()


# Bounds


@pytest.fixture
def small_bounds(monkeypatch):
    monkeypatch.setattr(retention, "DELIVERED_KEPT", 20)
    monkeypatch.setattr(retention, "SMALLEST_STEP", 1)
    monkeypatch.setattr(retention, "OUTBOX_ROOM", {T: 10, S: 5})


def numbers(path):
    connection = sqlite3.connect(path)
    found = [number for (number,) in connection.execute("SELECT number FROM record ORDER BY 1")]
    connection.close()
    return found


@pytest.mark.usefixtures("small_bounds")
def test_delivered_records_go_by_age_and_the_chain_stays_whole(path, opened):
    journal = opened()
    told = [journal.append(batch(A))[0] for _ in range(50)]
    waiting = {told[3].name, told[4].name, told[30].name}
    mark_delivered(journal, [record for record in told if record.name not in waiting])

    journal.tidy(NOW)

    # 47 were delivered, of which the newest 20 stay, and what still waits.
    assert numbers(path) == [4, 5, *range(30, 51)]
    assert journal.verify() is None
    journal.close()
    journal = opened()
    assert journal.verify() is None
    assert journal.append(batch(A))[0].name.seq == 51


@pytest.mark.usefixtures("small_bounds")
def test_runs_that_have_gone_grow_together(path, opened):
    journal = opened()
    told = [journal.append(batch(A))[0] for _ in range(60)]
    mark_delivered(journal, [record for record in told[:40] if record.number != 10])
    journal.tidy(NOW)
    assert numbers(path)[0] == 10
    mark_delivered(journal, told)
    journal.tidy(NOW)

    connection = sqlite3.connect(path)
    gaps = connection.execute("SELECT first_number, last_number FROM gap").fetchall()
    connection.close()
    assert gaps == [(1, 40)]
    assert numbers(path) == list(range(41, 61))
    assert journal.verify() is None


@pytest.mark.usefixtures("small_bounds")
def test_a_lane_that_was_long_silent_goes_on_with_its_seq(opened):
    journal = opened()
    told = list(journal.append(batch(A, T)))
    told += [journal.append(batch(S))[0] for _ in range(60)]
    mark_delivered(journal, told)
    journal.tidy(NOW)
    journal.close()

    journal = opened()

    assert seqs(journal.append(batch(A, T, S)), A) == [2]
    assert journal.last_seqs == {A: 2, T: 2, S: 61}
    assert journal.verify() is None


@pytest.mark.usefixtures("small_bounds")
def test_undelivered_alarms_never_go_and_no_lane_takes_the_room_of_another(path, opened):
    journal = opened()
    for _ in range(40):
        journal.append(batch(A, T, S))

    given_up = [journal.tidy(NOW) for _ in range(3)]

    assert given_up == [{T: 30, S: 35}, {}, {}]
    left = undelivered(path)
    assert seqs(left, A) == list(range(1, 41))
    assert seqs(left, T) == list(range(31, 41))
    assert seqs(left, S) == list(range(36, 41))
    assert journal.undelivered == {A: 40, T: 10, S: 5}
    assert journal.verify() is None


@pytest.mark.usefixtures("small_bounds")
def test_a_gap_that_a_forger_claims_too_large_is_found(path, opened):
    journal = opened()
    told = [journal.append(batch(A))[0] for _ in range(50)]
    mark_delivered(journal, told)
    journal.tidy(NOW)
    first = numbers(path)[0]
    forger = sqlite3.connect(path)
    forger.execute("DELETE FROM record WHERE number = ?", (first,))
    forger.execute("UPDATE gap SET last_number = ?, last_hash = ?", (first, NO_HASH))
    forger.commit()
    forger.close()

    assert journal.verify() == 1  # the stub is not what was signed


# Versions


def test_a_database_of_a_newer_program_is_refused_in_words(path, opened):
    opened().close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO migration (number, name) VALUES (7, '007_later')")
    connection.execute("UPDATE meta SET value = '7' WHERE key = 'usable_from_schema'")
    connection.commit()
    connection.close()

    with pytest.raises(JournalRefusedError, match=r"newer version \(schema 7, usable from 7"):
        opened()


def test_the_previous_version_goes_on_with_a_database_that_was_only_added_to(path, opened):
    journal = opened()
    journal.append(batch(A))
    journal.close()
    later = Migration(
        3,
        "003_later",
        (
            "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;",
            "ALTER TABLE record ADD COLUMN more TEXT NOT NULL DEFAULT '';",
        ),
    )
    connection = journal_file.connect(path)
    journal_file.migrate(connection, (*read_migrations(), later), path)
    connection.close()

    journal = opened()

    assert journal.append(batch(A))[0].name.seq == 2
    assert journal.verify() is None


def test_a_migration_that_fails_leaves_the_database_as_it_was(path, opened):
    opened().close()
    bad = Migration(3, "003_bad", ("CREATE TABLE half (id INTEGER);", "CREATE TABLE half (id);"))
    connection = journal_file.connect(path)
    with pytest.raises(sqlite3.OperationalError):
        journal_file.migrate(connection, (*read_migrations(), bad), path)
    tables = {name for (name,) in connection.execute(journal_file.ALL_TABLES)}
    connection.close()

    assert "half" not in tables
    assert opened().begun is None


def test_migrations_are_numbered_from_one_without_a_gap():
    migrations = read_migrations()

    assert [migration.number for migration in migrations] == list(range(1, len(migrations) + 1))


def test_a_database_of_the_first_version_opens_twice(path, opened):
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_VERSION.read_text("utf-8"))
    connection.close()

    for turn in (1, 2):
        journal = opened(machine_id="e5d7c3b1")
        assert journal.begun is None
        assert journal.verify() is None
        assert journal.append(batch(A))[0].name == RecordName(journal.epoch, A, 2 + turn)
        journal.close()

    assert [record.name.seq for record in undelivered(path)] == [2, 1, 3, 4]
    assert opened(machine_id="e5d7c3b1").stored().state == {"latched/kitchen": '{"since":1}'}


def test_a_database_of_another_program_is_refused_in_words(path, opened):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photographs (id INTEGER)")
    connection.close()

    with pytest.raises(JournalRefusedError, match="another program"):
        opened()


# Damage


def test_a_file_that_is_no_database_is_set_aside_whole(path, opened):
    path.write_bytes(b"no database at all" * 1000)

    journal = opened()

    assert journal.begun is EpochReason.MADE_ANEW
    assert "journal.db.damaged-1" in journal.damage
    assert path.with_name("journal.db.damaged-1").read_bytes().startswith(b"no database")
    assert journal.append(batch(A))[0].name.seq == 1


def test_a_damaged_page_costs_neither_the_state_nor_the_waiting_alarms(path, opened):
    journal = opened()
    told = journal.append(batch(A, T, changes=[("latched/kitchen", "{}")]))
    journal.remember_boot(BOOT, BootOffset(5, ClockQuality.SYNCHRONISED))
    told += journal.append(batch(*[S] * 50, size=1500))
    told += journal.append(batch(A))
    old_epoch = journal.epoch
    journal.close()
    overwrite_page_with(path, told[30].body[:64])
    FailureNote(path).leave(damage())  # as the owner leaves it when it meets the damage

    journal = opened()

    left = undelivered(path)
    assert journal.begun is EpochReason.MADE_ANEW
    assert journal.stored().state == {"latched/kitchen": "{}"}
    assert journal.stored().boots == {BOOT: BootOffset(5, ClockQuality.SYNCHRONISED)}
    assert seqs(left, A) == [1, 2]
    assert seqs(left, T) == [1]
    assert {record.name.epoch for record in left} == {old_epoch} != {journal.epoch}
    assert f"{len(left)} undelivered events and 1 rows of state taken over" in journal.damage
    assert journal.verify() is None


def test_records_of_a_damaged_journal_are_taken_over_only_where_they_bear_their_hash(path, opened):
    journal = opened()
    told = journal.append(batch(A, A, A))
    old_epoch = journal.epoch
    journal.close()
    forger = sqlite3.connect(path)
    forger.execute("DROP TRIGGER record_is_never_rewritten")
    forger.execute("UPDATE record SET body = x'00' WHERE number = 2")
    forger.commit()
    forger.close()
    FailureNote(path).leave(damage())

    journal = opened()

    left = undelivered(path)
    assert [record.name for record in left] == [told[0].name, told[2].name]
    assert [record.body for record in left] == [told[0].body, told[2].body]
    assert journal.epoch != old_epoch
    assert journal.append(batch(A))[0].name.seq == 1
    assert journal.verify() is None


def damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def overwrite_page_with(path, content: bytes) -> None:
    """Destroy the page that holds some bytes, as a card does that loses a block."""
    whole = path.read_bytes()
    page = whole.index(content) // 2048
    path.write_bytes(whole[: page * 2048] + b"\xff" * 2048 + whole[(page + 1) * 2048 :])


def test_only_the_newest_damaged_files_are_kept(path, opened):
    for turn in range(6):
        path.write_bytes(b"damage %d" % turn * 1000)
        opened().close()

    kept = sorted(file.name for file in path.parent.glob("*.damaged-*"))
    assert kept == [f"journal.db.damaged-{n}" for n in (4, 5, 6)]


def test_the_log_of_a_damaged_journal_goes_with_it(path, tmp_path, opened):
    journal = opened()
    (told,) = journal.append(batch(A))
    for suffix in ("", "-wal"):  # what a kill leaves: all is in the log still
        shutil.copy(f"{path}{suffix}", tmp_path / f"killed{suffix}")
    killed = tmp_path / "killed"
    FailureNote(killed).leave(damage())

    journal = open_journal(killed)

    assert tmp_path.joinpath("killed.damaged-1-wal").stat().st_size > 0
    assert [record.name for record in undelivered(killed)] == [told.name]
    assert journal.last_number == 1
    journal.close()

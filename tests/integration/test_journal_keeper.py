"""A store that fails: nothing is lost, nothing told under two names, and the order stands."""

import shutil
import sqlite3

import pytest
from journal_parts import BOOT, Told, batch, open_journal, seqs, undelivered, work
from small_disk import mounted

from gateway.journal import retention
from gateway.journal.file import FailureNote, JournalRefusedError
from gateway.journal.journal import Journal
from gateway.journal.keeper import JournalKeeper
from gateway.journal.ram_epoch import RECORDS_KEPT
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.journal.rows import EpochReason
from gateway.record import BootOffset, ClockQuality
from rules.condition import Lane

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS


@pytest.fixture
def disk(tmp_path):
    with mounted(tmp_path / "disk") as small_disk:
        yield small_disk


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def keep():
    """Make keepers that are closed at the end, whatever happens."""
    keepers = []

    def keep_one(path, told, kind=Journal) -> JournalKeeper:
        keeper = JournalKeeper(
            path, lambda: open_journal(path, kind=kind), told.ports(), boot_id=BOOT
        )
        keepers.append(keeper)
        return keeper

    yield keep_one
    for keeper in keepers:
        keeper.close()


class WeakJournal(Journal):
    """A journal whose store can be told to fail, as disks do: before or after the commit."""

    before_commit: Exception | None = None
    after_commit: Exception | None = None
    at_opening: Exception | None = None

    def __init__(self, *arguments, **more):
        if WeakJournal.at_opening is not None:
            raise WeakJournal.at_opening
        super().__init__(*arguments, **more)

    def append_many(self, *arguments, **more):
        if WeakJournal.before_commit is not None:
            raise WeakJournal.before_commit
        records = super().append_many(*arguments, **more)
        if WeakJournal.after_commit is not None:
            raise WeakJournal.after_commit
        return records

    def write_ram_records(self, *arguments, **more):
        if WeakJournal.before_commit is not None:
            raise WeakJournal.before_commit
        records = super().write_ram_records(*arguments, **more)
        if WeakJournal.after_commit is not None:
            raise WeakJournal.after_commit
        return records


@pytest.fixture
def weak(monkeypatch):
    def set_weakness(where: str, error: Exception | None) -> None:
        monkeypatch.setattr(WeakJournal, where, error)

    return set_weakness


def input_output_error() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def check_told(told, path):
    """What was told is in the journal, under the same names, in the same order."""
    assert [record.name for record in undelivered(path)] == [record.name for record in told.records]
    assert len({record.name for record in told.records}) == len(told.records)


def test_a_full_disk_is_survived_and_everything_is_written_when_there_is_room(disk, keep):
    path = disk.folder / "journal.db"
    told = Told()
    keeper = keep(path, told)
    keeper.open()
    keeper.turn(work(batch(A, changes=[("before", "1")])))
    first_epoch = keeper.epoch

    disk.fill()
    for _ in range(20):
        keeper.turn(work(batch(A, T, S, changes=[("while", "2"), ("before", None)], size=4000)))
        told.wait(1)
    assert told.failures == [f"{path}: the disk is full; free some space"]
    assert not told.records[-1].durable
    assert told.recoveries == []

    disk.free()
    told.wait(10)
    keeper.turn(work(batch(A)))
    keeper.turn(work(batch(A)))
    keeper.close()

    assert len(told.failures) == len(told.recoveries) == 1
    assert len({record.name.epoch for record in told.records}) == 3
    assert told.records[0].name.epoch == first_epoch
    assert told.records[-1].durable
    assert seqs(told.records, T) == list(range(1, 21))
    check_told(told, path)
    journal = open_journal(path)
    assert journal.stored().state == {"while": "2"}
    assert journal.verify() is None
    assert journal.begun is None
    journal.close()


def test_a_start_on_a_full_disk_guards_all_the_same(disk, keep):
    path = disk.folder / "journal.db"
    disk.fill()
    told = Told()
    keeper = keep(path, told)

    opening = keeper.open()
    keeper.turn(work(batch(A, changes=[("k", "1")])))

    assert opening.failure is not None
    assert opening.begun is EpochReason.STORE_FAILED
    assert told.failures == []  # it was told by the opening
    assert [record.durable for record in told.records] == [False]

    disk.free()
    told.wait(1)
    keeper.turn(work(batch(A)))
    keeper.close()

    check_told(told, path)
    journal = open_journal(path)
    assert journal.stored().state == {"k": "1"}
    journal.close()


@pytest.mark.parametrize("killed", [False, True])
def test_a_card_that_turned_read_only_still_gives_back_what_was_latched(
    disk, keep, tmp_path, killed
):
    path = disk.folder / "journal.db"
    journal = open_journal(tmp_path / "journal.db")
    journal.append(batch(A, A, changes=[("latched/kitchen", "{}")]))
    journal.remember_boot(BOOT, BootOffset(5, ClockQuality.SYNCHRONISED))
    if not killed:
        journal.close()
    for file in tmp_path.glob("journal.db*"):  # a kill leaves its log, with all that was written
        shutil.copy(file, disk.folder)
    journal.close()
    disk.set_read_only()
    told = Told()
    keeper = keep(path, told)

    opening = keeper.open()
    keeper.turn(work(batch(A, changes=[("latched/hall", "{}")])))

    # Nothing need be written to open it where the kill was in this boot: the first event shows it.
    (failure,) = [opening.failure] if opening.failure else told.failures
    assert failure.startswith(f"{path}: cannot be ")
    assert [record.durable for record in told.records] == [False]
    assert opening.stored.state == {"latched/kitchen": "{}"}
    assert opening.stored.boots == {BOOT: BootOffset(5, ClockQuality.SYNCHRONISED)}
    assert keeper.undelivered[A] == 2
    reader = JournalReader(path)
    assert seqs(reader.undelivered(A, 0, 10), A) == [1, 2]

    disk.set_writable()
    told.wait(1)
    keeper.turn(work())

    assert keeper.undelivered[A] == 3
    assert seqs(reader.undelivered(A, 0, 10), A) == [1, 2, 1]
    reader.close()
    keeper.close()
    journal = open_journal(path)
    assert journal.stored().state == {"latched/kitchen": "{}", "latched/hall": "{}"}
    journal.close()


def test_without_root_a_file_that_may_not_grow_is_a_full_disk(path, keep):
    told = Told()
    bounds = []

    class Bounded(Journal):
        def __init__(self, *arguments, **more):
            super().__init__(*arguments, **more)
            for bound in bounds:
                self._connection.execute(f"PRAGMA max_page_count = {bound}")

    bounds.append(40)
    keeper = keep(path, told, kind=Bounded)
    keeper.open()
    for _ in range(100):
        keeper.turn(work(batch(A, S, size=3000)))
    bounds.clear()
    told.wait(1)
    keeper.turn(work())
    keeper.turn(work(batch(A)))
    keeper.close()

    assert told.failures == [f"{path}: the disk is full; free some space"]
    check_told(told, path)


def test_an_event_whose_commit_was_in_doubt_is_told_under_one_name_only(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(A)))

    weak("after_commit", input_output_error())  # it is in the file, and we are told that it is not
    keeper.turn(work(batch(A, T)))
    told.wait(1)
    keeper.turn(work(batch(A)))  # in doubt again: what was kept is written and said not to be
    weak("after_commit", None)
    told.wait(2)
    keeper.turn(work())
    keeper.turn(work(batch(A)))
    keeper.close()

    assert len(told.records) == 5
    check_told(told, path)
    journal = open_journal(path)
    assert journal.verify() is None
    journal.close()


def test_marks_and_boots_that_came_while_the_store_failed_are_honoured(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(A, T)))
    before_alarm, before_trouble = (record.name for record in told.records)

    weak("before_commit", input_output_error())
    keeper.turn(work(batch(A, A)))
    ram_alarm = told.records[2].name
    offset = BootOffset(5, ClockQuality.SYNCHRONISED)
    keeper.turn(work(marks=[before_alarm, ram_alarm], boots={BOOT: offset}))
    weak("before_commit", None)
    told.wait(1)
    keeper.turn(work())
    keeper.close()

    left = [record.name for record in undelivered(path)]
    assert left == [before_trouble, told.records[3].name]
    (recovery,) = told.recoveries
    assert [record.name for record in recovery.records] == [ram_alarm, told.records[3].name]
    assert all(record.durable for record in recovery.records)
    journal = open_journal(path)
    assert journal.stored().boots == {BOOT: offset}
    journal.close()


def test_the_store_is_tried_again_at_growing_intervals(path, keep, weak):
    told = Told()
    attempts = []

    class Counted(WeakJournal):
        def __init__(self, *arguments, **more):
            attempts.append(told.now_ns // 1_000_000_000)
            super().__init__(*arguments, **more)

    keeper = keep(path, told, kind=Counted)
    keeper.open()
    weak("before_commit", input_output_error())
    keeper.turn(work(batch(A)))
    weak("at_opening", input_output_error())

    for _ in range(60):
        told.wait(1)
        keeper.turn(work(batch(S)))

    assert attempts == [0, 1, 3, 7, 15, 25, 35, 45, 55]
    assert len(told.failures) == 1
    weak("at_opening", None)
    weak("before_commit", None)
    told.wait(10)
    keeper.turn(work())
    assert len(told.recoveries) == 1


def test_a_store_that_fails_for_long_leaves_one_epoch_and_not_one_an_attempt(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(A)))
    weak("before_commit", input_output_error())
    for _ in range(50):
        told.wait(10)
        keeper.turn(work(batch(A)))
    weak("before_commit", None)
    told.wait(10)
    keeper.turn(work())
    keeper.close()

    connection = sqlite3.connect(path)
    (epochs,) = connection.execute("SELECT count(*) FROM epoch").fetchone()
    connection.close()
    assert epochs == 3  # the first, the one in memory, and the one after
    check_told(told, path)


def test_damage_that_is_met_at_work_is_set_aside_and_the_state_is_kept(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(A, changes=[("latched/kitchen", "{}"), ("other", "1")])))
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    weak("before_commit", error)

    keeper.turn(work(batch(A, changes=[("other", None)])))
    weak("before_commit", None)
    told.wait(1)
    keeper.turn(work())
    keeper.turn(work(batch(A)))
    keeper.close()

    assert path.with_name("journal.db.damaged-1").exists()
    assert "damaged-1" in told.recoveries[0].damage
    check_told(told, path)
    journal = open_journal(path)
    assert journal.stored().state == {"latched/kitchen": "{}"}
    assert journal.verify() is None
    journal.close()


def test_a_journal_that_nothing_can_be_read_of_costs_no_state(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(A, changes=[("latched/kitchen", "{}"), ("other", "1")])))
    weak("before_commit", input_output_error())
    keeper.turn(work(batch(A, changes=[("other", None)])))
    weak("before_commit", None)
    for file in path.parent.glob("journal.db-*"):
        file.unlink()
    path.write_bytes(b"no database any more" * 1000)

    told.wait(1)
    keeper.turn(work())
    keeper.close()

    journal = open_journal(path)
    assert journal.stored().state == {"latched/kitchen": "{}"}
    assert [record.name for record in undelivered(path)] == [told.records[1].name]
    journal.close()


def test_a_process_that_dies_while_its_store_fails_ends_the_epoch_in_memory(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(A)))
    weak("before_commit", input_output_error())
    keeper.turn(work(batch(A)))
    weak("before_commit", None)
    # No close: the process is gone.

    after = Told()
    opening = keep(path, after, kind=WeakJournal).open()

    assert opening.begun is EpochReason.STORE_FAILED
    assert opening.epoch not in {record.name.epoch for record in told.records}
    assert opening.last_seqs == {A: 0, T: 0, S: 0}
    assert [record.name for record in undelivered(path)] == [told.records[0].name]


def test_a_last_attempt_is_made_when_the_gateway_stops(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    weak("before_commit", input_output_error())
    keeper.turn(work(batch(A)))
    weak("before_commit", None)

    keeper.turn(work(batch(A), closing=True))
    keeper.close()

    check_told(told, path)


def test_a_mistake_in_the_program_does_not_silence_an_alarm(path, keep, weak, caplog):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    weak("before_commit", TypeError("never thought of"))

    keeper.turn(work(batch(A)))

    assert [record.durable for record in told.records] == [False]
    assert told.failures == [f"{path}: never thought of"]
    assert "a mistake in the program" in caplog.text


def test_another_process_that_holds_the_lock_is_a_failure_in_words(path, keep, monkeypatch):
    monkeypatch.setattr("gateway.journal.file.BUSY_SECONDS", 0.0)
    told = Told()
    keeper = keep(path, told)
    keeper.open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    keeper.turn(work(batch(A)))
    other.close()
    told.wait(1)
    keeper.turn(work())
    keeper.close()

    assert told.failures == [f"{path}: is locked by another process; end what else has it open"]
    check_told(told, path)


def test_a_newer_database_is_not_taken_for_a_failing_store(path, keep):
    open_journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO migration (number, name) VALUES (7, '007_later')")
    connection.execute("UPDATE meta SET value = '7' WHERE key = 'usable_from_schema'")
    connection.commit()
    connection.close()

    with pytest.raises(JournalRefusedError):
        keep(path, Told()).open()


def test_what_is_given_up_for_want_of_room_is_counted(path, keep, weak, monkeypatch):
    monkeypatch.setattr(retention, "OUTBOX_ROOM", {S: 1})
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    keeper.turn(work(batch(S, S, S)))
    keeper.turn(work())
    assert keeper.given_up == {S: 2}

    weak("before_commit", input_output_error())
    keeper.turn(work(batch(A, T, *[S] * RECORDS_KEPT)))
    assert keeper.given_up == {S: 2 + 2}

    weak("before_commit", None)
    told.wait(1)
    keeper.turn(work())
    assert keeper.given_up[S] == 2 + 2
    assert len(told.recoveries[0].records) == RECORDS_KEPT


def test_an_idle_turn_needs_no_disk(path, keep, weak):
    told = Told()
    keeper = keep(path, told, kind=WeakJournal)
    keeper.open()
    weak("before_commit", input_output_error())

    keeper.turn(work())

    assert told.failures == []


def test_a_reader_says_in_words_that_there_is_nothing_to_read(path):
    reader = JournalReader(path)

    with pytest.raises(JournalUnreadableError, match=r"journal\.db"):
        reader.undelivered(A, 0, 10)
    reader.close()


def test_a_reader_follows_when_another_file_takes_the_journals_place(path):
    journal = open_journal(path)
    journal.append(batch(A, A))
    reader = JournalReader(path)
    assert len(reader.undelivered(A, 0, 10)) == 2
    journal.close()
    error = sqlite3.DatabaseError()
    error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
    FailureNote(path).leave(error)
    path.write_bytes(b"gone" * 1000)

    journal = open_journal(path)
    journal.append(batch(A))

    # Two were rescued from the log of the damaged one, and one is of the new epoch.
    assert seqs(reader.undelivered(A, 0, 10), A) == [1, 2, 1]
    reader.close()
    journal.close()

"""A disk that does not answer when the journal is opened: the building is guarded all the same."""

import sqlite3
import threading

import pytest
from frozen_disk import mounted
from journal_parts import BOOT, Told, batch, open_journal, undelivered, work

from gateway.journal import opener
from gateway.journal.file import JournalRefusedError
from gateway.journal.keeper import JournalKeeper
from gateway.journal.opener import NoAnswerError, Opener
from gateway.journal.rows import EpochReason
from rules.condition import Lane
from rules.instant import seconds

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
BOUND_S = 10  # how long anything is waited for before the test fails


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


class Hanging:
    """Opens a journal once it is let, as a disk does that hangs; then opens it at once."""

    def __init__(self, path, error=None):
        self.path, self.error = path, error
        self.answer, self.answered = threading.Event(), threading.Event()
        self.threads = []

    def __call__(self):
        self.threads.append(threading.current_thread())
        assert self.answer.wait(BOUND_S)
        if self.error is not None:
            raise self.error
        return open_journal(self.path)

    def let_it_answer(self):
        self.answer.set()
        for thread in self.threads:
            if thread is not threading.main_thread():
                thread.join(BOUND_S)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(opener, "OPEN_WITHIN", seconds(0.01))


@pytest.mark.usefixtures("impatient")
def test_events_go_out_of_memory_until_the_disk_answers_and_then_all_is_in_the_journal(path):
    journal = open_journal(path)
    (before,) = journal.append(batch(A, changes=[("latched/kitchen", "{}")]))
    journal.close()
    told, disk = Told(), Hanging(path)
    keeper = JournalKeeper(path, disk, told.ports(), boot_id=BOOT)

    opening = keeper.open()
    keeper.turn(work(batch(A, changes=[("latched/hall", "{}")])))
    for _ in range(5):
        told.wait(10)
        keeper.turn(work())

    assert opening.failure == f"{path}: does not answer; is the card or disk failing?"
    assert opening.begun is EpochReason.STORE_FAILED
    assert opening.stored.state == {}
    assert [record.durable for record in told.records] == [False]
    assert len(disk.threads) == 1  # it is not asked again while it owes an answer

    disk.let_it_answer()
    told.wait(10)
    keeper.turn(work())
    keeper.turn(work(batch(T)))
    keeper.close()

    (recovery,) = told.recoveries
    assert [record.name for record in recovery.records] == [told.records[0].name]
    assert told.records[1].durable
    names = [before.name, *(record.name for record in told.records)]
    assert [record.name for record in undelivered(path)] == names
    journal = open_journal(path)
    assert journal.stored().state == {"latched/kitchen": "{}", "latched/hall": "{}"}
    assert journal.verify() is None
    journal.close()


@pytest.mark.usefixtures("impatient")
def test_an_answer_that_is_an_error_leads_to_another_attempt(path):
    told, disk = Told(), Hanging(path, sqlite3.OperationalError("disk I/O error"))
    keeper = JournalKeeper(path, disk, told.ports(), boot_id=BOOT)
    keeper.open()
    keeper.turn(work(batch(A)))
    disk.let_it_answer()
    told.wait(1)
    keeper.turn(work())
    assert told.recoveries == []

    disk.error = None
    told.wait(10)
    keeper.turn(work())
    keeper.close()

    assert len(told.recoveries) == 1
    assert [record.name for record in undelivered(path)] == [told.records[0].name]


@pytest.mark.usefixtures("impatient")
def test_a_journal_that_must_not_be_used_is_not_used_when_it_answers_late(path, caplog):
    told, disk = Told(), Hanging(path, JournalRefusedError("of a newer version"))
    keeper = JournalKeeper(path, disk, told.ports(), boot_id=BOOT)
    keeper.open()
    disk.let_it_answer()
    told.wait(1)
    keeper.turn(work(batch(A)))

    assert told.recoveries == []
    assert [record.durable for record in told.records] == [False]
    assert caplog.text == ""


def test_what_opening_raises_is_raised_at_once():
    def refuse():
        raise JournalRefusedError("of a newer version")

    def time_out():
        raise TimeoutError

    with pytest.raises(JournalRefusedError):
        Opener(refuse).first(seconds(BOUND_S))
    with pytest.raises(TimeoutError) as caught:
        Opener(time_out).first(seconds(BOUND_S))
    assert not isinstance(caught.value, NoAnswerError)


def test_a_real_disk_that_hangs_at_the_start_is_taken_up_once_it_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(opener, "OPEN_WITHIN", seconds(0.3))
    with mounted(tmp_path / "disk") as disk:
        path = disk.folder / "journal.db"
        journal = open_journal(path)
        (before,) = journal.append(batch(A))
        journal.close()
        told, threads = Told(), []

        def open_it():
            threads.append(threading.current_thread())
            return open_journal(path)

        disk.freeze()
        keeper = JournalKeeper(path, open_it, told.ports(), boot_id=BOOT)
        opening = keeper.open()
        keeper.turn(work(batch(A)))
        disk.thaw()
        threads[0].join(BOUND_S)
        told.wait(1)
        keeper.turn(work())
        keeper.close()

        assert "does not answer" in opening.failure
        assert len(told.recoveries) == 1
        names = [before.name, told.records[0].name]
        assert [record.name for record in undelivered(path)] == names

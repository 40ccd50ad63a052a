"""Files that a failing card leaves: set aside whole, a new epoch begun, and no name given twice."""

import random
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_parts import batch, open_journal, undelivered

from gateway.journal.log_check import FRAME, HEADER, log_is_broken
from gateway.journal.rows import EpochReason
from rules.condition import Lane

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
PAGE = 2048
FRAME_BYTES = FRAME.size + PAGE


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """What a kill leaves after 30 reported transactions: all of them in the log."""
    folder = tmp_path_factory.mktemp("killed")
    journal = open_journal(folder / "whole.db")
    told = [record for _ in range(30) for record in journal.append(batch(A, size=300))]
    for suffix in ("", "-wal"):
        shutil.copy(f"{folder}/whole.db{suffix}", f"{folder}/killed.db{suffix}")
    journal.close()
    return folder / "killed.db", told, journal.epoch


def copy(killed, path, change=lambda log: log):
    for file in path.parent.glob("journal.db*"):
        file.unlink()
    shutil.copy(killed, path)
    log = bytearray(killed.with_name("killed.db-wal").read_bytes())
    path.with_name("journal.db-wal").write_bytes(change(log))


def frames_that_end(log: bytes) -> list[int]:
    """Give the places behind the frames that end a transaction."""
    places = range(HEADER.size, len(log), FRAME_BYTES)
    return [place + FRAME_BYTES for place in places if log[place + 4 : place + 8] != bytes(4)]


def flipped(place):
    def change(log):
        log[place] ^= 0x10
        return log

    return change


def check_new_epoch(path, journal, told, epoch):
    """A new epoch, the file and its log set aside, and what could be read is still delivered."""
    assert journal.begun is EpochReason.MADE_ANEW
    assert journal.epoch != epoch
    assert "journal.db.damaged-1" in journal.damage
    assert path.with_name("journal.db.damaged-1").exists()
    names = [record.name for record in told]
    left = [record.name for record in undelivered(path)]
    assert left == names[: len(left)]
    assert journal.append(batch(A))[0].name not in names
    assert journal.verify() is None
    return len(left)


def test_a_log_after_a_kill_is_whole_and_all_of_it_counts(killed, path):
    file, told, epoch = killed
    copy(file, path)

    assert not log_is_broken(path)
    journal = open_journal(path)
    assert journal.begun is EpochReason.NOT_CLOSED
    assert journal.damage is None
    assert [record.name for record in undelivered(path)] == [record.name for record in told]
    assert journal.append(batch(A))[0].name.epoch != epoch
    journal.close()


def test_a_bad_frame_in_the_middle_of_the_log_is_damage_and_no_name_is_given_twice(killed, path):
    file, told, epoch = killed
    middle = frames_that_end(file.with_name("killed.db-wal").read_bytes())[15]
    copy(file, path, flipped(middle + 100))

    journal = open_journal(path)

    assert 0 < check_new_epoch(path, journal, told, epoch) < 30
    aside = path.with_name("journal.db.damaged-1-wal")
    assert aside.stat().st_size == file.with_name("killed.db-wal").stat().st_size
    journal.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_wherever_a_reported_part_of_the_log_is_damaged_it_is_seen(killed, path, data):
    file, _, _ = killed
    log = file.with_name("killed.db-wal").read_bytes()
    *_, before_last, _ = frames_that_end(log)
    # The checkpoint's number stands nowhere else, and is not used.
    place = data.draw(st.integers(0, before_last - 1))
    copy(file, path, flipped(place))

    # Of damage in the last transaction but one, the end of the last is all that shows.
    *_, last_but_two, _, _ = frames_that_end(log)
    assert log_is_broken(path) or last_but_two <= place


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_last_transaction_that_the_power_cut_short_is_no_damage(killed, path, data):
    file, _, _ = killed
    log = file.with_name("killed.db-wal").read_bytes()
    *_, last_begins, _ = frames_that_end(log)
    sectors = range(last_begins // 512, len(log) // 512 + 1)
    lost = data.draw(st.sets(st.sampled_from(sectors)))
    end = data.draw(st.integers(last_begins, len(log)))

    def cut(log):
        for sector in lost:
            begin = max(last_begins, sector * 512)
            log[begin : (sector + 1) * 512] = bytes(len(log[begin : (sector + 1) * 512]))
        return log[:end]

    copy(file, path, cut)

    assert not log_is_broken(path)


@pytest.mark.parametrize("whole", [True, False])
def test_after_two_cuts_what_the_first_left_is_not_taken_for_damage(killed, path, whole):
    file, told, _ = killed
    *_, last_begins, _ = frames_that_end(file.with_name("killed.db-wal").read_bytes())
    copy(file, path, flipped(last_begins + 100))
    journal = open_journal(path)
    for size in (10, 10):
        told.append(journal.append(batch(A, size=size))[0])
    log = path.with_name("journal.db-wal").read_bytes()
    twice = path.with_name("twice.db")
    shutil.copy(path, twice)
    end = max(frames_that_end(log))
    twice.with_name("twice.db-wal").write_bytes(log if whole else log[: end - 10])
    journal.close()

    assert not log_is_broken(twice)


def test_a_log_of_random_bytes_is_damage(killed, path):
    file, told, epoch = killed
    copy(file, path, lambda log: random.Random(1).randbytes(len(log)))

    journal = open_journal(path)

    check_new_epoch(path, journal, told, epoch)
    journal.close()


def test_a_log_that_only_grew_before_the_power_went_is_no_damage(killed, path):
    file, _, _ = killed
    copy(file, path, lambda log: bytes(len(log)))

    assert not log_is_broken(path)


@pytest.mark.parametrize("left", ["empty", "nothing"])
def test_a_database_that_lost_its_content_is_set_aside_with_its_log(killed, path, left):
    file, told, epoch = killed
    copy(file, path)
    log = path.with_name("journal.db-wal").read_bytes()
    path.write_bytes(b"")
    if left == "nothing":
        path.unlink()

    journal = open_journal(path)

    assert check_new_epoch(path, journal, told, epoch) == 0
    assert path.with_name("journal.db.damaged-1-wal").read_bytes() == log
    journal.close()


def test_a_file_without_anything_in_it_is_as_one_that_is_not_there(path):
    path.write_bytes(b"")

    journal = open_journal(path)

    assert journal.begun is EpochReason.MADE_ANEW
    assert journal.damage is None
    assert journal.append(batch(A))[0].name.seq == 1
    journal.close()


def test_a_file_of_random_bytes_is_set_aside_whole(path):
    whole = random.Random(2).randbytes(10 * PAGE)
    path.write_bytes(whole)

    journal = open_journal(path)

    assert journal.begun is EpochReason.MADE_ANEW
    assert path.with_name("journal.db.damaged-1").read_bytes() == whole
    assert journal.append(batch(A))[0].name.seq == 1
    journal.close()


@pytest.mark.parametrize("place", [18, 19, 21, 22, 23, 45, 47])
def test_a_wrong_bit_of_the_header_is_damage_and_not_a_file_that_must_not_be_written(path, place):
    journal = open_journal(path)
    told = journal.append(batch(A))
    journal.close()
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)

    journal = open_journal(path)

    assert "journal.db.damaged-1" in journal.damage
    assert journal.append(batch(A))[0].name.epoch != told[0].name.epoch
    journal.close()

"""Power cuts: after each call of a journal's life, all that the disk may then hold is opened.

A real owner of the journal is recorded by strace; see tests/power_cut. Longer: `make power-cut`.
"""

import sqlite3
import sys

import pytest
from power_cut.cuts import Sweep, recorded_life
from power_cut.disk import ALL_KEPT, Create, Disk, Rename, Sync, SyncFolder, Truncate, Write
from power_cut.life import FILE
from power_cut.recording import RecordingError, Said, record, whole_calls


@pytest.fixture(scope="module")
def lived():
    """All that happens in four runs, recorded."""
    return recorded_life("all", seed=4, turns=12)


def files_of(lived) -> dict[str, set[int]]:
    files = {}
    for call in lived:
        if isinstance(call, Create):
            files.setdefault(call.name, set()).add(call.file)
    return files


def test_whatever_a_power_cut_leaves_holds_all_that_was_told_and_goes_on(lived):
    sweep = Sweep(lived)
    assert next(sweep.failures(torn=1, mixed=2), None) is None
    assert sweep.cuts == len(lived)


def test_a_power_cut_while_a_damaged_journal_is_replaced_loses_nothing_undelivered():
    lived = recorded_life("bad-page", seed=1, turns=4)
    assert any(isinstance(call, Rename) for call in lived)
    assert next(Sweep(lived).failures(torn=1, mixed=1), None) is None


@pytest.mark.parametrize("kind", [Sync, SyncFolder])
def test_a_journal_that_would_not_sync_is_found_out(lived, kind):
    careless = [call for call in lived if not isinstance(call, kind)]
    assert next(Sweep(careless).failures(torn=0, mixed=0), None) is not None


def test_the_recorded_life_cuts_its_log_signs_its_chain_prunes_and_begins_epochs(lived, tmp_path):
    files = files_of(lived)
    (database,) = files[FILE]
    logs = files[f"{FILE}-wal"]
    in_log = [call for call in lived if isinstance(call, Write | Truncate) and call.file in logs]
    begun_anew = [call for call in in_log if isinstance(call, Write) and call.offset == 0]
    assert len(begun_anew) > len(logs)
    assert any(isinstance(call, Truncate) for call in in_log)
    assert sum(call == Sync(database) for call in lived) > 4
    assert f"{FILE}.failed" in files
    disk = Disk()
    for call in lived:
        if not isinstance(call, Said):
            disk.do(call)
    for name, content in disk.after_cut(ALL_KEPT).items():
        (tmp_path / name).write_bytes(content)
    database = sqlite3.connect(tmp_path / FILE)
    assert database.execute("SELECT count(*) FROM gap").fetchone() > (0,)
    assert database.execute("SELECT count(*) FROM checkpoint").fetchone() > (1,)
    kinds = set(database.execute("SELECT kind, reason FROM epoch"))
    assert {("journal", "opened on another machine"), ("memory", "")} <= kinds
    database.close()


def recorded(folder, program: str):
    return record([sys.executable, "-c", program, str(folder)], folder, folder.parent / "trace")


def test_the_recording_is_what_was_asked_of_the_file_system(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    program = """if True:
        import os, sys
        os.chdir(sys.argv[1])
        file = os.open(f"{sys.argv[1]}/a", os.O_RDWR | os.O_CREAT)
        os.pwrite(file, b"hello", 3)
        os.fsync(file)
        os.write(1, b"told\\n")
        os.rename(f"{sys.argv[1]}/a", f"{sys.argv[1]}/b")
        here = os.open(sys.argv[1], os.O_RDONLY)
        os.fsync(here)
    """
    calls = recorded(folder, program)
    assert [type(call).__name__ for call in calls] == [
        *("Create", "Write", "Sync", "Said", "Rename", "SyncFolder")
    ]
    assert calls[1] == Write(1, 3, b"hello")
    assert calls[3].line == "told"
    assert calls[4] == Rename("a", "b")


@pytest.mark.parametrize(
    "deed",
    [
        "os.write(os.open(f'{folder}/a', os.O_RDWR | os.O_CREAT), b'x')",
        "os.posix_fallocate(os.open(f'{folder}/a', os.O_RDWR | os.O_CREAT), 0, 9)",
        "os.mkdir(f'{folder}/a')",
        "os.symlink('/', f'{folder}/a')",
        "f = os.open(f'{folder}/a', os.O_RDWR | os.O_CREAT); os.unlink(f'{folder}/a'); os.fsync(f)",
    ],
)
def test_a_call_that_the_model_does_not_know_ends_the_recording(tmp_path, deed):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(RecordingError, match="does not know this call"):
        recorded(folder, f"import os, sys; folder = sys.argv[1]; {deed}")


def test_calls_of_several_threads_come_in_the_order_in_which_they_returned():
    lines = [
        "10 fsync(3<\\x61>) = 0",
        "10 fsync(4<\\x61>  <unfinished ...>",
        "11 ftruncate(5<\\x61>, 7) = 0",
        "10 <... fsync resumed>)  = 0",
        "+++",
        "11 +++ exited with 0 +++",
    ]
    assert [line[:11] for line in whole_calls(lines[:4] + lines[5:])] == [
        *("fsync(3<\\x6", "ftruncate(5", "fsync(4<\\x6")
    ]
    with pytest.raises(RecordingError, match="cannot read"):
        list(whole_calls(lines))


def test_where_strace_is_missing_or_may_not_trace_the_recording_says_so(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(RecordingError, match="strace is not installed"):
        recorded(tmp_path, "")
    strace = tmp_path / "bin" / "strace"
    strace.write_text("#!/bin/sh\necho 'ptrace: Operation not permitted' >&2\nexit 1\n")
    strace.chmod(0o755)
    with pytest.raises(RecordingError, match=r"(?s)let strace trace.*not permitted"):
        recorded(tmp_path, "")

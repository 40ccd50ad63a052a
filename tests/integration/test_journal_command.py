"""firegw journal, as a person or a program calls it, beside a gateway that goes on."""

import json
import os
import sqlite3
from base64 import b64encode
from contextlib import closing
from pathlib import Path

import pytest
from journal_parts import BOOT, KEY, batch, draft, mark_delivered, open_journal

from gateway.cli import firegw
from gateway.cli.outcome import ExitCode
from gateway.journal import exported as exported_module
from gateway.journal import retention
from gateway.journal.hash_chain import hash_of
from gateway.journal.verification import Flaw
from gateway.record import Batch, BootOffset, ClockQuality, Record, RecordName
from gateway.text import TEXTS
from rules.condition import Lane
from rules.instant import Instant

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
FIRST_VERSION = Path(__file__).parent.parent / "databases" / "v1.sql"
SECOND = 1_000_000_000
START_NS = 1_795_500_000 * SECOND  # 2026-11-24T06:00:00Z


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def call(path, capsys):
    """Call `firegw journal` on the journal; give its exit code, its output, its complaint."""

    def one(subcommand, *arguments):
        code = firegw.run(["journal", subcommand, "--journal", str(path), *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return one


@pytest.fixture
def journal(path, monkeypatch):
    """An open journal: of 20 records the first ten have gone, the last alarm waits."""
    monkeypatch.setattr(retention, "DELIVERED_KEPT", 9)
    monkeypatch.setattr(retention, "SMALLEST_STEP", 1)
    journal = open_journal(path)
    told = journal.append(batch(*[T, S] * 9))
    told += journal.append(Batch((draft(A, b'{"n": 1}', at=5 * SECOND, wall_ns=START_NS),)))
    mark_delivered(journal, told)
    journal.remember_boot(BOOT, BootOffset(START_NS, ClockQuality.SYNCHRONISED))
    journal.append(Batch((draft(A, b"\xff", at=9 * SECOND, wall_ns=START_NS + 9 * SECOND),)))
    journal.tidy(Instant(10 * SECOND))
    yield journal
    journal.close()


def flat(output: str) -> str:
    """Give what was printed without its line breaks."""
    return " ".join(output.split())


def change(path, *statements):
    with closing(sqlite3.connect(path)) as forger:
        forger.execute("DROP TRIGGER IF EXISTS record_is_never_rewritten")
        for statement in statements:
            forger.execute(statement)
        forger.commit()


# verify


def test_a_whole_journal_is_said_to_be_whole_while_its_owner_goes_on(journal, path, call):
    code, output, _ = call("verify", "--key", KEY.public.text)

    assert code == ExitCode.OK
    assert "".join(output.split()).startswith(f"{path}:whole")  # a long path is broken
    assert "records: 10 verified; 10 have gone by age, in 1 runs" in output
    assert f"last verified: 20:{journal.last_hash.hex()}" in flat(output)
    assert f"key {KEY.public.text}: 2 signatures, as expected" in flat(output)
    journal.append(batch(A))  # it was not held up


def test_the_key_of_the_unit_itself_is_expected_where_it_can_be_read(journal, path, call):
    device_key = path.with_name("device.key")
    device_key.write_bytes(b64encode(b"\1" * 32))
    device_key.chmod(0o600)
    assert json.loads(call("verify", "--json")[1])["keys"][0]["expected"] is True

    device_key.write_bytes(b64encode(b"\2" * 32))
    code, output, _ = call("verify")

    assert code == ExitCode.REFUSED
    assert "NOT AN EXPECTED KEY" in flat(output)


def test_without_any_key_it_is_said_that_none_is_known(journal, call):
    code, output, _ = call("verify")

    assert code == ExitCode.OK
    assert "which key is expected is not known" in flat(output)


def test_what_is_wrong_is_said_with_its_place(journal, path, call):
    change(path, "UPDATE record SET body = x'00' WHERE number = 15")

    code, output, _ = call("verify")
    assert code == ExitCode.REFUSED
    assert "NOT WHOLE, at record 15: record 15 is not as it was written" in flat(output)

    code, output, _ = call("verify", "--json")
    assert code == ExitCode.REFUSED
    found = json.loads(output)
    assert (found["whole"], found["flaw"], found["at_number"]) == (False, "record-altered", 15)


def test_an_end_that_was_cut_off_is_found_against_the_centres_head(journal, path, call):
    head = f"20:{journal.last_hash.hex()}"
    assert call("verify", "--head", head)[0] == ExitCode.OK
    journal.close()
    change(path, "DELETE FROM record WHERE number = 20", "DELETE FROM checkpoint")

    assert call("verify")[0] == ExitCode.OK
    code, output, _ = call("verify", "--head", head)
    assert code == ExitCode.REFUSED
    assert "at record 20: the journal ends before it, and the centre has heard of more" in flat(
        output
    )

    assert "has gone by age" in call("verify", "--head", f"3:{'0' * 64}")[1]


def test_every_flaw_can_be_said():
    assert [flaw for flaw in Flaw if f"journal.flaw.{flaw}" not in TEXTS] == []


# export


def test_a_record_is_exported_so_that_others_can_check_its_hash(journal, call):
    code, output, _ = call("export", "--from", "19")

    assert code == ExitCode.OK
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["number"] for line in lines] == [19, 20]
    assert [line["delivered"] for line in lines] == [True, False]
    assert [line["time"] for line in lines] == [
        "2026-11-24T06:00:00.000Z",
        "2026-11-24T06:00:09.000Z",
    ]
    assert lines[1]["body_base64"] == "/w=="
    first = lines[0]
    record = Record(
        name=RecordName(first["epoch"], Lane(first["lane"]), first["seq"]),
        number=None,
        boot_id=first["boot"],
        monotonic_ns=int(first["monotonicns"]),
        wall_ns=int(first["wallns"]),
        clock=ClockQuality(first["clock"]),
        kind=first["kind"],
        body=first["body"].encode(),
        durable=True,
    )
    assert hash_of(record, 19, bytes.fromhex(first["previous_hash"])).hex() == first["hash"]
    assert lines[1]["previous_hash"] == first["hash"]


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ((), list(range(11, 21))),
        (("--from", "12", "--to", "14"), [12, 13, 14]),
        (("--lane", "status", "--to", "15"), [12, 14]),
        (("--since", "2026-11-24T13:00:05+07:00"), [19, 20]),
        (("--since", "2026-11-24T06:00:05.000001Z", "--lane", "alarm"), [20]),
        (("--from", "21"), []),
    ],
)
def test_what_is_asked_for_is_exported_page_by_page(journal, call, monkeypatch, arguments, numbers):
    monkeypatch.setattr(exported_module, "PAGE", 3)

    code, output, _ = call("export", *arguments)

    assert code == ExitCode.OK
    assert [json.loads(line)["number"] for line in output.splitlines()] == numbers


def test_an_altered_record_is_exported_as_it_is(journal, path, call):
    change(path, "UPDATE record SET lane = 'none', kind = CAST(x'ff' AS TEXT) WHERE number = 15")
    change(path, "UPDATE record SET boot = 99, epoch = 99 WHERE number = 16")

    code, output, _ = call("export", "--from", "15", "--to", "16")

    assert code == ExitCode.OK
    first, second = map(json.loads, output.splitlines())
    assert (first["lane"], first["kind"]) == ("none", "\N{REPLACEMENT CHARACTER}")
    assert (second["boot"], second["epoch"]) == (None, None)


# stats


def test_what_a_journal_holds_is_counted(journal, path, call):
    code, output, _ = call("stats", "--json")

    held = json.loads(output)
    assert code == ExitCode.OK
    assert (held["records"], held["first_number"], held["last_number"]) == (10, 11, 20)
    assert (held["gone"], held["stubs"], held["checkpoints"]) == (10, 1, 1)
    assert held["lanes"]["alarm"] == {
        "records": 2,
        "waiting": 1,
        "oldest_waiting_number": 20,
        "oldest_waiting_time": "2026-11-24T06:00:09.000Z",
    }
    assert held["lanes"]["status"]["waiting"] == 0
    (epoch,) = held["epochs"]
    assert (epoch["epoch"], epoch["reason"]) == (journal.epoch, "made anew")
    assert epoch["highest_seq"] == {"alarm": 2, "status": 9, "trouble": 9}
    assert held["boots"] == [
        {"boot": BOOT, "began": "2026-11-24T06:00:00.000Z", "clock": "synchronised"}
    ]
    assert held["newest_checkpoint"]["time"] == "2026-11-24T06:00:10.000Z"
    assert held["bytes"]["journal.db"] == path.stat().st_size


def test_the_table_fits_a_terminal_and_shows_the_same(journal, call):
    code, output, _ = call("stats")

    assert code == ExitCode.OK
    assert max(map(len, output.splitlines())) <= 80
    assert "10 records, 11 to 20" in flat(output)
    assert "made anew" in output
    assert BOOT in output
    assert "alarm    2        1        20      2026-11-24T06:00:09.000Z" in output


def test_a_journal_without_anything_in_it_is_whole_and_empty(path, call):
    open_journal(path).close()

    assert call("verify")[0] == ExitCode.OK
    assert call("export") == (ExitCode.OK, "", "")
    code, output, _ = call("stats")
    assert code == ExitCode.OK
    assert "0 records" in output


# What is no journal


@pytest.mark.parametrize("subcommand", ["verify", "export", "stats"])
def test_what_cannot_be_read_is_said_in_a_line(path, call, subcommand):
    code, output, complaint = call(subcommand)
    assert (code, output) == (ExitCode.BAD_INPUT, "")
    assert "no journal here; name its file with --journal" in complaint

    path.write_bytes(b"no database" * 1000)
    code, output, complaint = call(subcommand)
    assert (code, output) == (ExitCode.REFUSED, "")
    assert complaint == f"firegw: {path}: is damaged beyond recognition\n"

    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_VERSION.read_text("utf-8"))
    code, output, complaint = call(subcommand)
    assert (code, output) == (ExitCode.BAD_INPUT, "")
    assert "is of an earlier version (schema 1)" in complaint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_one_may_not_read_is_said_in_a_line(path, call):
    open_journal(path).close()
    path.chmod(0)

    assert call("verify")[0] == ExitCode.DENIED


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "--head", "20"), "write a number, a colon and 64 hexadecimal digits"),
        (("verify", "--head", f"x:{'0' * 64}"), "write a number, a colon"),
        (("verify", "--key", "nothing"), "--key: 'nothing' is no key"),
        (("export", "--since", "2026-11-24"), "no time with its zone"),
        (("export", "--since", "yesterday"), "no time with its zone"),
        (("export", "--from", "0"), "0: no number of a record"),
        (("export", "--to", str(2**64)), "no number of a record"),
        (("export", "--from", "1", "--since", "2026-11-24T06:00:00Z"), "not allowed with"),
        (("export", "--lane", "fire"), "invalid choice"),
    ],
)
def test_wrong_usage_is_one_line(journal, call, arguments, said):
    code, output, complaint = call(*arguments)

    assert (code, output) == (ExitCode.BAD_INPUT, "")
    assert said in complaint
    assert len(complaint.splitlines()) == 1

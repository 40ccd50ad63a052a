"""Whatever one changes in a journal's file, `verify` finds it: tried on real files, at random."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from journal_parts import KEY, batch, mark_delivered, open_journal

from gateway.journal import retention
from gateway.journal.file import connect_read_only
from gateway.journal.hash_chain import hash_of
from gateway.journal.tables import record_from
from gateway.journal.verification import WHOLE_CHAIN, Finding, Flaw, Head, verify
from gateway.journal.vouched import Checkpoint, Mark
from gateway.signature import PrivateKey
from rules.condition import Lane
from rules.instant import Instant

COLUMNS = (
    *("number", "epoch", "lane", "seq", "boot", "monotonic_ns", "wall_ns", "clock"),
    *("kind", "body", "previous_hash", "hash"),
)
CONTENTS = tuple(column for column in COLUMNS if column != "number")
CHECKPOINT_COLUMNS = (
    *("number", "hash", "epoch", "boot_id", "monotonic_ns", "wall_ns", "clock"),
    *("key", "signature"),
)
STUB_COLUMNS = ("first_number", "last_number", "previous_hash", "last_hash", "key", "signature")
FORGER = PrivateKey(b"\3" * 32)

tampering = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A journal of two boots and three epochs, pruned, with checkpoints and stubs."""
    path = tmp_path_factory.mktemp("journal") / "journal.db"
    bounds = (retention.DELIVERED_KEPT, retention.SMALLEST_STEP)
    retention.DELIVERED_KEPT, retention.SMALLEST_STEP = 12, 1
    for life, (machine, boot) in enumerate([("m", "b1"), ("m", "b2"), ("n", "b2"), ("o", "b3")]):
        journal = open_journal(path, machine_id=machine, boot_id=boot)
        told = [one for lane in (*Lane, Lane.ALARM) for one in journal.append(batch(lane, lane))]
        mark_delivered(journal, [record for record in told if record.name.lane is not Lane.TROUBLE])
        journal.tidy(Instant(life))
        journal.vouch(Instant(life))
        journal.close()
    retention.DELIVERED_KEPT, retention.SMALLEST_STEP = bounds
    assert found(path).finding is None
    return path


@pytest.fixture
def journal(original, tmp_path):
    """A copy for each attempt: call it anew for another."""

    def copy():
        target = tmp_path / "journal.db"
        shutil.copy(original, target)
        connection = sqlite3.connect(target)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("DROP TRIGGER record_is_never_rewritten")
        return target, closing(connection)

    return copy


def found(path, head=None, expected=(KEY.public,)):
    with closing(connect_read_only(path)) as connection:
        return verify(connection, expected, head)


def one(connection, statement, *values):
    return connection.execute(statement, values).fetchone()


def altered(draw, connection, value, column):
    """Draw another value of the kind that a column holds."""
    if column in ("epoch", "boot"):  # an id: of one that there is, or of none
        return draw(st.integers(1, 5).filter(lambda other: other != value))
    if isinstance(value, int):
        whole = st.integers(-(2**63), 2**63 - 1) | st.integers(value - 2, value + 2)
        return draw(whole.filter(lambda other: other != value and abs(other) < 2**63))
    if isinstance(value, str):
        words = st.sampled_from(["alarm", "status", "unknown", "holdover", "", FORGER.public.text])
        return draw((words | st.text(max_size=8)).filter(lambda other: other != value))
    if not value or draw(st.booleans()):
        return draw(st.binary(max_size=80).filter(lambda other: other != value))
    place, bit = draw(st.integers(0, len(value) - 1)), draw(st.integers(0, 7))
    return value[:place] + bytes([value[place] ^ 1 << bit]) + value[place + 1 :]


def change(draw, connection, table, columns, rows_by) -> None:
    """Change one column of one row; what the tables themselves refuse is no attempt."""
    keys = [key for (key,) in connection.execute(f"SELECT {rows_by} FROM {table}")]
    key, column = draw(st.sampled_from(keys)), draw(st.sampled_from(columns))
    (value,) = one(connection, f"SELECT {column} FROM {table} WHERE {rows_by} = ?", key)
    new = altered(draw, connection, value, column)
    try:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {rows_by} = ?", (new, key))
    except (sqlite3.IntegrityError, UnicodeEncodeError):
        assume(False)
    connection.commit()


@tampering
@given(data=st.data())
def test_altering_any_column_of_any_record_is_found(journal, data):
    path, opened = journal()
    with opened as connection:
        change(data.draw, connection, "record", COLUMNS, "number")

    assert found(path).finding is not None
    assert found(path, expected=()).finding is not None


@tampering
@given(data=st.data())
def test_altering_a_checkpoint_is_found(journal, data):
    path, opened = journal()
    with opened as connection:
        change(data.draw, connection, "checkpoint", CHECKPOINT_COLUMNS, "number")

    assert found(path).finding is not None
    assert found(path, expected=()).finding is not None


@tampering
@given(data=st.data())
def test_altering_a_stub_is_found(journal, data):
    path, opened = journal()
    with opened as connection:
        change(data.draw, connection, "gap", STUB_COLUMNS, "first_number")

    assert found(path).finding is not None
    assert found(path, expected=()).finding is not None


@tampering
@given(data=st.data())
def test_altering_what_an_epoch_or_boot_is_called_is_found(journal, data):
    path, opened = journal()
    with opened as connection:
        table, column = data.draw(st.sampled_from([("epoch", "name"), ("boot", "boot_id")]))
        used = f"id IN (SELECT {table} FROM record)"
        ids = [id_ for (id_,) in connection.execute(f"SELECT id FROM {table} WHERE {used}")]
        id_ = data.draw(st.sampled_from(ids))
        if data.draw(st.booleans()):
            connection.execute(f"UPDATE {table} SET {column} = 'x' WHERE id = ?", (id_,))
        else:
            connection.execute(f"DELETE FROM {table} WHERE id = ?", (id_,))
        connection.commit()

    assert found(path).finding is not None


def test_deleting_any_one_record_or_stub_is_found(journal):
    _, opened = journal()
    with opened as connection:
        numbers = [number for (number,) in connection.execute("SELECT number FROM record")]
        stubs = [first for (first,) in connection.execute("SELECT first_number FROM gap")]
    assert len(numbers) > 10
    assert len(stubs) > 1
    deletions = [("record", "number", number) for number in numbers]
    deletions += [("gap", "first_number", first) for first in stubs]
    for table, column, value in deletions:
        path, opened = journal()
        with opened as connection:
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (value,))
            connection.commit()

        assert found(path).finding == Finding(Flaw.RECORD_MISSING, value)


@tampering
@given(data=st.data(), what=st.sampled_from(["numbers", "contents", "all but hashes"]))
def test_swapping_any_two_records_is_found(journal, data, what):
    path, opened = journal()
    with opened as connection:
        numbers = [number for (number,) in connection.execute("SELECT number FROM record")]
        first, second = data.draw(
            st.lists(st.sampled_from(numbers), min_size=2, max_size=2, unique=True)
        )
        columns = {
            "numbers": (),
            "contents": CONTENTS,
            "all but hashes": CONTENTS[:-2],
        }[what]
        if what == "numbers":
            for old, new in [(first, -1), (second, first), (-1, second)]:
                connection.execute("UPDATE record SET number = ? WHERE number = ?", (new, old))
        else:
            contents = f"SELECT {', '.join(columns)} FROM record WHERE number = ?"
            one_of, other = one(connection, contents, first), one(connection, contents, second)
            assignments = ", ".join(f"{column} = ?" for column in columns)
            put = f"UPDATE record SET {assignments} WHERE number = ?"
            connection.execute("UPDATE record SET seq = -1 WHERE number = ?", (first,))  # unique
            connection.execute(put, (*one_of, second))
            connection.execute(put, (*other, first))
        connection.commit()

    assert found(path).finding is not None


@tampering
@given(data=st.data())
def test_a_journal_that_is_cut_off_is_found_against_the_head_that_was_heard_of(journal, data):
    path, opened = journal()
    with opened as connection:
        number, hash_ = one(connection, "SELECT max(number), hash FROM record")
        head = Head(number, hash_)
        assert found(path, head).finding is None
        left = data.draw(st.integers(0, number - 1))
        # Somebody cuts off all that would show it.
        connection.execute("DELETE FROM record WHERE number > ?", (left,))
        connection.execute("DELETE FROM outbox WHERE number > ?", (left,))
        connection.execute("DELETE FROM gap WHERE first_number > ?", (left,))
        connection.execute("DELETE FROM checkpoint WHERE number > ?", (left,))
        connection.commit()

    finding = found(path, head, expected=()).finding
    assert finding is not None
    assert finding.flaw in (Flaw.CUT_OFF, Flaw.RECORD_MISSING)


def rewrite(connection, number: int) -> None:
    """Alter a record, and chain all after it anew, as far as one can without the key."""
    hashes = {}
    for *columns, before, _ in connection.execute(WHOLE_CHAIN).fetchall():
        record = record_from(columns)
        if record.number < number:
            continue
        if record.number == number:
            record = replace(record, body=b'{"nothing": "happened"}')
        previous = hashes.get(record.number - 1, before)
        own = hash_of(record, record.number, previous)
        connection.execute(
            "UPDATE record SET body = ?, previous_hash = ?, hash = ? WHERE number = ?",
            (record.body, previous, own, record.number),
        )
        hashes[record.number] = own
        connection.execute(
            "UPDATE gap SET previous_hash = ? WHERE first_number = ?", (own, record.number + 1)
        )


def test_whoever_chains_a_journal_anew_without_the_key_is_caught(journal):
    _, opened = journal()
    with opened as connection:
        numbers = [number for (number,) in connection.execute("SELECT number FROM record")]
    for number in numbers:
        path, opened = journal()
        with opened as connection:
            rewrite(connection, number)
            connection.commit()

        assert found(path).finding is not None

        with closing(sqlite3.connect(path)) as connection:  # he signs with a key of his own
            for id_, hash_ in connection.execute("SELECT number, hash FROM record").fetchall():
                put = "UPDATE checkpoint SET hash = ? WHERE number = ?"
                connection.execute(put, (hash_, id_))
            sign_all(connection)
            connection.commit()

        assert found(path).finding is not None
        # Whoever does not know the key that is expected at least sees that there is another.
        assert FORGER.public.text in found(path, expected=()).keys


def sign_all(connection) -> None:
    select = "SELECT number, hash, epoch, boot_id, monotonic_ns, wall_ns, clock FROM checkpoint"
    names = ("number", "hash", "epoch", "boot_id", "monotonic_ns", "wall_ns", "clock")
    for row in connection.execute(select).fetchall():
        message = Checkpoint(**dict(zip(names, row, strict=True))).message
        connection.execute(
            "UPDATE checkpoint SET key = ?, signature = ? WHERE number = ?",
            (FORGER.public.text, FORGER.sign(message), row[0]),
        )


def test_what_is_signed_is_the_documented_bytes():
    checkpoint = Checkpoint(
        number=7,
        hash=hashlib.sha256(b"x").digest(),
        epoch="9f3c",
        boot_id="b",
        monotonic_ns=1,
        wall_ns=-2,
        clock="unknown",
    )
    expected = (
        b"fire-gateway checkpoint 1\n"
        b"\0\0\0\0\0\0\0\x07"
        b"\0\0\0\0\0\0\0\x01"
        b"\xff\xff\xff\xff\xff\xff\xff\xfe"
        + hashlib.sha256(b"x").digest()
        + b"\0\x049f3c"
        + b"\0\x01b"
        + b"\0\x07unknown"
    )

    assert checkpoint.message == expected
    assert Mark(KEY.public.text, KEY.sign(expected)).is_of(checkpoint)
    assert not Mark(FORGER.public.text, KEY.sign(expected)).is_of(checkpoint)
    assert not Mark("no key", KEY.sign(expected)).is_of(checkpoint)

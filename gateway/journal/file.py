"""The journal's file: opened, brought up to date, set aside when it is damaged.

Migrations are numbered files that only add, each run in one transaction with the row that records
it. An older program may therefore go on with a newer database as long as that says so itself
(meta.usable_from_schema); otherwise the older program refuses to start rather than to guess.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"

READ_ONLY: Final = "mode=ro"
IMMUTABLE: Final = "mode=ro&immutable=1"

BUSY_SECONDS: Final = 1.0
"""How long a lock of another process (a person with the sqlite3 shell) is waited for, before it
counts as a failure of the store."""

DAMAGED_FILES_KEPT: Final = 3
"""Files set aside are evidence, but a dying card must not be filled with them."""

ASIDE: Final = ".damaged-"  # and a number

SETTINGS: Final = (
    # An event and its rows dirty one page of each of three trees. Pages of 2 KiB instead of 4 write
    # a third less for each event and are committed a quarter faster (measured).
    "PRAGMA page_size = 2048",
    "PRAGMA journal_mode = WAL",
    # With NORMAL a loss of power may undo a commit that was already told of.
    "PRAGMA synchronous = FULL",
    # Checkpoints are made when nothing else is to do (Journal.tidy); this is the backstop: 2 MiB.
    # A log that begins anew is written over its old blocks, a tenth faster than one that grows.
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA journal_size_limit = 8388608",
    "PRAGMA cache_size = -1024",
)

ALL_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
NEWEST_MIGRATION: Final = "SELECT max(number) FROM migration"
RECORD_MIGRATION: Final = "INSERT INTO migration (number, name) VALUES (?, ?)"
USABLE_FROM: Final = "SELECT value FROM meta WHERE key = 'usable_from_schema'"


class JournalRefusedError(Exception):
    """The file is sound, but this program must not use it.

    The gateway does not start: to go on with another journal would hide the one that is there. Its
    text says what to do.
    """


@dataclass(frozen=True, slots=True)
class Migration:
    """A step from one schema to the next."""

    number: int
    name: str
    statements: tuple[str, ...]


def read_migrations(folder: Path = SCHEMA_FOLDER) -> tuple[Migration, ...]:
    """Read the numbered files of a folder."""
    return tuple(
        Migration(int(file.name[:3]), file.stem, tuple(split_statements(file.read_text("utf-8"))))
        for file in sorted(folder.glob("[0-9][0-9][0-9]_*.sql"))
    )


def split_statements(script: str) -> Iterator[str]:
    """Give the statements of a script one by one, so that they can share a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def has_log(path: Path) -> bool:
    """Say whether a database that nobody has open was left with its log: whoever had it was ended.

    Closing a database writes its log into it and removes it.
    """
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def connect(path: Path) -> sqlite3.Connection:
    """Open the writing connection; transactions are begun by hand.

    The thread that opens it may hand it over to the one that is to own it.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for setting in SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_read_only(path: Path, how: str = READ_ONLY) -> sqlite3.Connection:
    """Open a connection that cannot write; one thread at a time may use it.

    IMMUTABLE takes no locks and does not look at the log: only for a file that nobody writes and
    that has no log beside it.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


class transaction:  # noqa: N801  # reads as the statement that it is: with transaction(connection)
    """Run what is inside as one transaction: all of it, or nothing.

    A class, because contextlib's generator costs a tenth of a commit.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            # Open still only after an error. SQLite has often rolled back by itself (disk full);
            # where it cannot, the owner closes the connection.
            if self._connection.in_transaction:
                with suppress(sqlite3.Error):
                    self._connection.rollback()


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], path: Path) -> None:
    """Bring a database up to date, or refuse it in words."""
    tables = {name for (name,) in connection.execute(ALL_TABLES)}
    if tables and "migration" not in tables:
        raise JournalRefusedError(
            f"{path}: is a database of another program; move it away, or name another file"
        )
    present = connection.execute(NEWEST_MIGRATION).fetchone()[0] if tables else 0
    known = migrations[-1].number
    if present > known:
        usable_from = int(connection.execute(USABLE_FROM).fetchone()[0])
        if usable_from > known:
            raise JournalRefusedError(
                f"{path}: was written by a newer version (schema {present}, usable from "
                f"{usable_from} on; this version knows {known}); install the newer version again"
            )
    for migration in migrations:
        if migration.number > present:
            with transaction(connection):
                for statement in migration.statements:
                    connection.execute(statement)
                connection.execute(RECORD_MIGRATION, (migration.number, migration.name))


def is_damage(error: BaseException) -> bool:
    """Say whether an error means that the file's content cannot be trusted."""
    return _code_of(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def set_aside(path: Path) -> Path:
    """Move a damaged database away whole, and give its new name."""
    aside = _aside(path)
    for old in aside[: len(aside) - DAMAGED_FILES_KEPT + 1]:
        for suffix in ("", "-wal", "-shm"):
            old.with_name(f"{old.name}{suffix}").unlink(missing_ok=True)
    number = int(aside[-1].name.rpartition("-")[2]) + 1 if aside else 1
    target = path.with_name(f"{path.name}{ASIDE}{number}")
    # The log goes first: beside a new database it could be taken for a part of it.
    with suppress(FileNotFoundError):
        path.with_name(f"{path.name}-wal").rename(f"{target}-wal")
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    if path.exists():
        path.rename(target)
    else:  # only its log was left
        target.touch()
    return target


def _aside(path: Path) -> list[Path]:
    """Give the databases that were set aside, the newest last."""
    prefix = f"{path.name}{ASIDE}"
    numbers = [file.name.removeprefix(prefix) for file in path.parent.glob(f"{prefix}*")]
    return [
        path.with_name(f"{prefix}{number}")
        for number in sorted(int(number) for number in numbers if number.isdigit())
    ]


@contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """Give a name under which to make the database that is to take a damaged one's place.

    What is made there is kept for `finish_replacing` once the block has ended, with the database
    closed. Power may go at any moment: what is not finished by then is made once more, out of the
    damaged one, which stays where it is until there is another.
    """
    making = path.with_name(f"{path.name}.making")
    for suffix in ("", "-journal", "-wal", "-shm"):
        making.with_name(f"{making.name}{suffix}").unlink(missing_ok=True)
    yield making
    if making.with_name(f"{making.name}-wal").exists():
        raise sqlite3.OperationalError("the log of a new journal could not be written into it")
    making.rename(_made(path))


def finish_replacing(path: Path) -> Path | None:
    """Put a replacement, where one was made, in its place; give where the damaged one went.

    None where there is nothing to be finished.
    """
    if not _made(path).exists():
        return None
    # Where the damaged one is away already, the power went just then.
    is_there = path.exists() or path.with_name(f"{path.name}-wal").exists()
    damaged = set_aside(path) if is_there else (_aside(path) or [path])[-1]
    FailureNote(path).forget_damage()
    _made(path).rename(path)
    return damaged


def _made(path: Path) -> Path:
    return path.with_name(f"{path.name}.replacement")


class FailureNote:
    """A file beside the journal that says that its store has failed.

    A store that fails cannot write that down in itself. Whether this succeeds depends on how it
    fails: an empty file fits on a full disk, and on a read-only one nothing does.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(f"{path.name}.failed")
        self._damage_file = path.with_name(f"{path.name}.failed-damaged")

    def leave(self, error: BaseException) -> None:
        """Leave a note, where that can be done."""
        with suppress(OSError):
            (self._damage_file if is_damage(error) else self._file).touch()

    @property
    def tells_of_failure(self) -> bool:
        """Whether the store failed at its last use, in whatever way."""
        return self._file.exists() or self.tells_of_damage

    @property
    def tells_of_damage(self) -> bool:
        """Whether the database was found damaged at its last use."""
        return self._damage_file.exists()

    def forget_damage(self) -> None:
        """Take the note of damage away: there is no damaged database in place any more."""
        if self._damage_file.exists():  # where nothing can be written, even this would fail
            self._damage_file.unlink()

    def remove(self) -> None:
        """Take the note away: a new epoch has begun."""
        self.forget_damage()
        if self._file.exists():
            self._file.unlink()


def failure_in_words(path: Path, error: BaseException) -> str:
    """Say what is wrong with the store, and the way out."""
    what = _WORDS.get(_code_of(error))
    return f"{path}: {what}" if what else f"{path}: {error}"


def _code_of(error: BaseException) -> int:
    """Give SQLite's primary result code; the upper bytes only refine it."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else sqlite3.SQLITE_OK


_WORDS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "cannot be written; a worn-out card turns read-only: replace it",
    sqlite3.SQLITE_IOERR: "input/output error; is the card or disk failing or full?",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; do its folder and its owner fit, is there space?",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_NOTADB: "is damaged beyond recognition",
    sqlite3.SQLITE_BUSY: "is locked by another process; end what else has it open",
}

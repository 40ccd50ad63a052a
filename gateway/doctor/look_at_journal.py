"""Looks at the journal beside the gateway that writes it: can it be read, and what waits in it."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from gateway.doctor.catalogue import found
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked, well
from gateway.doctor.patient import Patient
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.journal.statistics import file_sizes, read_statistics
from gateway.own_health.ailments import MIB
from gateway.uplink.certificate_dates import date_text
from rules.instant import seconds

SMALL: Final = 64 * MIB
"""Up to this size a journal is read through for damage; a larger one takes too long on a card, and
`firegw journal verify` does it."""

LATE: Final = seconds(3600)


def journal(patient: Patient) -> Iterator[Finding]:
    """See whether it can be read, whether one was set aside, and how long events wait."""
    folder, values = patient.asked.state, patient.values
    file = folder / "journal.db"
    try:
        size = file.stat().st_size
        sizes = file_sizes(file)
        with file.open("rb"):
            pass
    except PermissionError:
        yield unlooked(Check.JOURNAL, Unlooked.NEEDS_ROOT, str(file))
        return
    except OSError:
        yield unlooked(Check.JOURNAL, Unlooked.NOT_HERE, str(file))
        return
    aside = [name for name in sizes if not name.startswith("journal.db-") and name != "journal.db"]
    if aside:
        yield found("journal-set-aside", str(file), folder=folder, files=", ".join(aside[:5]))
    reader = JournalReader(file)
    try:
        if size <= SMALL:
            reader.ask(_read_through)
        held = reader.ask(read_statistics)
    except JournalUnreadableError as error:
        why = str(error).removeprefix(f"{file}: ")
        yield found("journal-unreadable", str(file), **values, file=file, why=why)
        return
    finally:
        reader.close()
    late = False
    for lane, waiting in held.waiting.items():
        since = waiting.oldest_ns
        if waiting.count and since and patient.clock.read().wall_ns - since > LATE:
            late = True
            shown = {"count": waiting.count, "lane": lane, "since": date_text(since)}
            yield found("events-wait", str(lane), **shown)
    if not late:
        detail = f"{held.records} records, {size / MIB:.1f} MiB"
        yield well(Check.JOURNAL, str(file), detail)


def _read_through(connection: sqlite3.Connection) -> None:
    """Have SQLite read all of it.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    [said] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(said)

"""What the unit before has left on this card, and how a new one takes its place.

A new epoch needs nothing from here: a journal that is made anew begins one, and so does one that
was carried over from another machine. That one stays where it is, since the centre may still wait
for what is in it. What is moved aside is this machine's own journal, and any old key: a device key
that was copied with the card would speak for two units.
"""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.device_key import DeviceKeyError, read_key
from gateway.enrolment.certificate import described, read_certificates
from gateway.enrolment.folder import acting_as, content_of, move_aside, owner_of, put_back
from gateway.enrolment.request import EnrolmentError
from gateway.enrolment.unit import Enrolled, Unit, enrol
from gateway.journal.file import connect_read_only, failure_in_words
from gateway.journal.rows import Rows
from gateway.journal.tables import read_undelivered_counts

JOURNAL: Final = "journal.db"
BESIDE_JOURNAL: Final = ("-wal", "-shm", ".failed", ".failed-damaged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What there is of the unit before.

    Attributes:
        own_journal: whether there is a journal that this machine has written itself.
        undelivered: how many of its records the centre has not got; None where that cannot be said.
        unreadable: why not, in words.
        device_key: the public device key, where one is there.
        serial: of the certificate, where one is there.
    """

    own_journal: bool
    undelivered: int | None
    unreadable: str = ""
    device_key: str | None = None
    serial: str | None = None

    @property
    def in_words(self) -> str:
        """Say for the centre, in the request, what is replaced."""
        return "replaces" if self.serial is None else f"replaces certificate {self.serial}"


def look(unit: Unit, machine_id: str) -> Left:
    """Look at what is there; nothing is changed.

    Raises:
        EnrolmentError: the state directory is not there.
    """
    with acting_as(owner_of(unit.state_directory)):
        own, undelivered, unreadable = _look_at_journal(unit, machine_id)
        device_key = _device_key(unit.device_key)
    return Left(
        own_journal=own,
        undelivered=undelivered,
        unreadable=unreadable,
        device_key=device_key,
        serial=_serial(unit.certificate),
    )


def replace(unit: Unit, left: Left, now: dt.datetime) -> tuple[Enrolled, tuple[Path, ...]]:
    """Move aside what the unit before has left, and make a new identity.

    Gives the new one, and the folders with what was moved. Where the new one cannot be made, all is
    put back.

    Args:
        unit: the unit.
        left: what there was, as `look` found it.
        now: by this machine's clock.

    Raises:
        EnrolmentError: it cannot be done; what was there is in place again.
        DeviceKeyError: likewise.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        with acting_as(owner_of(unit.state_directory)):
            moved += move_aside(_state_files(unit, left))
        if unit.directory.exists():
            with acting_as(owner_of(unit.directory)):
                moved += move_aside((unit.certificate, unit.request, unit.key))
        enrolled = enrol(unit, now, left.in_words)
    except (EnrolmentError, DeviceKeyError):
        put_back(moved)
        raise
    return enrolled, tuple(sorted({now_at.parent for _, now_at in moved}))


def _state_files(unit: Unit, left: Left) -> tuple[Path, ...]:
    if not left.own_journal:
        return (unit.device_key,)
    journal = unit.state_directory / JOURNAL
    # The log goes first: beside a new journal it could be taken for a part of it.
    beside = (journal.with_name(JOURNAL + suffix) for suffix in BESIDE_JOURNAL)
    return (*beside, journal, unit.device_key)


def _look_at_journal(unit: Unit, machine_id: str) -> tuple[bool, int | None, str]:
    """Say whether the journal is this machine's, how many are undelivered, or why nobody knows."""
    path = unit.state_directory / JOURNAL
    if not path.exists():
        return False, 0, ""
    try:
        with closing(connect_read_only(path)) as connection:
            machine = Rows(connection).machine()
            undelivered = sum(read_undelivered_counts(connection).values())
    except (sqlite3.Error, ValueError) as error:
        return True, None, failure_in_words(path, error)
    return machine in (machine_id, None), undelivered, ""


def _device_key(file: Path) -> str | None:
    try:
        return read_key(file).public.text
    except (FileNotFoundError, DeviceKeyError):
        return None  # none, or one that is of no use to anybody


def _serial(file: Path) -> str | None:
    try:
        pem = content_of(file)
        return None if pem is None else described(read_certificates(pem, str(file))).serial
    except EnrolmentError:
        return None  # likewise

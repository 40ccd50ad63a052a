"""Who and what of this unit may stand nowhere: its secrets' contents, and the people it knows."""

import json
from typing import Any, Final

from gateway.control.status import Status
from gateway.doctor.patient import Patient
from gateway.uplink.credentials import CredentialsError, files_of, place_of

LARGEST_SECRET: Final = 64 * 1024


def personal_here(patient: Patient, events: str) -> frozenset[str]:
    """Give what may stand nowhere: of the files of secrets, and the people who acted.

    Args:
        patient: the unit.
        events: as JSON; nothing where there are none.
    """
    texts: set[str] = set()
    for way in patient.settings.uplink.paths if patient.settings is not None else ():
        for setting in ("password_file", "tls.key"):
            texts |= _lines_of_secret(files_of(way).get(setting))
    if patient.status is not None:
        texts |= people_of(patient.status)
    if events:
        texts |= _authors(json.loads(events))
    return frozenset(texts) - {"root", ""}


def _lines_of_secret(written: str | None) -> set[str]:
    if written is None:
        return set()
    try:
        file = place_of(written)
        if not file.is_file():  # of a pipe nothing would ever come
            return set()
        with file.open("rb") as opened:
            return set(opened.read(LARGEST_SECRET).decode("utf-8", "replace").split("\n"))
    except (OSError, CredentialsError):
        return set()


def people_of(status: Status) -> set[str]:
    """Give the names and numbers of people that a status tells, and the facility's."""
    conditions = status.now.conditions
    names = {each.author for each in conditions} | {each.acknowledged for each in conditions}
    contacts = {text for each in status.contacts for text in (each.name, each.phone)}
    return {name for name in names if name} | contacts | {status.site_name}


def _authors(node: Any) -> set[str]:
    """Give the values of every `author`, also within the text of a journal's record."""
    if isinstance(node, dict):
        here = {value for key, value in node.items() if key == "author" and isinstance(value, str)}
        return here.union(*(_authors(value) for value in node.values()))
    if isinstance(node, list):
        return set[str]().union(*(_authors(each) for each in node))
    if isinstance(node, str) and node.startswith("{"):
        try:
            return _authors(json.loads(node))
        except ValueError:
            return set()
    return set()

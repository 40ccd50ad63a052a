"""Gathers what a maker needs to help: one file, bounded in time and size, without secrets.

Each piece is made in a thread of its own; one that fails or takes too long is named in the README
with the reason, and keeps no other from being there.
"""

import io
import json
import os
import platform
import sqlite3
import tarfile
import threading
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from gateway.control.client import NotPermittedError, UnreachableError, ask
from gateway.control.protocol import Request, Verb
from gateway.control.status import encode
from gateway.doctor.examine import examine
from gateway.doctor.finding import gravity
from gateway.doctor.hidden import (
    Hiding,
    keys_of,
    personal_of,
    secrets_written,
    site_without_secrets,
)
from gateway.doctor.machine import asked
from gateway.doctor.patient import Patient
from gateway.doctor.personal import personal_here
from gateway.doctor.view import as_json
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.journal.statistics import file_sizes, read_statistics
from gateway.journal.tables import any_text
from gateway.journal.verification import verify
from gateway.settings.schema import site_schema
from gateway.small_file import text_of
from gateway.text import Language, phrase
from rules.instant import Duration, Instant, in_seconds, seconds

WITHIN: Final = seconds(40)
LARGEST_PIECE: Final = 1024 * 1024
"""Characters; of what is longer the end is kept. Fourteen pieces, packed, are below 10 MB."""

EVENTS: Final = 300
EVENTS_FILE: Final = "events.json"
LOG_LINES: Final = 4000
METRICS_WITHIN_S: Final = 3.0
LIBRARIES: Final = ("msgspec", "paho-mqtt", "pymodbus", "pyserial", "PyYAML", "PyNaCl", "lgpio")
NEWEST: Final = """
    SELECT number, lane, seq, kind, monotonic_ns, wall_ns, clock, body
    FROM record ORDER BY number DESC LIMIT ?
"""
NEVER: Final = ("secrets", "comments", "site", "people", "journal")
"""What no bundle holds; text "bundle.never.X" says each."""


class PieceError(Exception):
    """A piece cannot be had; the text says why."""


@dataclass(slots=True)
class Piece:
    """One file of the bundle.

    Attributes:
        name: in the bundle.
        text: what is in it, once it is made.
        why: why it is missing, if it is.
    """

    name: str
    text: str = ""
    why: str = ""
    thread: threading.Thread | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was gathered.

    Attributes:
        packed: the .tar.gz.
        holds: the names of what is in it.
        lacks: what else could not be had, and why; what no bundle holds is left out.
    """

    packed: bytes
    holds: tuple[str, ...]
    lacks: tuple[str, ...]


def gather(patient: Patient) -> Bundle:
    """Gather everything; ends within the bound."""
    until = Instant(patient.clock.now() + WITHIN)
    is_prepared = patient.prepare()
    written = _text_of_site(patient) if is_prepared else ""
    site = _site(written)
    pieces = [_begun(name, make) for name, make in _makers(patient, site)]
    for piece in pieces:
        assert piece.thread is not None
        left = Duration(until - patient.clock.now())
        piece.thread.join(max(0.0, in_seconds(left)))
        if piece.thread.is_alive():
            piece.text, piece.why = "", "it took too long"
    events = "".join(each.text for each in pieces if each.name == EVENTS_FILE and not each.why)
    secret = personal_here(patient, events) if is_prepared else frozenset[str]()
    hiding = Hiding(personal_of(site) | secrets_written(written) | secret)
    made = [(piece.name, _cut(hiding.out_of(piece.text))) for piece in pieces if not piece.why]
    lacks = tuple(hiding.out_of(f"{piece.name}: {piece.why}") for piece in pieces if piece.why)
    never = (phrase(Language.ENGLISH, f"bundle.never.{each}") for each in NEVER)
    readme = _readme([name for name, _ in made], (*lacks, *never))
    return Bundle(
        packed=_packed([("README.txt", readme), *made], patient.clock.read().wall_ns),
        holds=tuple(name for name, _ in made),
        lacks=lacks,
    )


def _begun(name: str, make: Callable[[], str]) -> Piece:
    piece = Piece(name)

    def run() -> None:
        try:
            text = make()
        except (PieceError, JournalUnreadableError, UnreachableError, NotPermittedError) as error:
            piece.why = str(error)
        except Exception as mistake:  # noqa: BLE001 - one piece's mistake must not cost the others
            piece.why = f"{type(mistake).__name__}: {mistake}"
        else:
            piece.text = text

    piece.thread = threading.Thread(target=run, name=f"piece {name}", daemon=True)
    piece.thread.start()
    return piece


def _makers(patient: Patient, site: Any) -> Iterable[tuple[str, Callable[[], str]]]:
    unit = patient.asked.unit
    journal = patient.asked.state / "journal.db"
    yield "versions.json", partial(_versions, patient)
    yield "status.json", partial(_status, patient)
    yield "doctor.json", partial(_doctor, patient)
    yield EVENTS_FILE, partial(_events, patient, journal)
    yield "journal.json", partial(_journal, journal)
    yield "journal-verify.json", partial(_verified, journal)
    yield "site.yaml", partial(_site_text, patient, site)
    yield (
        "service.log",
        partial(
            _program, "journalctl", "--unit", unit, "--no-pager", f"--lines={LOG_LINES}",
            "--output=short-iso",
        ),
    )  # fmt: skip
    yield "service.txt", partial(_program, "systemctl", "--no-pager", "show", unit)
    yield "unit.txt", partial(_program, "systemctl", "--no-pager", "cat", unit)
    yield "dmesg.txt", partial(_program, "dmesg", "--ctime")
    yield "system.txt", partial(_system, patient)
    yield (
        "files.txt",
        partial(_program, "ls", "-laR", str(patient.asked.site.parent), str(patient.asked.state)),
    )
    yield "metrics.txt", partial(_metrics, patient)


def _versions(patient: Patient) -> str:
    found = {}
    for name in ("fire-gateway", *LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    told = {
        "packages": found,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "system": text_of(Path("/etc/os-release")) or "",
        "board": (text_of(patient.machine.proc / "device-tree" / "model") or "").strip("\0"),
        "release": os.path.realpath(patient.machine.release),
    }
    return json.dumps(told, indent=1, ensure_ascii=False)


def _status(patient: Patient) -> str:
    if patient.status is None:
        raise PieceError(patient.why_silent)
    return _indented(encode(patient.status))


def _doctor(patient: Patient) -> str:
    found = sorted(examine(patient), key=gravity)
    return json.dumps([as_json(each) for each in found], indent=1, ensure_ascii=False)


def _events(patient: Patient, journal: Path) -> str:
    """Give the newest events as the gateway tells them, or else as the journal has them."""
    if patient.status is not None:
        reply = ask(patient.asked.socket, Request(verb=Verb.EVENTS, limit=EVENTS))
        return _indented(msgspec.json.encode(reply.events))
    rows = _of_journal(journal, _newest)
    return json.dumps(rows, indent=1, ensure_ascii=False)


def _newest(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    names = ("number", "lane", "seq", "kind", "monotonic_ns", "wall_ns", "clock", "body")
    with any_text(connection):
        rows = connection.execute(NEWEST, (EVENTS,)).fetchall()
    return [
        {name: _as_text(value) for name, value in zip(names, row, strict=True)}
        for row in reversed(rows)
    ]


def _as_text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _journal(journal: Path) -> str:
    held = _of_journal(journal, read_statistics)
    told = {"statistics": asdict(held), "bytes": file_sizes(journal)}
    return json.dumps(told, indent=1, ensure_ascii=False, default=str)


def _verified(journal: Path) -> str:
    return json.dumps(asdict(_of_journal(journal, verify)), indent=1, default=str)


def _of_journal(journal: Path, question: Callable[[sqlite3.Connection], Any]) -> Any:
    try:
        with journal.open("rb"):
            pass
    except OSError as error:
        raise PieceError(f"{journal}: {error.strerror}") from None
    reader = JournalReader(journal)
    try:
        return reader.ask(question)
    finally:
        reader.close()


def _site(text: str) -> Any:
    """Read a site file as YAML alone, every scalar as it is written; None where that cannot be.

    No site file has aliases, and a few of them could make it endless.
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            return None
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts alone
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _text_of_site(patient: Patient) -> str:
    return patient.site.texts.get(patient.site.file, b"").decode("utf-8", "replace")


def _site_text(patient: Patient, site: Any) -> str:
    if not isinstance(site, dict):
        raise PieceError(f"{patient.asked.site}: cannot be read, or is no YAML; see doctor.json")
    kept = site_without_secrets(site, keys_of(site_schema()))
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)


def _program(*command: str) -> str:
    answer = asked(*command)
    if answer is None:
        raise PieceError(f"`{command[0]}` is not there, or does not answer")
    if not answer.text.strip():
        raise PieceError(f"`{command[0]}` says nothing; root may see more")
    return answer.text


def _system(patient: Patient) -> str:
    proc = patient.machine.proc
    parts = [
        f"== {name}\n{text_of(proc / name) or '-'}\n"
        for name in ("uptime", "loadavg", "meminfo", "swaps", "mounts", "cmdline")
    ]
    for command in (("df", "-k"), ("df", "-i"), ("ip", "-brief", "address"), ("timedatectl",)):
        answer = asked(*command)
        parts.append(f"== {' '.join(command)}\n{'-' if answer is None else answer.text}\n")
    return "\n".join(parts)


def _metrics(patient: Patient) -> str:
    if patient.settings is None or patient.settings.metrics is None:
        raise PieceError("the site has none")
    address = f"http://127.0.0.1:{patient.settings.metrics.port}/metrics"
    try:
        with urllib.request.urlopen(address, timeout=METRICS_WITHIN_S) as answer:
            return str(answer.read(LARGEST_PIECE).decode("utf-8", "replace"))
    except OSError as error:
        raise PieceError(f"{address}: {error}") from None


def _indented(told: bytes) -> str:
    return msgspec.json.format(told, indent=1).decode()


def _cut(text: str) -> str:
    if len(text) <= LARGEST_PIECE:
        return text
    return (
        f"[the first {len(text) - LARGEST_PIECE} characters are left out]\n{text[-LARGEST_PIECE:]}"
    )


def _readme(holds: Iterable[str], lacks: Iterable[str]) -> str:
    lines = ["What this bundle holds:", *(f"  {name}" for name in holds), ""]
    lines += ["What it lacks, and why:", *(f"  {each}" for each in lacks), ""]
    lines += ["[hidden] stands for what was taken out. Look through it before you send it."]
    return "\n".join(lines) + "\n"


def _packed(files: Iterable[tuple[str, str]], wall_ns: int) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files:
            data = text.encode("utf-8", "replace")
            entry = tarfile.TarInfo(f"support-bundle/{name}")
            entry.size, entry.mode, entry.mtime = len(data), 0o600, wall_ns // 1_000_000_000
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()

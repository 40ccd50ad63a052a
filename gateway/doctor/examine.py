"""Makes all looks at once, each in a thread with a bound, and gathers what they show.

What hangs, or makes a mistake, is one line of the result and keeps no other look from being made.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from gateway.doctor import look_at_board as board
from gateway.doctor import look_at_files as files
from gateway.doctor import look_at_journal as journal
from gateway.doctor import look_at_lines as lines
from gateway.doctor import look_at_paths as paths
from gateway.doctor import look_at_people as people
from gateway.doctor import look_at_service as service
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked
from gateway.doctor.patient import Patient
from rules.instant import Instant, in_seconds, seconds

log = logging.getLogger(__name__)

WITHIN: Final = seconds(20)
"""For all looks together, after eight seconds at most for what they share. What asks most is a
path: six seconds each for its name, for the connection with TLS and for MQTT."""

Look = Callable[[], Iterable[Finding]]

LOOKS: Final[Sequence[tuple[Check, Callable[[Patient], Iterable[Finding]]]]] = (
    (Check.SITE_FILE, files.site_file),
    (Check.SETTINGS, files.settings_folder),
    (Check.SECRETS, files.secrets),
    (Check.STATE, files.state_directory),
    (Check.USER, people.gateway_user),
    (Check.GROUPS, people.groups),
    (Check.SERVICE, service.service),
    (Check.DAEMON, service.daemon),
    (Check.PROGRAMS, service.programs),
    (Check.CONSOLE, lines.console),
    (Check.PORT, lines.ports),
    (Check.GPIO, lines.gpio),
    (Check.DISK, board.board),
    (Check.CLOCK, board.clock),
    (Check.WATCHDOG, board.watchdog),
    (Check.BROKER, paths.no_paths),
    (Check.CERTIFICATE, paths.certificates),
    (Check.JOURNAL, journal.journal),
)


@dataclass(slots=True)
class _Running:
    """A look that is under way."""

    check: Check
    about: str
    found: list[Finding] = field(default_factory=list)
    is_done: bool = False
    thread: threading.Thread | None = None


def examine(patient: Patient) -> list[Finding]:
    """Look at everything; ends within the bound and a few seconds more for what comes first."""
    is_prepared = patient.prepare()
    until = Instant(patient.clock.now() + WITHIN)
    running = [_begun(check, "", partial(look, patient)) for check, look in LOOKS]
    if is_prepared and patient.settings is not None:
        running += [
            _begun(Check.BROKER, way.id, partial(paths.path, patient, patient.settings, way))
            for way in patient.settings.uplink.paths
        ]
    found: list[Finding] = []
    for each in running:
        assert each.thread is not None
        each.thread.join(max(0.0, in_seconds(until - patient.clock.now())))
        found += list(each.found)
        if not each.is_done:
            found.append(unlooked(each.check, Unlooked.TOO_LONG, each.about))
    return found


def _begun(check: Check, about: str, look: Look) -> _Running:
    running = _Running(check, about)

    def run() -> None:
        try:
            for finding in look():
                running.found.append(finding)
        except Exception as mistake:  # one look's mistake must not hide what the others saw
            log.debug("a mistake", exc_info=mistake)
            detail = f"{type(mistake).__name__}: {mistake}"
            running.found.append(unlooked(check, Unlooked.MISTAKE, about, detail))
        running.is_done = True

    # A daemon: one that hangs at a dead disk keeps nobody waiting at the end.
    running.thread = threading.Thread(target=run, name=f"look {check} {about}", daemon=True)
    running.thread.start()
    return running

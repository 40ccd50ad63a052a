"""The end of a round: all is mended, and the books are held against journal and centre."""

import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from chaos import damage
from chaos.building import Building
from chaos.receiver import arrivals, events_of_centre
from chaos.site_text import CONDITIONS

from gateway.control.protocol import Outcome, Verb
from gateway.journal.reader import JournalReader

HEALED_WITHIN_S = 60


class Reckoning:
    """Looks after the books of one building, which are right only after `heal`."""

    def __init__(self, building: Building) -> None:
        self.building = building
        self._ledger = building.ledger
        self._last_arrival = 0
        self._set_aside: set[str] = set()
        self._checked_at = 0

    @property
    def wrong(self) -> list[str]:
        """What was found wrong."""
        return self._ledger.wrong

    def heal(self) -> None:
        """Mend everything, and wait until the centre has all that there is.

        Raises:
            NotHealedError: it has not within a minute.
        """
        building = self.building
        building.note("all is mended")
        building.network.heal()
        for broker in building.brokers.values():
            broker.thaw()
            broker.start()
        for centre in building.centres:
            centre.start()
        building.disk.free()
        for contact in CONDITIONS:
            building.set_contact(contact, 0)
        building.start_daemon()
        building.until(self._is_reset, "the reset of what had latched", HEALED_WITHIN_S)
        building.until(self._is_told, "everything at the centre", HEALED_WITHIN_S)
        building.without_store = False
        building.note("all is healed")

    def check(self) -> list[str]:
        """Check the books; give what is wrong."""
        self._ledger.check(time.monotonic_ns())
        for done in self.building.damages:
            for name in done.promised - self._ledger.told.keys():
                self.wrong.append(f"lost: {name} could still be read after {done.what}")
        self._check_set_aside()
        self._check_reference()
        self._check_journal()
        if "Traceback" in self.building.daemon.log:
            self.wrong.append("a traceback in the gateway's log")
        self._checked_at = time.monotonic_ns()
        return self.wrong

    def waiting(self) -> list[str]:
        """Say what the centre still has not, and how the gateway is."""
        building = self.building
        said = [f"not with the oracle: {name}" for name in sorted(self._ledger.missing())]
        said += [f"not with the centre: {name}" for name in sorted(self._unknown_to_reference())]
        if building.is_guarded and (status := building.daemon.status()) is not None:
            said += [f"outbox {dict(status.outbox)}", *(str(path) for path in status.paths)]
        return said

    def counts(self) -> Counter:
        """Count what went through the books."""
        ledger = self._ledger
        return Counter(
            edges=len(ledger.edges),
            records=len(ledger.journal),
            told=len(ledger.told),
            copies=ledger.copies,
            from_memory=sum(not told.durable for told in ledger.told.values()),
            lives=len(ledger.lives),
            pages=len(self.building.damages),
            set_aside=len(self._set_aside),
        )

    def keep_evidence(self, folder: Path) -> None:
        """Copy everything that a person might look at."""
        building = self.building
        building.kill_daemon()
        shutil.copytree(building.folder, folder, ignore=shutil.ignore_patterns("ballast", "*.sock"))
        (folder / "history.txt").write_text("\n".join([*building.history, *self.wrong, ""]))

    def _is_reset(self) -> bool:
        status = self.building.daemon.status()
        if status is None or not status.store_ok:
            return False
        if not all(path.connected for path in status.paths):
            return False
        ours = [each for each in status.now.conditions if each.source.startswith("rule/")]
        if not ours:
            return True
        if not any(each.standing for each in ours):
            reply = self.building.daemon.ask(Verb.RESET)
            return reply is not None and reply.outcome is Outcome.DONE
        return False

    def _is_told(self) -> bool:
        status = self.building.daemon.status()
        if status is None or any(status.outbox.values()):
            return False
        try:
            self._look()
        except sqlite3.OperationalError:  # it cannot be read just now
            return False
        return not self._ledger.missing() and not self._unknown_to_reference()

    def _look(self) -> None:
        """Enter what the journal has now, and what has arrived since."""
        self._ledger.has(damage.read_live(self.building.daemon.journal))
        rows = arrivals(self.building.folder / "oracle.db", self._last_arrival)
        self._last_arrival = rows[-1][0] if rows else self._last_arrival
        self._ledger.arrived(rows)

    def _unknown_to_reference(self) -> set[damage.Name]:
        """Name what the oracle has and `firegw centre` has not."""
        if not self.building.has_reference:
            return set()
        return self._ledger.told.keys() - self._events_of_reference().keys()

    def _check_reference(self) -> None:
        """`firegw centre` has what the oracle has, each once, and no more."""
        if self.building.has_reference:
            told = {name: told.kept.monotonic_ns for name, told in self._ledger.told.items()}
            differing = self._events_of_reference().items() ^ told.items()
            if differing:
                self.wrong.append(f"the two centres differ: {sorted(differing)}")

    def _events_of_reference(self) -> dict[damage.Name, int]:
        return events_of_centre(self.building.folder / "centre.db")

    def _check_journal(self) -> None:
        """Walk the chain of a journal that nobody has spoilt."""
        if not self.building.damages:
            # Closed at once: a connection that lingers sees the log that was, not the next one.
            with closing(JournalReader(self.building.daemon.journal)) as reader:
                number = reader.verify()
            if number is not None:
                self.wrong.append(f"the chain of the journal is broken at {number}")

    def _check_set_aside(self) -> None:
        """Whatever was set aside is told to the centre in the same round."""
        folder = self.building.disk.folder
        files = {file.name for file in folder.glob("*.damaged-*[0-9]")}
        if files - self._set_aside and not any(
            kept.data.get("source") in {"gateway/journal", "gateway/store"}
            and "damaged" in kept.data["detail"]
            and kept.monotonic_ns > self._checked_at
            for kept in (told.kept for told in self._ledger.told.values())
        ):
            self.wrong.append(f"nothing is told of what was set aside: {files - self._set_aside}")
        self._set_aside |= files

"""From a contact's edge to the subscriber while 100,000 records drain, against the same when idle.

The same daemon, broker and subscriber twice: first with nothing else to do; then with a journal
into which 100,000 trouble events were written meanwhile, and while they go out to a subscriber of
their own. An edge counts only if some of them were still to come when its alarm had come.
"""

import contextlib
import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench_latency import PROFILE, site
from broker import Subscriber, running_broker, wait_for
from daemon import running_daemon
from figure import percentile, tell

from gateway.journal.journal import Journal
from gateway.record import Batch, ClockQuality, Draft
from rules.condition import Lane
from rules.instant import Instant

WAITING, A_COMMIT = 100_000, 1_000
EDGES, LEAST_EDGES = 300, 50
BUDGET = 2.0  # times the idle one

RELAYS = EDGES // 2  # each closes and opens once: one that flaps is waited for
DOOR = f"relay-{RELAYS}"

A_TROUBLE = "SELECT kind, body FROM record WHERE lane = 'trouble' ORDER BY number DESC LIMIT 1"
MACHINE = "SELECT value FROM meta WHERE key = 'machine'"


@dataclass(frozen=True, slots=True)
class Bench:
    """A site that can be put on fire, and who listens."""

    script: Path
    alarms: Subscriber
    drained: Path

    def edges(self, most: int, until: int) -> list[float]:
        """Give the seconds of some edges, as long as fewer troubles than that have come."""
        taken: list[float] = []
        while len(taken) < most:
            time.sleep(random.uniform(0.01, 0.05))  # spreads the edges over the loop's turns
            seen = len(self.alarms.messages)
            self.play(f"relay-{len(taken) // 2}", 1 - len(taken) % 2)
            wait_for(lambda seen=seen: len(self.alarms.messages) > seen)
            came, _, payload = self.alarms.messages[seen]
            if self.troubles >= until:
                break
            taken.append((came - int(json.loads(payload)["monotonicns"])) / 1e9)
        return taken

    def play(self, detector: str, level: int) -> None:
        """Set a contact."""
        with self.script.open("a") as lines:
            lines.write(f"now {detector} contact {level}\n")

    @property
    def troubles(self) -> int:
        """Count the troubles that have come, or a few thousand less."""
        return self.drained.stat().st_size // 2


@contextlib.contextmanager
def listening(port: int, file: Path) -> Iterator[None]:
    """Take the trouble lane in a process of its own, which writes a line a message."""
    program = shutil.which("mosquitto_sub")
    if program is None:
        sys.exit("mosquitto_sub is not installed: apt-get install mosquitto-clients")
    topic = "pccc/v1/+/+/+/event/trouble"
    command = [program, "-p", str(port), "-q", "1", "-t", topic, "-F", "x"]
    with file.open("wb") as out, subprocess.Popen(command, stdout=out) as process:
        try:
            yield
        finally:
            process.terminate()


def fill(journal_file: Path) -> None:
    """Write the backlog into the journal of a daemon that is not running: its own trouble."""
    with contextlib.closing(sqlite3.connect(journal_file)) as database:
        kind, body = database.execute(A_TROUBLE).fetchone()
        (machine,) = database.execute(MACHINE).fetchone()
    draft = Draft(
        lane=Lane.TROUBLE,
        at=Instant(time.monotonic_ns()),
        wall_ns=time.time_ns(),
        clock=ClockQuality.UNKNOWN,
        kind=kind,
        body=body,
    )
    journal = Journal.open(
        journal_file,
        machine_id=machine,
        boot_id=Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        make_epoch=lambda: "00" * 16,
    )
    batch = Batch((draft,) * A_COMMIT)
    for _ in range(WAITING // A_COMMIT):
        journal.append(batch)
    journal.close()


def main() -> None:
    """Measure, and print the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="firegw-bench-") as name,
        running_broker(Path(name)) as port,
        listening(port, Path(name) / "drained"),
    ):
        folder = Path(name)
        (folder / "profiles").mkdir()
        (folder / "profiles" / "dry-contact-simulated.yaml").write_text(PROFILE)
        alarms = Subscriber(port, "pccc/v1/+/+/+/event/alarm")
        state = Subscriber(port, "pccc/v1/+/+/+/state")
        troubles = Subscriber(port, "pccc/v1/+/+/+/event/trouble")
        bench = Bench(folder / "script", alarms, folder / "drained")
        burning = site(bench.script, RELAYS + 1).replace(
            f"id: alarm-{RELAYS}, zone: hall, raises: fire-alarm",
            f"id: alarm-{RELAYS}, zone: hall, raises: supervisory",
        )
        bench.script.touch()
        with running_daemon(folder, burning, port):
            wait_for(lambda: state.messages)
            bench.play(DOOR, 1)
            wait_for(lambda: troubles.messages)
            troubles.close()
            time.sleep(1)  # past the start
            idle = bench.edges(EDGES, until=WAITING)
        state.close()
        fill(folder / "state" / "journal.db")
        bench.script.write_text("")
        before = bench.troubles
        with running_daemon(folder, burning, port):
            wait_for(lambda: bench.troubles > before)
            began, first = time.monotonic(), bench.troubles
            busy = bench.edges(EDGES, until=WAITING)
            pace = (bench.troubles - first) / (time.monotonic() - began)
        alarms.close()
    report(idle, busy, pace)


def report(idle: list[float], busy: list[float], pace: float) -> None:
    """Print the figures of both."""
    for label, taken in (("idle", idle), (f"while {pace:,.0f} a second drain", busy)):
        if len(taken) < LEAST_EDGES:
            sys.exit(f"{label}: only {len(taken)} edges")
        print(
            f"# {label}: median {statistics.median(taken) * 1e3:.2f} ms, "
            f"p99 {percentile(taken, 99) * 1e3:.2f} ms, {len(taken)} edges"
        )
    median = statistics.median(busy) / statistics.median(idle)
    tell("alarm-in-backlog-median", median, BUDGET)
    tell("alarm-in-backlog-p99", percentile(busy, 99) / percentile(idle, 99), BUDGET)


if __name__ == "__main__":
    main()

"""What a quiet day with 50 detectors writes to the card, reckoned from a few minutes of it.

The whole daemon, 50 detectors read each second and a rule each, a broker that takes all. Three
things are measured by what the kernel had to write for the daemon (/proc/PID/io; its log included):
one start, a while in which nothing happens, and some events, each by itself with what follows it.
A day is a start, 86,400 seconds of nothing, and so many events and commits as are named below. The
file system's own journal comes on top of that, and is not seen here.
"""

import tempfile
import time
from pathlib import Path

from bench_latency import PROFILE as CONTACT
from broker import Subscriber, running_broker, wait_for
from daemon import running_daemon, running_program
from figure import tell
from many_units import PROFILE

DISK = "/var/tmp"  # /tmp is often in memory
DETECTORS = 50
START_S = 115  # a clock that nobody sets is told of after 100 s, once
QUIET_S = 65  # a heartbeat
EVENTS, APART_S = 40, 0.7  # so that marks of delivery are not shared
EVENTS_A_DAY = 2 * DETECTORS  # more than is quiet: of each detector a fault, and its end
COMMITS_A_DAY = 24 + 1  # the chain is signed each hour, and the periodic test is told
DAY_S = 86_400
BUDGET_MB = 20.0

SITE = """\
buses:
  - {{id: played, simulated: {{script: {script}}}}}
  - {{id: many, modbus: {{host: 127.0.0.1, tcp_port: {modbus_port}}}}}
zones: [{{id: hall, name: Hall}}]
detectors:
  - {{id: door, zone: hall, bus: played, profile: dry-contact-simulated, kind: panel-alarm}}
{detectors}
rules:
  - {{id: valve, zone: hall, raises: supervisory, when: door.contact, latching: false}}
{rules}
"""


def site(script: Path, modbus_port: int) -> str:
    """Write the site."""
    detectors = "\n".join(
        f"  - {{id: heat-{each}, zone: hall, bus: many, profile: bench-heat, unit: {1 + each}}}"
        for each in range(DETECTORS)
    )
    rules = "\n".join(
        f"  - {{id: hot-{each}, zone: hall, raises: fire-alarm, for: 5 s, "
        f"when: 'heat-{each}.temperature > 58 °C or "
        f"rate(heat-{each}.temperature, 1 min) > 8 °C/min'}}"
        for each in range(DETECTORS)
    )
    return SITE.format(script=script, modbus_port=modbus_port, detectors=detectors, rules=rules)


def written(process_id: int) -> int:
    """Give what the kernel has written, or is to write, for a process."""
    for line in Path(f"/proc/{process_id}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    raise OSError(f"/proc/{process_id}/io says nothing of write_bytes")


def main() -> None:
    """Measure, and print the figure."""
    with (
        tempfile.TemporaryDirectory(prefix="firegw-bench-", dir=DISK) as name,
        running_broker(Path(name)) as port,
        running_program("many_units.py") as server,
    ):
        folder = Path(name)
        script = folder / "script"
        script.touch()
        (folder / "profiles").mkdir()
        (folder / "profiles" / "bench-heat.yaml").write_text(PROFILE)
        (folder / "profiles" / "dry-contact-simulated.yaml").write_text(CONTACT)
        troubles = Subscriber(port, "pccc/v1/+/+/+/event/trouble")
        modbus_port = int(server.stdout.readline())
        with running_daemon(folder, site(script, modbus_port), port) as daemon:
            wait_for((folder / "state" / "journal.db-wal").exists)
            time.sleep(START_S)
            start = written(daemon.pid)
            time.sleep(QUIET_S)
            quiet = (written(daemon.pid) - start) / QUIET_S
            before, told = written(daemon.pid), len(troubles.messages)
            for level in range(EVENTS):
                with script.open("a") as lines:
                    lines.write(f"now door contact {(level + 1) % 2}\n")
                time.sleep(APART_S)
            wait_for(lambda: len(troubles.messages) >= told + EVENTS)
            event = (written(daemon.pid) - before) / EVENTS
        troubles.close()
    print(
        f"# a start {start / 1000:,.0f} kB, quiet {quiet:,.1f} bytes a second, "
        f"an event {event / 1000:,.1f} kB"
    )
    day = start + quiet * DAY_S + event * (EVENTS_A_DAY + COMMITS_A_DAY)
    tell("quiet-day-50-detectors", day / 1e6, BUDGET_MB, unit="MB")


if __name__ == "__main__":
    main()

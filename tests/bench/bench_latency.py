"""From a contact's edge to the subscriber, durable, idle, against the straightest script.

Both are asked in turns on one broker, and one subscriber measures both: its monotonic clock less
the instant that the message carries. For the gateway that is the instant at which its driver
noticed the edge, so that debounce and polling are excluded.
"""

import json
import random
import statistics
import tempfile
import time
from pathlib import Path

from broker import Subscriber, running_broker, wait_for
from daemon import running_daemon, running_program
from figure import percentile, tell

EDGES = 400
MEDIAN_BUDGET, P99_BUDGET = 2.0, 3.0  # times the script's

RELAYS = EDGES // 2 + 1  # each closes and opens once: one that flaps is waited for

PROFILE = """\
id: dry-contact-simulated
name: a simulated contact
driver: simulated
kind: panel-alarm
source: none
quantities: {contact: {}}
"""


def site(script: Path, relays: int) -> str:
    """Write the buses, zones, detectors and rules of a site: so many relays, a rule for each."""
    detectors = "\n".join(
        f"  - {{id: relay-{number}, zone: hall, bus: played, every: 30 s, "
        "profile: dry-contact-simulated, kind: panel-alarm}"
        for number in range(relays)
    )
    rules = "\n".join(
        f"  - {{id: alarm-{number}, zone: hall, raises: fire-alarm, latching: false, "
        f"when: relay-{number}.contact}}"
        for number in range(relays)
    )
    return (
        f"buses: [{{id: played, simulated: {{script: {script}}}}}]\n"
        f"zones: [{{id: hall, name: Hall}}]\ndetectors:\n{detectors}\nrules:\n{rules}\n"
    )


def main() -> None:
    """Measure, and print the two figures."""
    with (
        tempfile.TemporaryDirectory(prefix="firegw-bench-") as name,
        running_broker(Path(name)) as port,
    ):
        folder = Path(name)
        script = folder / "script"
        script.touch()
        (folder / "profiles").mkdir()
        (folder / "profiles" / "dry-contact-simulated.yaml").write_text(PROFILE)
        ours = Subscriber(port, "pccc/v1/+/+/+/event/alarm")
        floor = Subscriber(port, "straight/#")
        with (
            running_program("straight_alarm.py", str(folder / "db"), str(port)) as straight,
            running_daemon(folder, site(script, RELAYS), port),
        ):
            assert straight.stdout.readline() == b"ready\n"
            wait_for(lambda: _edge(script, RELAYS - 1, 1) or ours.messages)
            measured = [_turn(script, straight, ours, floor, turn) for turn in range(EDGES)]
        ours.close()
        floor.close()
    _report([pair[0] for pair in measured], [pair[1] for pair in measured])


def _edge(script: Path, relay: int, level: int) -> None:
    with script.open("a") as lines:
        lines.write(f"now relay-{relay} contact {level}\n")


def _turn(script, straight, ours, floor, turn: int) -> tuple[float, float]:
    """One edge through the gateway, then one line through the script; seconds each."""
    time.sleep(random.uniform(0.01, 0.05))  # spreads the edges over the loop's turns
    seen = len(ours.messages)
    _edge(script, turn // 2, 1 - turn % 2)
    wait_for(lambda: len(ours.messages) > seen)
    came, _, payload = ours.messages[seen]
    gateway_s = (came - int(json.loads(payload)["monotonicns"])) / 1e9
    time.sleep(0.01)
    seen = len(floor.messages)
    straight.stdin.write(b"\n")
    straight.stdin.flush()
    wait_for(lambda: len(floor.messages) > seen)
    came, _, payload = floor.messages[seen]
    return gateway_s, (came - int(payload)) / 1e9


def _report(gateway_s: list[float], straight_s: list[float]) -> None:
    for name, values in (("gateway", gateway_s), ("script", straight_s)):
        print(
            f"# {name}: median {statistics.median(values) * 1e3:.2f} ms, "
            f"p99 {percentile(values, 99) * 1e3:.2f} ms, {len(values)} edges"
        )
    tell(
        "alarm-latency-median",
        statistics.median(gateway_s) / statistics.median(straight_s),
        MEDIAN_BUDGET,
    )
    tell("alarm-latency-p99", percentile(gateway_s, 99) / percentile(straight_s, 99), P99_BUDGET)


if __name__ == "__main__":
    main()

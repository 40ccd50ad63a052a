"""500 Modbus detectors at 1 s: the whole daemon with rules and journal against a straight script.

Two registers a poll, 250 units with two detectors each on one Modbus/TCP host, a rule for each
detector. Both run at the same time on the same server for the same seconds.
"""

import tempfile
import time
from pathlib import Path

from broker import Subscriber, running_broker, wait_for
from daemon import cpu_seconds, resident_mib, running_daemon, running_program
from figure import tell
from many_units import PROFILE

DETECTORS = 500
SECONDS = 20
CPU_BUDGET, MEMORY_BUDGET_MIB = 1.5, 40.0


def site(modbus_port: int) -> str:
    """Write the zones, detectors and rules of the site."""
    detectors = "\n".join(
        f"  - {{id: heat-{number}, zone: zone-{number % 20}, bus: many, profile: bench-heat, "
        f"unit: {1 + number % 250}, register_offset: {2 * (number // 250)}}}"
        for number in range(DETECTORS)
    )
    rules = "\n".join(
        f"  - {{id: hot-{number}, zone: zone-{number % 20}, raises: fire-alarm, for: 5 s, "
        f"when: 'heat-{number}.temperature > 58 °C or "
        f"rate(heat-{number}.temperature, 1 min) > 8 °C/min'}}"
        for number in range(DETECTORS)
    )
    zones = "\n".join(f"  - {{id: zone-{number}, name: Zone {number}}}" for number in range(20))
    return (
        f"buses: [{{id: many, modbus: {{host: 127.0.0.1, tcp_port: {modbus_port}}}}}]\n"
        f"zones:\n{zones}\ndetectors:\n{detectors}\nrules:\n{rules}\n"
    )


def main() -> None:
    """Measure, and print the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="firegw-bench-") as name,
        running_broker(Path(name)) as port,
        running_program("many_units.py") as server,
    ):
        folder = Path(name)
        modbus_port = int(server.stdout.readline())
        (folder / "profiles").mkdir()
        (folder / "profiles" / "bench-heat.yaml").write_text(PROFILE)
        asked = (str(modbus_port), str(port), str(DETECTORS))
        state = Subscriber(port, "pccc/v1/+/+/+/state")
        with (
            running_program("straight_poll.py", *asked) as script,
            running_daemon(folder, site(modbus_port), port) as daemon,
        ):
            wait_for(lambda: state.messages)
            time.sleep(5)  # past the start: imports, first polls, first telemetry
            pids = (daemon.pid, script.pid)
            before = [cpu_seconds(pid) for pid in pids]
            time.sleep(SECONDS)
            used = [cpu_seconds(pid) - old for pid, old in zip(pids, before, strict=True)]
            memory = [resident_mib(pid) for pid in pids]
        state.close()
    for label, cpu, mib in zip(("gateway", "script"), used, memory, strict=True):
        print(f"# {label}: {100 * cpu / SECONDS:.1f} % of a core, {mib:.1f} MiB")
    tell("500-detectors-cpu", used[0] / used[1], CPU_BUDGET)
    tell("500-detectors-memory", memory[0], MEMORY_BUDGET_MIB, unit="MiB")


if __name__ == "__main__":
    main()

"""The whole daemon for the bench: a real process on a site file made here."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

HEAD = """\
site: {{id: BENCH, name: Bench, province: "33", commune: "12345"}}
gateway: {{id: GW-BENCH}}
uplink:
  paths:
    - {{id: lan, host: 127.0.0.1, port: {port}}}
"""


@contextlib.contextmanager
def running_daemon(folder: Path, site: str, port: int) -> Iterator[subprocess.Popen]:
    """Run `firegw run` on a site whose head is made here; give the process."""
    file = folder / "site.yaml"
    file.write_text(HEAD.format(port=port) + site)
    state = folder / "state"
    state.mkdir(exist_ok=True)
    command = [
        *(sys.executable, "-m", "gateway.cli.firegw", "run", str(file)),
        *("--state-directory", str(state), "--control-socket", str(folder / "control.sock")),
    ]
    log = (folder / "daemon.log").open("wb")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log, subprocess.Popen(command, stderr=log, cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def running_program(name: str, *arguments: str) -> Iterator[subprocess.Popen]:
    """Run one of the bench's own programs, whatever becomes of the bench."""
    command = [sys.executable, Path(__file__).with_name(name), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def cpu_seconds(process_id: int) -> float:
    """Give the CPU time that a process has used, of all its threads, user and system."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(process_id: int) -> float:
    """Give the resident memory of a process."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0

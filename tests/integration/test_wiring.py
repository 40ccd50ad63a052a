"""The small parts beside the core, kept running: what is told of one that fails."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path

from daemon_process import HEAD
from gateway_inside import until

from gateway import control, wiring
from gateway.backoff import Backoff
from gateway.clock import Clock, ClockSources
from gateway.service_notification import ServiceNotification
from gateway.site_file import read_site
from gateway.wiring import RunOptions, guard
from rules.instant import seconds

SITE = """\
buses: [{id: idle, simulated: {}}]
zones: [{id: hall, name: Sảnh}]
detectors: []
rules: []
uplink: {paths: []}
"""
OF_THE_SOCKET = (
    "SELECT kind FROM record WHERE CAST(body AS TEXT) LIKE '%gateway/control%' ORDER BY number"
)


def told(journal: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as rows:
        return [kind for (kind,) in rows.execute(OF_THE_SOCKET)]


async def test_a_part_that_goes_on_failing_is_one_fault_until_it_works(tmp_path, monkeypatch):
    attempts = []
    listen_on = control.listen_on
    monkeypatch.setattr(control, "listen_on", lambda path: attempts.append(path) or listen_on(path))
    monkeypatch.setattr(wiring, "WORKED_FOR", seconds(0.02))
    monkeypatch.setattr(wiring, "RESTART", Backoff(first=seconds(0.1), longest=seconds(0.1)))
    (tmp_path / "site.yaml").write_text(HEAD + SITE)
    in_the_way = tmp_path / "control.sock"
    in_the_way.touch()
    options = RunOptions(
        state_directory=tmp_path,
        control_socket=in_the_way,
        operators=frozenset(),
        machine_id="machine",
    )
    settings = read_site(tmp_path / "site.yaml").settings
    clock = Clock(ClockSources(time_ns=time.time_ns), boot_id="boot")
    gateway = asyncio.create_task(guard(settings, options, clock, ServiceNotification(None)))
    try:
        await until(lambda: len(attempts) > 20, "attempts", also=gateway)
        journal = tmp_path / "journal.db"
        assert told(journal) == ["fault.entered"]

        in_the_way.unlink()

        await until(lambda: told(journal) == ["fault.entered", "fault.left"], "it works")
    finally:
        gateway.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gateway

"""The small parts beside the core, kept running: what is told of one that fails."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

from daemon_process import HEAD
from gateway_inside import until

from gateway import kept_running
from gateway.backoff import Backoff
from gateway.clock import Clock, ClockSources
from gateway.control import server as control
from gateway.run_options import RunOptions
from gateway.service_notification import ServiceNotification
from gateway.site_file import read_site
from gateway.wiring import guard
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


@contextlib.asynccontextmanager
async def guarding_in(folder: Path) -> AsyncIterator[asyncio.Task]:
    (folder / "site.yaml").write_text(HEAD + SITE)
    options = RunOptions(
        state_directory=folder,
        control_socket=folder / "control.sock",
        operators=frozenset(),
        machine_id="machine",
    )
    settings = read_site(folder / "site.yaml").settings
    clock = Clock(ClockSources(time_ns=time.time_ns), boot_id="boot")
    gateway = asyncio.create_task(guard(settings, options, clock, ServiceNotification(None)))
    try:
        yield gateway
    finally:
        gateway.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gateway


async def test_a_part_that_goes_on_failing_is_one_fault_until_it_works(tmp_path, monkeypatch):
    attempts = []
    listen_on = control.listen_on
    monkeypatch.setattr(control, "listen_on", lambda path: attempts.append(path) or listen_on(path))
    monkeypatch.setattr(kept_running, "WORKED_FOR", seconds(0.02))
    quick = Backoff(first=seconds(0.1), longest=seconds(0.1))
    monkeypatch.setattr(kept_running, "RESTART", quick)
    in_the_way = tmp_path / "control.sock"
    in_the_way.touch()
    async with guarding_in(tmp_path) as gateway:
        await until(lambda: len(attempts) > 20, "attempts", also=gateway)
        journal = tmp_path / "journal.db"
        assert told(journal) == ["fault.entered"]

        in_the_way.unlink()

        await until(lambda: told(journal) == ["fault.entered", "fault.left"], "it works")


async def test_a_journal_that_fails_from_the_start_is_logged_and_ends_nothing(tmp_path, caplog):
    (tmp_path / "journal.db").mkdir()

    async with guarding_in(tmp_path) as gateway:
        await until((tmp_path / "control.sock").exists, "the control socket", also=gateway)

    (line,) = [each for each in caplog.records if getattr(each, "part", "") == "gateway/store"]
    assert f"{tmp_path / 'journal.db'}: cannot be opened" in line.getMessage()

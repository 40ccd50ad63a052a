"""Simulated detectors, moved by a test in the same process and by a file from another."""

import asyncio
import sys
from pathlib import Path

import pytest
from bus_rehearsal import Heard, detector, now, plan, profile, running

from drivers.bus import BusOutput, LineDownError
from drivers.simulated.bus import SimulatedBus, open_bus
from drivers.simulated.options import (
    SimulatedBusOptions,
    SimulatedDetectorOptions,
    SimulatedOutputOptions,
)
from rules.reading import BusUp, FaultCause


def bus_of(heard: Heard, script: Path | None = None, every_seconds: float = 60) -> SimulatedBus:
    kitchen = detector(
        "kitchen",
        profile("simulated", "temperature", "humidity"),
        SimulatedDetectorOptions(rest=22.0),
        every_seconds,
    )
    siren = BusOutput(id="siren", options=SimulatedOutputOptions())
    options = SimulatedBusOptions(script=None if script is None else str(script))
    return open_bus(plan(options, (kitchen,), (siren,)), heard, now)


async def test_at_rest_every_quantity_is_told_at_every_turn() -> None:
    heard = Heard()

    async with running(bus_of(heard, every_seconds=0.02)):
        await heard.until(lambda _: len(heard.values("kitchen")) >= 6)

    assert isinstance(heard.all[0], BusUp)
    assert set(heard.values("kitchen")) == {22.0}


async def test_a_contact_rests_inactive_whatever_the_others_rest_at() -> None:
    heard = Heard()
    model = profile("simulated", "contact", "temperature")
    both = detector("both", model, SimulatedDetectorOptions(rest=22.0))
    bus = open_bus(plan(SimulatedBusOptions(), (both,)), heard, now)

    async with running(bus):
        await heard.reading("both", 22.0)

    assert heard.values("both")[:2] == [0.0, 22.0]


async def test_a_change_is_told_at_once_and_silence_is_a_failed_attempt() -> None:
    heard = Heard()
    bus = bus_of(heard)

    async with running(bus):
        await heard.reading("kitchen", 22.0)
        bus.set("kitchen", "temperature", 63.0)
        await heard.reading("kitchen", 63.0)
        bus.set("kitchen", "humidity", None)
        failure = await heard.failure("kitchen")
        since = len(heard.all)
        bus.set("kitchen", "humidity", 40.0)

    assert failure.cause is FaultCause.NO_REPLY
    assert heard.values("kitchen", since=since) == [63.0, 40.0]


async def test_what_was_set_before_the_run_holds() -> None:
    heard = Heard()
    bus = bus_of(heard)
    bus.set("kitchen", "temperature", 5.0)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await heard.reading("kitchen", 5.0)

    assert bus.outputs == {"siren": True}


async def test_a_script_is_followed_in_order_and_in_time(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(
        "0.10 kitchen temperature 30\n0.05 kitchen temperature 25\n0 kitchen humidity 50\n"
    )
    heard = Heard()

    async with running(bus_of(heard, script)):
        hot = await heard.reading("kitchen", 30.0)

    start = heard.all[0].at
    warm = await heard.reading("kitchen", 25.0)
    assert start + 50_000_000 <= warm.at <= hot.at
    assert hot.at >= start + 100_000_000
    assert 50.0 in heard.values("kitchen")


async def test_another_process_moves_a_detector_by_appending_lines(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("")
    heard = Heard()
    append = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + '\\n')"

    async with running(bus_of(heard, script)):
        await heard.reading("kitchen", 22.0)
        for line in ("now kitchen temperature 70", "now kitchen temperature silent"):
            writer = await asyncio.create_subprocess_exec(
                sys.executable, "-c", append, str(script), line
            )
            assert await writer.wait() == 0
        await heard.reading("kitchen", 70.0)
        await heard.failure("kitchen")


async def test_a_line_that_makes_no_sense_ends_the_run_with_its_place(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("0 kitchen temperature 20\n0 kitchen smoke 4\n")

    with pytest.raises(LineDownError, match=r"script: line 2: kitchen does not measure 'smoke'"):
        await bus_of(Heard(), script).run()


async def test_a_script_that_is_not_there_is_a_line_down(tmp_path: Path) -> None:
    with pytest.raises(LineDownError, match="No such file"):
        await bus_of(Heard(), tmp_path / "none").run()

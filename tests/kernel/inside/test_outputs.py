"""Outputs on the lines of a real kernel, as the kernel saw them."""

import asyncio
import os
import signal

import pytest
from bus_rehearsal import Heard, now, plan, running
from gpio_site import SLOW, output
from simulated_chip import SimulatedChip, Traced
from started import started

from drivers.bus import LineDownError
from drivers.gpio.bus import open_bus, release_outputs
from drivers.gpio.options import OnExit
from rules.reading import BusUp


@pytest.mark.parametrize("active_high", [True, False])
async def test_a_line_is_an_output_at_the_level_that_was_ordered_and_never_anything_else(
    header: SimulatedChip, traced: Traced, active_high: bool
) -> None:
    heard = Heard()
    outputs = (
        output("sounding", 5, active_high=active_high),
        output("quiet", 6, active_high=active_high),
    )
    bus = open_bus(plan(SLOW, outputs=outputs), heard, now)
    bus.set_output("sounding", energised=True)
    high, low = ("set 1", "set 0") if active_high else ("set 0", "set 1")

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))
        levels = [header.level(5), header.level(6)]

    assert levels == [int(active_high), int(not active_high)]
    assert traced.of(header, 5) == [high, "out"]
    assert traced.of(header, 6) == [low, "out"]


async def test_an_order_is_on_the_line_when_it_was_given(
    header: SimulatedChip, traced: Traced
) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, outputs=(output("siren", 5),)), heard, now)

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))
        levels = []
        for energised in (True, False, True):
            bus.set_output("siren", energised=energised)
            levels.append(header.level(5))

    assert levels == [1, 0, 1]
    assert traced.of(header, 5) == ["set 0", "out", "set 1", "set 0", "set 1"]


async def test_at_the_end_a_siren_is_left_and_a_fault_relay_is_released(
    header: SimulatedChip, traced: Traced
) -> None:
    heard = Heard()
    outputs = (output("siren", 5), output("relay", 6, on_exit=OnExit.RELEASE))
    bus = open_bus(plan(SLOW, outputs=outputs), heard, now)
    for name in ("siren", "relay"):
        bus.set_output(name, energised=True)

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))

    assert traced.of(header, 5) == ["set 1", "out"]
    assert traced.of(header, 6) == ["set 1", "out", "set 0"]


async def test_an_output_keeps_its_level_between_two_runs(
    header: SimulatedChip, traced: Traced
) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, outputs=(output("siren", 5),)), heard, now)
    bus.set_output("siren", energised=True)

    async with running(bus) as task:
        await heard.until(lambda m: isinstance(m, BusUp))
        task.cancel()
        await asyncio.wait({task})
        between = header.level(5)
        async with running(bus):
            await heard.until(lambda m: isinstance(m, BusUp), since=len(heard.all))

    assert between == 1
    assert "set 0" not in traced.of(header, 5)
    assert "in" not in traced.of(header, 5)


async def test_after_kill_minus_9_the_fault_relay_can_be_released_and_the_siren_is_not_touched(
    header: SimulatedChip, traced: Traced
) -> None:
    async with started("bus_process.py", "hold=siren:5", "release=relay:6") as process:
        await process.first("up")
        levels = [header.level(5), header.level(6)]
        os.kill(process.process.pid, signal.SIGKILL)
        await process.process.wait()
    outputs = (output("siren", 5), output("relay", 6, on_exit=OnExit.RELEASE))

    release_outputs(plan(SLOW, outputs=outputs))

    assert levels == [1, 1]
    assert traced.of(header, 5) == ["set 1", "out"]
    assert traced.of(header, 6) == ["set 1", "out", "set 0", "out"]


async def test_an_output_whose_line_another_process_has_is_told_with_its_line(
    header: SimulatedChip,
) -> None:
    async with started("line_holder.py", header.number, "5") as holder:
        await holder.first("held")
        bus = open_bus(plan(SLOW, outputs=(output("siren", 5),)), Heard(), now)

        with pytest.raises(LineDownError, match=r"output siren cannot have line 5: .*busy"):
            await bus.run()
        bus.close()

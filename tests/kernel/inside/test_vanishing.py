"""A chip that goes away while it is used, as one on USB or a HAT may."""

import asyncio

import pytest
from bus_rehearsal import Heard, ending, now, plan, running
from gpio_site import QUICK, contact, output
from simulated_chip import SimulatedChip
from started import started

from drivers.bus import LineDownError
from drivers.gpio.bus import open_bus
from rules.instant import seconds


async def test_a_chip_that_vanishes_ends_the_run_and_is_used_again_when_it_is_back(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    this = plan(QUICK, (contact(17, debounce=seconds(0.02)),), (output("siren", 5),))
    bus = open_bus(this, heard, now)
    bus.set_output("siren", energised=True)

    async with running(bus) as task:
        await heard.reading("mcp", 0.0)
        header.vanish()
        error = await ending(task)
        with pytest.raises(LineDownError, match="no GPIO chip is labelled"):
            await bus.run()
        header.appear()
        since = len(heard.all)
        again = asyncio.create_task(bus.run())
        await heard.reading("mcp", 0.0, since=since)
        level = header.level(5)
        header.close_contact(17)
        await heard.reading("mcp", 1.0, since=since)
        again.cancel()
        await asyncio.wait({again})

    assert isinstance(error, LineDownError)
    assert "line 17 of mcp cannot be read" in str(error)
    assert level == 1


async def test_an_order_to_a_chip_that_has_vanished_ends_the_run(header: SimulatedChip) -> None:
    heard = Heard()
    bus = open_bus(plan(QUICK, outputs=(output("siren", 5),)), heard, now)

    async with running(bus) as task:
        await heard.until(lambda _: True)
        header.vanish()
        bus.set_output("siren", energised=True)
        error = await ending(task)

    assert isinstance(error, LineDownError)
    assert "output siren on line 5 cannot be set" in str(error)


async def test_a_process_whose_chip_vanished_is_not_kept_from_ending(
    header: SimulatedChip,
) -> None:
    async with started("bus_process.py", "contact=mcp:17") as process:
        await process.first("mcp 0.0")
        header.vanish()
        await process.line("down:")
        async with asyncio.timeout(10):
            assert await process.process.wait() == 1

"""Contacts on the lines of a real kernel."""

import asyncio
import os
import signal

import pytest
from bus_rehearsal import Heard, now, plan, running
from gpio_site import QUICK, SLOW, contact
from simulated_chip import SimulatedChip
from started import started

from drivers.gpio.bus import open_bus
from drivers.gpio.options import Contact
from rules.instant import seconds
from rules.reading import FaultCause, Reading

MORE_THAN_THE_KERNEL_KEEPS = 2001  # events: it keeps 16 for a line that is watched


async def test_a_contact_is_pulled_up_and_told_when_it_closes_and_when_it_opens(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    header.close_contact(17)
    bus = open_bus(plan(SLOW, (contact(17, debounce=seconds(0.02)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        pulled = header.pull(17)
        before = now()
        header.close_contact(17)
        closed = await heard.reading("mcp", 1.0)
        opening = now()
        header.open_contact(17)
        opened = await heard.reading("mcp", 0.0, since=2)

    assert pulled == "pull-up"  # by the driver, since nothing is wired any more
    assert before <= closed.at <= opening <= opened.at
    assert heard.values("mcp") == [0.0, 1.0, 0.0]


async def test_a_normally_closed_contact_is_active_when_it_opens(header: SimulatedChip) -> None:
    heard = Heard()
    options = {"contact": Contact.NORMALLY_CLOSED, "debounce": seconds(0.02)}
    bus = open_bus(plan(SLOW, (contact(27, **options),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 1.0)
        header.close_contact(27)
        await heard.reading("mcp", 0.0)


async def test_a_change_is_dated_by_its_edge_and_not_by_the_end_of_the_debounce_time(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, (contact(17, debounce=seconds(2)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        before = now()
        header.close_contact(17)
        after = now()
        closed = await heard.reading("mcp", 1.0)

    assert before <= closed.at
    assert closed.at - after < seconds(1)


async def test_a_closure_of_50_ms_is_nothing_where_the_debounce_time_is_100_ms(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    bus = open_bus(plan(QUICK, (contact(17, debounce=seconds(0.1)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        short = 0
        for _ in range(100):  # a closure that this machine has drawn out is another one
            since = len(heard.all)
            before = now()
            header.close_contact(17)
            await asyncio.sleep(0.05)
            header.open_contact(17)
            after = now()
            told = await heard.until(
                lambda m, after=after: isinstance(m, Reading) and m.at > after, since=since
            )
            if after - before < seconds(0.1):
                short += 1
                assert heard.values("mcp", since=since) == [told.value] == [0.0]
            if short == 5:
                break

    assert short == 5


async def test_a_closure_of_150_ms_is_told_where_the_debounce_time_is_100_ms(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, (contact(17, debounce=seconds(0.1)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        header.close_contact(17)
        await asyncio.sleep(0.15)
        header.open_contact(17)
        await heard.reading("mcp", 1.0)
        await heard.reading("mcp", 0.0, since=2)


async def test_a_contact_that_chatters_without_end_is_told(header: SimulatedChip) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, (contact(17, debounce=seconds(0.02)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        chatter = asyncio.create_task(_chatter(header, 17))
        await heard.reading("mcp", 1.0)
        chatter.cancel()
        await asyncio.wait({chatter})


async def _chatter(chip: SimulatedChip, line: int) -> None:
    """Close a contact that opens again and again, and is closed for most of the time."""
    while True:
        chip.open_contact(line)
        chip.close_contact(line)
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("closed", [True, False])
async def test_edges_that_the_kernel_dropped_cost_one_poll(
    header: SimulatedChip, closed: bool
) -> None:
    async with started("bus_process.py", "contact=mcp:17") as process:
        await process.first("mcp 0.0")
        if not closed:
            header.close_contact(17)
            await process.line("mcp 1.0")
        os.kill(process.process.pid, signal.SIGSTOP)
        for flip in range(MORE_THAN_THE_KERNEL_KEEPS):
            (header.open_contact if bool(flip % 2) is closed else header.close_contact)(17)
        os.kill(process.process.pid, signal.SIGCONT)

        await process.line(f"mcp {float(closed)}")
        assert header.level(17) == (0 if closed else 1)


async def test_a_flood_of_edges_on_one_contact_does_not_hide_another(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    contacts = (contact(17, "wild", debounce=seconds(0.02)), contact(27, debounce=seconds(0.02)))
    bus = open_bus(plan(SLOW, contacts), heard, now)

    async with running(bus):
        await heard.reading("wild", 0.0)
        await heard.reading("mcp", 0.0)
        header.close_contact(27)
        flood = asyncio.create_task(asyncio.to_thread(_flood, header, 17, 3000))
        await heard.reading("mcp", 1.0)
        await flood
        await heard.reading("wild", 1.0)


def _flood(chip: SimulatedChip, line: int, times: int) -> None:
    for _ in range(times):
        chip.open_contact(line)
        chip.close_contact(line)


async def test_a_line_that_another_process_has_is_that_contacts_fault_alone_until_it_is_let_go(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    contacts = (contact(17, "taken", debounce=seconds(0.02)), contact(27, debounce=seconds(0.02)))
    async with started("line_holder.py", header.number, "17") as holder:
        await holder.first("held")
        bus = open_bus(plan(QUICK, contacts), heard, now)

        async with running(bus):
            failure = await heard.failure("taken")
            await heard.reading("mcp", 0.0)
            header.close_contact(27)
            await heard.reading("mcp", 1.0)
            holder.process.kill()
            await heard.reading("taken", 0.0)
            header.close_contact(17)
            await heard.reading("taken", 1.0)

    assert failure.cause is FaultCause.NO_REPLY
    assert "line 17 cannot be had" in failure.detail
    assert "busy" in failure.detail.lower()

"""The fleet's run: all connect, alarms are raised by turns, acknowledgements are awaited."""

import asyncio
import contextlib
import secrets
import signal
from dataclasses import dataclass

from gateway.clock import Clock
from gateway.fleet.figures import Figures, Tally
from gateway.fleet.played_gateway import FleetAccess, PlayedGateway
from gateway.fleet.played_site import PlayedSite
from gateway.signature import PrivateKey
from rules.instant import Duration, Instant, in_seconds, later, seconds

CONNECT_WITHIN = seconds(60)
LOOK_EVERY_S = 0.1
SPREAD_S = 0.01
"""Between the first attempts of two gateways: a hundred a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """What a fleet is to do.

    Attributes:
        gateways: how many there are.
        province: where.
        alarms: how many fires begin, by turns, once all are connected.
        within: over which time they are spread.
        lasts: how long it lasts at the least; None for until asked to end, where no alarm is
            planned.
        patience: how long the last acknowledgement is waited for.
    """

    gateways: int
    province: str
    alarms: int
    within: Duration
    lasts: Duration | None
    patience: Duration


async def play(plan: FleetPlan, access: FleetAccess, clock: Clock) -> Figures:
    """Play a fleet, and give what it came to."""
    tally = Tally()
    epoch = secrets.token_hex(16)
    fleet = [
        PlayedGateway(_site(number, plan, epoch), access, clock, tally)
        for number in range(1, plan.gateways + 1)
    ]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = [asyncio.create_task(_run(each, place)) for place, each in enumerate(fleet)]
    try:
        await _story(plan, fleet, clock, stop)
    finally:
        for each in fleet:
            each.close()
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    return tally.figures(len(fleet), sum(each.outbox.copies for each in fleet))


def _site(number: int, plan: FleetPlan, epoch: str) -> PlayedSite:
    key = PrivateKey(secrets.token_bytes(32)).public.text
    return PlayedSite(number=number, province=plan.province, epoch=epoch, device_key=key)


async def _run(gateway: PlayedGateway, place: int) -> None:
    await asyncio.sleep(place * SPREAD_S)
    await gateway.run()


async def _story(
    plan: FleetPlan, fleet: list[PlayedGateway], clock: Clock, stop: asyncio.Event
) -> None:
    """Wait for the connections, raise the alarms, wait for the acknowledgements."""
    started = clock.now()
    deadline = later(started, CONNECT_WITHIN)
    while not all(each.is_up for each in fleet) and clock.now() < deadline:
        if await _is_asked(stop, LOOK_EVERY_S):
            return
    if not await _raise_alarms(plan, fleet, clock, stop):
        return
    patient_until = later(clock.now(), plan.patience)
    while any(len(each.outbox) for each in fleet) and clock.now() < patient_until:
        if await _is_asked(stop, LOOK_EVERY_S):
            return
    if plan.lasts is not None:
        await _is_asked(stop, in_seconds(_left(later(started, plan.lasts), clock)))
    elif not plan.alarms:
        await stop.wait()


async def _raise_alarms(
    plan: FleetPlan, fleet: list[PlayedGateway], clock: Clock, stop: asyncio.Event
) -> bool:
    """Let the fires begin, evenly spread, by turns; False where asked to end meanwhile."""
    begin = clock.now()
    for number in range(plan.alarms):
        wait = _left(later(begin, Duration(plan.within * number // plan.alarms)), clock)
        if wait and await _is_asked(stop, in_seconds(wait)):
            return False
        fleet[number % len(fleet)].alarm()
        if not wait:
            await asyncio.sleep(0)  # behind the schedule: the connections have their turn, too
    return True


def _left(until: Instant, clock: Clock) -> Duration:
    return Duration(max(0, until - clock.now()))


async def _is_asked(stop: asyncio.Event, within_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await stop.wait()
    return stop.is_set()

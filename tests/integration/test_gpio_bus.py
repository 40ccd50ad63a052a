"""Contacts and outputs on gpiozero's mock pins, which tell their edges as real ones do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bus_rehearsal import Heard, detector, ending, now, plan, profile, running
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from drivers.bus import BusDetector, BusOutput, LineDownError
from drivers.gpio.bus import open_bus, release_outputs
from drivers.gpio.options import (
    Contact,
    GpioBusOptions,
    GpioDetectorOptions,
    GpioOutputOptions,
    OnExit,
)
from rules.instant import seconds
from rules.reading import BusUp, FaultCause, OutputDown, Reading

CONTACT = profile("gpio", "contact")
QUICK = GpioBusOptions(poll_every=seconds(0.05))
SLOW = GpioBusOptions(poll_every=seconds(10))


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory()
    Device.pin_factory = factory
    yield factory
    factory.close()
    Device.pin_factory = None


def contact(line: int, name: str = "mcp", every: float = 10, **options: Any) -> BusDetector:
    return detector(name, CONTACT, GpioDetectorOptions(line=line, **options), every)


def siren(line: int, **options: Any) -> BusOutput:
    return BusOutput(id="siren", options=GpioOutputOptions(line=line, **options))


async def test_a_contact_is_told_at_start_when_it_closes_and_when_it_opens(
    pins: MockFactory,
) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, (contact(17, debounce=seconds(0.02)),)), heard, now)

    async with running(bus):
        at_start = await heard.reading("mcp", 0.0)
        before = now()
        pins.pin(17).drive_low()
        after_edge = now()
        closed = await heard.reading("mcp", 1.0)
        after = len(heard.all)
        pins.pin(17).drive_high()
        await heard.reading("mcp", 0.0, since=after)

    assert isinstance(heard.all[0], BusUp)
    assert at_start.quantity == "contact"
    assert before <= closed.at <= after_edge  # dated by the edge, not by the debounce time's end
    assert len(heard.all) == 4


async def test_a_normally_closed_contact_is_active_when_it_opens(pins: MockFactory) -> None:
    heard = Heard()
    options = {"contact": Contact.NORMALLY_CLOSED, "debounce": seconds(0.02)}
    bus = open_bus(plan(SLOW, (contact(22, **options),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 1.0)  # nothing is wired: a cut wire is an alarm
        pins.pin(22).drive_low()
        await heard.reading("mcp", 0.0)


async def test_a_pulse_shorter_than_the_debounce_time_is_told_to_nobody(pins: MockFactory) -> None:
    heard = Heard()
    bus = open_bus(plan(QUICK, (contact(17, debounce=seconds(0.1)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        before = len(heard.all)
        pins.pin(17).drive_low()
        pins.pin(17).drive_high()
        pulse = now()
        await heard.until(lambda m: isinstance(m, Reading) and m.at > pulse, since=before)

    assert set(heard.values("mcp")) == {0.0}


async def test_a_missed_edge_costs_one_poll(pins: MockFactory) -> None:
    heard = Heard()
    bus = open_bus(plan(QUICK, (contact(17, debounce=seconds(0.02)),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        pins.pin(17).edges = "none"
        pins.pin(17).drive_low()
        await heard.reading("mcp", 1.0)


async def test_every_poll_tells_the_level_as_often_as_the_quickest_detector_asks(
    pins: MockFactory,
) -> None:
    heard = Heard()
    detectors = (
        contact(17, "quick", every=0.03, debounce=seconds(0.01)),
        contact(27, "other", debounce=seconds(0.01)),
    )
    bus = open_bus(plan(SLOW, detectors), heard, now)

    async with running(bus):
        await heard.until(lambda _: len(heard.values("other")) >= 4)

    assert len(heard.values("quick")) >= 3


async def test_an_output_is_set_to_what_was_ordered_before_the_chip_was_open(
    pins: MockFactory,
) -> None:
    heard = Heard()
    outputs = (siren(5, active_high=False), BusOutput(id="lamp", options=GpioOutputOptions(line=6)))
    bus = open_bus(plan(SLOW, outputs=outputs), heard, now)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))
        levels = [bool(pins.pin(5).state), bool(pins.pin(6).state)]
        bus.set_output("siren", energised=False)
        bus.set_output("lamp", energised=True)
        levels += [bool(pins.pin(5).state), bool(pins.pin(6).state)]

    assert levels == [False, False, True, True]


@pytest.mark.parametrize(
    ("on_exit", "active_high", "level"),
    [
        (OnExit.HOLD, True, True),
        (OnExit.HOLD, False, False),
        (OnExit.RELEASE, True, False),
        (OnExit.RELEASE, False, True),
    ],
)
async def test_an_output_is_left_as_its_options_say(
    pins: MockFactory, on_exit: OnExit, active_high: bool, level: bool
) -> None:
    heard = Heard()
    output = siren(5, active_high=active_high, on_exit=on_exit)
    bus = open_bus(plan(SLOW, outputs=(output,)), heard, now)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))

    assert pins.pin(5).function == "output"
    assert bool(pins.pin(5).state) is level


async def test_an_output_keeps_its_level_between_two_runs(pins: MockFactory) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, outputs=(siren(5),)), heard, now)
    bus.set_output("siren", energised=True)
    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))
    pins.pin(5).clear_states()

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp), since=len(heard.all))

    assert [bool(state.state) for state in pins.pin(5).states] == [True]


async def test_an_output_that_cannot_be_written_ends_the_run(pins: MockFactory) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, outputs=(siren(5),)), heard, now)

    async with running(bus) as task:
        await heard.until(lambda m: isinstance(m, BusUp))
        pins.pin(5).function = "input"  # as another program would
        bus.set_output("siren", energised=True)
        error = await ending(task)

    assert isinstance(error, LineDownError)  # it was the only line
    assert "output siren on line 5 cannot be set" in str(error)


async def test_an_output_that_cannot_be_written_leaves_the_contacts_to_be_read(
    pins: MockFactory,
) -> None:
    heard = Heard()
    bus = open_bus(plan(QUICK, (contact(17, debounce=seconds(0.02)),), (siren(5),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        pins.pin(5).function = "input"
        bus.set_output("siren", energised=True)
        down = await heard.until(lambda m: isinstance(m, OutputDown))
        pins.pin(17).drive_low()
        await heard.reading("mcp", 1.0)

    assert isinstance(down, OutputDown)
    assert "output siren on line 5" in down.detail


async def test_one_line_that_cannot_be_had_does_not_silence_the_others() -> None:
    Device.pin_factory = MockFactory(revision="0002")  # an old model, without line 5
    heard = Heard()
    detectors = (contact(5, "gone"), contact(17, "there", debounce=seconds(0.02)))
    bus = open_bus(plan(SLOW, detectors), heard, now)
    try:
        async with running(bus):
            failure = await heard.failure("gone")
            await heard.reading("there", 0.0)
    finally:
        Device.pin_factory.close()
        Device.pin_factory = None

    assert failure.cause is FaultCause.NO_REPLY
    assert "line 5 cannot be had" in failure.detail


async def test_no_edge_is_listened_to_after_the_run(pins: MockFactory) -> None:
    heard = Heard()
    bus = open_bus(plan(SLOW, (contact(17, debounce=seconds(0.01)),)), heard, now)
    async with running(bus):
        await heard.reading("mcp", 0.0)

    assert pins.pin(17).when_changed is None


def test_outputs_of_a_killed_gateway_are_released_but_for_those_that_hold(
    pins: MockFactory,
) -> None:
    relay = GpioOutputOptions(line=6, on_exit=OnExit.RELEASE)
    for line in (5, 6):
        pins.pin(line).output_with_state(True)

    release_outputs(plan(SLOW, outputs=(siren(5), BusOutput(id="fault-relay", options=relay))))

    assert [bool(pins.pin(line).state) for line in (5, 6)] == [True, False]


async def test_a_pin_factory_that_does_not_exist_is_a_line_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "nonesuch")

    with pytest.raises(LineDownError, match=r"chip cannot be opened.*nonesuch"):
        await open_bus(plan(SLOW, (contact(17),)), Heard(), now).run()


@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has a GPIO chip")
def test_without_a_chip_the_error_says_what_to_look_at_and_nothing_is_littered(
    tmp_path: Path,
) -> None:
    script = """
import asyncio
from drivers.bus import BusPlan, LineDownError
from drivers.gpio.bus import open_bus
from drivers.gpio.options import GpioBusOptions
plan = BusPlan(id="b", options=GpioBusOptions(), detectors=(), outputs=())
try:
    asyncio.run(open_bus(plan, print, lambda: 0).run())
except LineDownError as error:
    print(error)
"""
    here = str(Path(__file__).parents[2])
    environment = {k: v for k, v in os.environ.items() if k != "GPIOZERO_PIN_FACTORY"}

    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert "/dev/gpiochip" in answer.stdout
    assert "group gpio" in answer.stdout
    assert list(tmp_path.iterdir()) == []

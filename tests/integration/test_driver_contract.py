"""What every driver of the registry owes, whatever it drives."""

import asyncio
import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from bus_rehearsal import PATIENCE_SECONDS, Heard, now, plan

from drivers.bus import Bus, BusPlan, LineDownError
from drivers.gpio.options import GpioBusOptions
from drivers.modbus.options import (
    ModbusBusOptions,
)
from drivers.registry import DRIVERS
from drivers.simulated.options import SimulatedBusOptions
from gateway.settings.bus_plans import bus_plans
from gateway.settings.loader import load_site
from gateway.settings.model import Settings
from rules.reading import BusUp

ROOT = Path(__file__).parents[2]

# A line that is dead: no chip, no port, no listener, no script.
DEAD: dict[str, Any] = {
    "gpio": GpioBusOptions(),
    "modbus": ModbusBusOptions(host="127.0.0.1", tcp_port=1),
    "serial": None,  # taken from its sample: without a sensor a port is not opened
    "simulated": SimulatedBusOptions(script="/nonexistent/script"),
}

every_driver = pytest.mark.parametrize("driver", DRIVERS)


def folder(driver: str) -> Path:
    return ROOT / "drivers" / driver


def sample(driver: str) -> Settings:
    file = folder(driver) / "sample.yaml"
    profiles = {
        str(path): path.read_bytes() for path in (ROOT / "config" / "profiles").glob("*.yaml")
    }
    settings, problems = load_site(file.read_bytes(), str(file), profiles)
    assert [str(problem) for problem in problems] == []
    assert settings is not None
    return settings


def sample_plan(driver: str) -> BusPlan:
    settings = sample(driver)
    names = [bus.id for bus in settings.buses if bus.driver == driver]
    return next(found for found in bus_plans(settings) if found.id == names[0])


def open_bus(driver: str, wanted: BusPlan, heard: Heard) -> Bus:
    bus: Bus = importlib.import_module(DRIVERS[driver].bus_module).open_bus(wanted, heard, now)
    return bus


def option_names(driver: str) -> set[str]:
    kind = DRIVERS[driver]
    said = (kind.bus_options, kind.detector_options, kind.output_options, kind.profile)
    return {field.name for options in said if options for field in dataclasses.fields(options)}


def test_every_driver_has_a_dead_line_here() -> None:
    assert DEAD.keys() == DRIVERS.keys()


@every_driver
def test_the_readme_names_every_option(driver: str) -> None:
    readme = (folder(driver) / "README.md").read_text(encoding="utf-8")

    assert option_names(driver) - set(re.findall(r"`(\w+)", readme)) == set()


@every_driver
def test_the_sample_is_a_whole_site_without_a_problem(driver: str) -> None:
    assert any(bus.driver == driver for bus in sample(driver).buses)


@every_driver
async def test_a_bus_that_never_ran_takes_orders_and_is_closed_twice(driver: str) -> None:
    wanted = sample_plan(driver)
    bus = open_bus(driver, wanted, Heard())

    for output in wanted.outputs:
        bus.set_output(output.id, energised=True)
    bus.close()
    bus.close()


@every_driver
async def test_a_dead_line_is_told_in_bounded_time_and_can_be_tried_again(
    driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "nonesuch")
    options = DEAD[driver]
    heard = Heard()
    bus = open_bus(driver, plan(options) if options else sample_plan(driver), heard)

    for _ in range(2):
        with pytest.raises(LineDownError) as caught:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await bus.run()
        assert "\n" not in str(caught.value)
    bus.close()
    bus.close()

    assert not any(isinstance(measurement, BusUp) for measurement in heard.all)

"""Every shipped profile can be played, and what it is set to is what the driver reads."""

from pathlib import Path

import pytest
from bus_rehearsal import Heard, now, plan, running
from played_process import PlayedDevices

from drivers.bus import BusDetector
from drivers.modbus.bus import open_bus as open_modbus
from drivers.modbus.options import ModbusBusOptions, ModbusDetectorOptions
from drivers.serial.bus import open_bus as open_serial
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions
from gateway.settings.read_profile import load_profile
from gateway.simulation.played_serial import PlayedPanel, played_serial
from gateway.simulation.wanted import driver_number
from rules.instant import seconds
from rules.profile import Profile
from rules.reading import Reading

PROFILES = Path(__file__).resolve().parents[2] / "config/profiles"
FLOAT32_EXACT_TO = 1e-6


def shipped(driver: str) -> list[Profile]:
    found = [load_profile(path.read_bytes(), str(path))[0] for path in sorted(PROFILES.glob("*"))]
    return [profile for profile in found if profile is not None and profile.driver == driver]


def midway(profile: Profile) -> dict[str, str]:
    """Give a value to set for each quantity: the middle of its range, an active contact."""
    return {
        quantity: "active"
        if quantity == "contact"
        else f"{(limits.lowest + limits.highest) / 2:.9f}".rstrip("0").rstrip(".")
        for quantity, limits in profile.quantities.items()
    }


def wanted(profile: Profile) -> dict[str, float]:
    """Give what the driver has to read then."""
    return {
        quantity: driver_number(text, quantity, profile.quantities[quantity])
        for quantity, text in midway(profile).items()
    }


def as_fine_as(point) -> float:
    """Give by how much a value may differ: half of the last place of what stands there."""
    return abs(point.scale) / 2


async def all_readings(heard: Heard, detector: str, quantities) -> dict[str, float]:
    for quantity in quantities:
        await heard.until(
            lambda m, q=quantity: (
                isinstance(m, Reading) and (m.detector, m.quantity) == (detector, q)
            )
        )
    return {
        each.quantity: each.value
        for each in heard.all
        if isinstance(each, Reading) and each.detector == detector
    }


def assert_read_right(profile: Profile, read: dict[str, float], places) -> None:
    for quantity, value in wanted(profile).items():
        fine = as_fine_as(places[quantity]) + FLOAT32_EXACT_TO * abs(value)
        assert read[quantity] == pytest.approx(value, abs=fine), (profile.id, quantity)


async def test_every_modbus_profile_is_read_as_it_is_played():
    profiles = shipped("modbus")
    units = {profile.id: unit for unit, profile in enumerate(profiles, 1)}
    values = [
        f"{units[profile.id]}:{quantity}={text}"
        for profile in profiles
        for quantity, text in midway(profile).items()
    ]
    heard = Heard()
    detectors = tuple(
        BusDetector(
            id=profile.id,
            profile=profile,
            every=seconds(0.5),
            alarm=True,
            options=ModbusDetectorOptions(unit=units[profile.id]),
        )
        for profile in profiles
    )

    with PlayedDevices(
        *units, "--tcp", "127.0.0.1:0", "--unit", *map(str, units.values()), "--set", *values
    ) as played:
        bus = open_modbus(
            plan(ModbusBusOptions(host="127.0.0.1", tcp_port=played.port), detectors), heard, now
        )
        async with running(bus):
            for profile in profiles:
                read = await all_readings(heard, profile.id, profile.quantities)
                assert_read_right(profile, read, profile.device.points)


@pytest.mark.parametrize("profile", shipped("serial"), ids=lambda profile: profile.id)
async def test_every_serial_profile_is_read_as_it_is_played(profile, tmp_path):
    device, port = played_serial(profile, tmp_path / "port", 0.05)
    heard = Heard()
    point = "ZONE 1" if isinstance(device, PlayedPanel) else ""
    detector = BusDetector(
        id="it",
        profile=profile,
        every=seconds(0.1),
        alarm=True,
        options=SerialDetectorOptions(point=point),
    )
    if not point:
        for quantity, text in midway(profile).items():
            device.measure(quantity, text)
    link = await port.plug()
    try:
        bus = open_serial(plan(SerialBusOptions(port=link), (detector,)), heard, now)
        async with running(bus):
            if point:
                await heard.reading("it", 0.0)
                device.measure("ZONE", "1 active")
                await heard.reading("it", 1.0)
            else:
                read = await all_readings(heard, "it", profile.quantities)
                assert_read_right(profile, read, profile.device.fields)
    finally:
        port.unplug()

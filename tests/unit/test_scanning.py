"""The search for devices, towards lines that are played in memory."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device_words import Parity
from drivers.modbus.codec import Block
from drivers.modbus.scan_line import Outcome, Reply
from gateway.number_list import numbers_in
from gateway.scanning.finding import Presence
from gateway.scanning.search import STRANGERS, Search
from gateway.scanning.search_plan import (
    LineSettings,
    delivered_settings,
    search_plan,
    search_plan_of_host,
)
from gateway.serial_ports import serial_ports
from gateway.settings.read_profile import load_profile
from gateway.simulation.modbus_unit import TABLES, Unit
from gateway.simulation.played_modbus import PlayedModbus
from rules.instant import seconds

PROFILES = Path(__file__).resolve().parents[2] / "config/profiles"
SLOW = LineSettings(9600, Parity.NONE, 1)
FAST = LineSettings(19200, Parity.EVEN, 1)
WITHIN = seconds(0.2)


def shipped(*names: str):
    texts = [PROFILES / f"{name}.yaml" for name in names] or sorted(PROFILES.glob("*.yaml"))
    found = [load_profile(path.read_bytes(), str(path))[0] for path in texts]
    return [profile for profile in found if profile is not None and profile.driver == "modbus"]


class PlayedLine:
    """A line whose units are the registers of played devices; it counts what it is asked."""

    echoes = False

    def __init__(self, units: dict[int, Unit], everybody: Unit | None = None) -> None:
        self.units = units
        self.everybody = everybody
        self.garbled: set[int] = set()
        self.noise: set[int] = set()
        self.asked: list[tuple[int, Block]] = []
        self.open = 0

    async def read(self, unit: int, block: Block) -> Outcome:
        self.asked.append((unit, block))
        if unit in self.noise:
            self.noise.remove(unit)
            return Outcome(reply=Reply.GARBLED, detail="noise")
        if unit in self.garbled:
            return Outcome(reply=Reply.GARBLED, detail="bad checksum: 12 34")
        device = self.units.get(unit, self.everybody)
        if device is None:
            return Outcome(reply=Reply.NOTHING)
        table = device.tables[block.table]
        places = range(block.address, block.address + block.count)
        if not all(at in table for at in places):
            return Outcome(reply=Reply.EXCEPTION, code=2, detail="exception 02")
        return Outcome(reply=Reply.WORDS, words=[table[at] for at in places])

    async def close(self) -> None:
        self.open -= 1


def search(lines: dict[LineSettings | None, PlayedLine], steps, profiles=(), ended=None) -> Search:
    async def open_line(settings: LineSettings | None) -> PlayedLine:
        line = lines.get(settings) or PlayedLine({})
        line.open += 1
        return line

    found = Search(steps, profiles, open_line, WITHIN)
    asyncio.run(found.run(lambda _: None, ended or (lambda: False)))
    assert all(line.open == 0 for line in lines.values()), "a line was left open"
    return found


def test_settings_and_units_of_delivery_come_before_all_others():
    profiles = shipped("jxct-jxbs-3001-co", "general-monitors-s4000ch", "novabo-modbusrtu-sqr")

    settings = delivered_settings(profiles)
    steps = search_plan(profiles, [*settings, FAST], range(1, 256))

    assert settings == [SLOW, LineSettings(19200, Parity.NONE, 1)]
    assert [(step.settings, [ask.unit for ask in step.asks]) for step in steps[:2]] == [
        (SLOW, [1, 255]),
        (LineSettings(19200, Parity.NONE, 1), [1]),
    ]
    asked = [(step.settings, ask.unit) for step in steps for ask in step.asks]
    assert len(asked) == len(set(asked)) == 3 * 255


@given(st.sets(st.integers(1, 247), min_size=1, max_size=30))
def test_each_unit_that_was_asked_for_is_asked_once_and_no_other(units):
    steps = search_plan(shipped("jxct-jxbs-3001-co"), [SLOW, FAST], sorted(units))
    behind_a_host = search_plan_of_host(shipped("novabo-modbusrtu-sqr"), sorted(units))

    for line in (SLOW, FAST):
        asked = [ask.unit for step in steps if step.settings == line for ask in step.asks]
        assert sorted(asked) == sorted(units)
    assert sorted(ask.unit for step in behind_a_host for ask in step.asks) == sorted(units)


def test_the_time_that_is_told_is_that_of_a_line_without_anybody():
    (step,) = search_plan((), [SLOW], range(1, 248))

    assert step.takes(WITHIN) == 247 * (WITHIN + 15 * SLOW.character_time)


@pytest.mark.parametrize("profile", shipped(), ids=lambda profile: profile.id)
def test_every_shipped_device_is_itself_or_among_the_guesses(profile):
    line = PlayedLine({5: PlayedModbus(profile).unit})

    (found,) = search({SLOW: line}, search_plan((), [SLOW], [5]), shipped()).found

    certain = [match.profile for match in found.matches if match.certain]
    has_marks = any(mark.equals for mark in profile.device.marks.values())
    assert found.presence is Presence.ANSWERS
    assert profile.id in [match.profile for match in found.matches] or len(found.matches) == 6
    assert (profile.id in certain) is has_marks


def test_a_mark_of_another_model_rules_a_profile_out():
    gas, co = shipped("honeywell-sensepoint-xrl", "honeywell-sensepoint-xrl-co")
    line = PlayedLine({1: PlayedModbus(gas).unit})

    (found,) = search({SLOW: line}, search_plan((), [SLOW], [1]), [gas, co]).found

    assert [match.profile for match in found.matches] == [gas.id]


def test_a_value_beyond_its_range_is_no_guess():
    (profile,) = shipped("jxct-jxbs-3001-co")
    device = PlayedModbus(profile)
    device.unit.tables["holding-register"][6] = 60_000

    (found,) = search(
        {SLOW: PlayedLine({1: device.unit})}, search_plan((), [SLOW], [1]), [profile]
    ).found

    assert found.matches == ()


def test_garbled_once_is_noise_and_garbled_always_are_two_units():
    line = PlayedLine({1: Unit()})
    line.noise, line.garbled = {1, 2}, {3}

    found = search({SLOW: line}, search_plan((), [SLOW], [1, 2, 3, 4])).found

    assert {each.unit: each.presence for each in found} == {
        1: Presence.REFUSES,
        3: Presence.GARBLED,
    }


def test_where_somebody_answered_the_search_goes_on_first():
    fast = PlayedLine({1: Unit(), 9: Unit()})
    slow = PlayedLine({})
    profiles = shipped("jxct-jxbs-3001-co")
    as_fast = [
        replace(
            profile,
            device=replace(
                profile.device,
                as_delivered=replace(profile.device.as_delivered, baud=19200, parity=Parity.EVEN),
            ),
        )
        for profile in profiles
    ]
    order: list[LineSettings | None] = []
    steps = search_plan([*profiles, *as_fast], [SLOW, FAST], [1, 9])

    async def open_line(settings):
        order.append(settings)
        line = {SLOW: slow, FAST: fast}[settings]
        line.open += 1
        return line

    found = Search(steps, (), open_line, WITHIN)
    asyncio.run(found.run(lambda _: None, lambda: False))

    assert order == [SLOW, FAST, FAST, SLOW]
    assert [each.unit for each in found.found] == [1, 9]


def test_a_host_that_answers_for_strangers_is_one_device_and_a_full_line_is_not():
    units = range(1, 6)
    one = PlayedLine({}, everybody=Unit())
    many = PlayedLine({unit: Unit() for unit in units})

    alone = search({None: one}, search_plan_of_host((), units))
    five = search({None: many}, search_plan_of_host((), units))

    assert (alone.heeds_no_unit, len(alone.found)) == (True, 1)
    assert (five.heeds_no_unit, len(five.found)) == (False, 5)
    assert [unit for unit, _ in many.asked[:1]] == [STRANGERS[0]]


def test_a_gateway_that_says_that_nobody_is_behind_it_has_found_nobody():
    class Gateway(PlayedLine):
        async def read(self, unit: int, block: Block) -> Outcome:
            return Outcome(reply=Reply.EXCEPTION, code=11, detail="exception 11")

    searched = search({None: Gateway({})}, search_plan_of_host((), range(1, 4)))

    assert searched.found == []
    assert not searched.heeds_no_unit


def test_enough_is_enough():
    line = PlayedLine({unit: Unit() for unit in range(1, 248)})

    found = search(
        {SLOW: line},
        search_plan((), [SLOW], range(1, 248)),
        ended=lambda: len(line.asked) >= 3,
    ).found

    assert len(found) == 3


def test_a_unit_has_four_tables_and_a_write_into_a_hole_is_refused():
    unit = Unit()

    assert len(TABLES) == 4
    assert unit.answer(bytes.fromhex("06 00 01 00 05")) == bytes.fromhex("86 02")
    assert unit.answer(bytes.fromhex("03 00 01 00 00")) == bytes.fromhex("83 03")
    assert unit.answer(bytes.fromhex("10 00 01 00 02 04 00 01")) == bytes.fromhex("90 03")
    assert unit.answer(bytes.fromhex("03 00")) == bytes.fromhex("83 03")
    assert unit.answer(bytes.fromhex("2B 0E 01 00")) == bytes.fromhex("AB 01")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1", [1]), ("1,2,5-7", [1, 2, 5, 6, 7]), (" 3 - 4 ,3", [3, 4]), ("247", [247])],
)
def test_numbers_are_listed_as_people_list_them(text, numbers):
    assert numbers_in(text, least=1, most=247) == numbers


@pytest.mark.parametrize(
    "text", ["", "0", "248", "5-3", "1,,2", "-", "a", "٣", "1-2-3", "9" * 2000]
)
def test_what_is_no_list_of_numbers_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        numbers_in(text, least=1, most=247)


def test_ports_are_named_by_their_adapter_and_ghosts_are_left_out(tmp_path):
    devices, ttys = tmp_path / "dev", tmp_path / "tty"
    by_id = devices / "serial/by-id"
    by_id.mkdir(parents=True)
    for name in ("ttyUSB0", "ttyAMA0", "ttyS0", "ttyS1"):
        (devices / name).touch()
    (by_id / "usb-FTDI-if00").symlink_to("../../ttyUSB0")
    for name, kind in (("ttyS0", "0"), ("ttyS1", "4")):
        (ttys / name).mkdir(parents=True)
        (ttys / name / "type").write_text(kind)

    ports = serial_ports(devices, ttys)

    assert [(Path(port.path).name, Path(port.leads_to).name) for port in ports] == [
        ("usb-FTDI-if00", "ttyUSB0"),
        ("ttyAMA0", "ttyAMA0"),
        ("ttyS1", "ttyS1"),
    ]
    assert all(port.is_open_to_us and port.holders == () for port in ports)

"""What the lines of a real chip go through when gpiozero drives them by lgpio.

Behind gpiozero's own lgpio factory stands a chip made of Python: it behaves as the kernel does with
lines, and keeps everything that each line went through.
"""

import asyncio
import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bus_rehearsal import Heard, detector, ending, now, plan, profile, running
from gpiozero import Device

from drivers.bus import BusOutput, LineDownError
from drivers.gpio import chip as chip_module
from drivers.gpio.bus import open_bus, release_outputs
from drivers.gpio.chips import ChipsHere, FoundChip
from drivers.gpio.options import GpioBusOptions, GpioDetectorOptions, GpioOutputOptions, OnExit
from rules.instant import seconds
from rules.reading import BusUp

OTHER = FoundChip(0, "gpio-brcmstb@107d508500", 32)
EXPANDER = FoundChip(7, "pcf8574", 8)
HEADER = FoundChip(4, "pinctrl-rp1", 54)  # of a Raspberry Pi 5
MODE_OUTPUT = 1 << 1


class ChipError(Exception):
    """As lgpio's own error, which derives from Exception alone."""


class Callback:
    """A listener for the edges of a line."""

    def __init__(self, chip: "Chip", line: int, function: Callable[..., None]) -> None:
        self.chip, self.line, self.function = chip, line, function
        chip.listeners.append(self)

    def cancel(self) -> None:
        if self in self.chip.listeners:
            self.chip.listeners.remove(self)


class Chip:
    """A chip with the functions of the lgpio module that gpiozero calls."""

    BOTH_EDGES, RISING_EDGE, FALLING_EDGE = 3, 1, 2
    SET_PULL_UP, SET_PULL_DOWN, SET_PULL_NONE = 32, 64, 128
    error = ChipError

    def __init__(self) -> None:
        self.open_handles: set[int] = set()
        self.modes: dict[int, int] = {}
        self.levels: dict[int, int] = {}
        self.history: dict[int, list[str]] = {}
        self.listeners: list[Callback] = []
        self.busy: set[int] = set()
        self.deaf: set[int] = set()  # lines that tell no edges
        self.is_dead = False

    def _check(self, handle: int, line: int) -> None:
        if handle not in self.open_handles or self.is_dead:
            raise ChipError("'bad handle'")
        if line in self.busy:
            raise ChipError("'GPIO busy'")

    def gpiochip_open(self, number: int) -> int:
        if self.is_dead:
            raise ChipError("'can not open gpiochip'")
        assert number in (HEADER.number, EXPANDER.number)
        handle = len(self.open_handles) + 1
        self.open_handles.add(handle)
        return handle

    def gpiochip_close(self, handle: int) -> None:
        # As the kernel of Raspberry Pi OS does: the lines keep direction and level.
        self.open_handles.remove(handle)

    def gpio_claim_input(self, handle: int, line: int, flags: int = 0) -> None:
        self._check(handle, line)
        self.modes[line] = flags
        if flags & self.SET_PULL_UP:
            self.levels.setdefault(line, 1)
        self.history.setdefault(line, []).append("input")

    def gpio_claim_output(self, handle: int, line: int, level: int = 0, flags: int = 0) -> None:
        self._check(handle, line)
        self.modes[line] = flags | MODE_OUTPUT
        self.levels[line] = level
        self.history.setdefault(line, []).append(f"output {level}")

    def gpio_claim_alert(self, handle: int, line: int, edges: int, flags: int = 0) -> None:
        if line in self.deaf:
            del self.modes[line]  # lgpio lets the line go before it asks for its edges
            raise ChipError("'bad event request'")
        self.gpio_claim_input(handle, line, flags)

    def gpio_free(self, handle: int, line: int) -> None:
        self._check(handle, line)

    def gpio_get_mode(self, handle: int, line: int) -> int:
        self._check(handle, line)
        return self.modes.get(line, 0)

    def gpio_read(self, handle: int, line: int) -> int:
        self._check(handle, line)
        return self.levels[line]

    def gpio_write(self, handle: int, line: int, level: int) -> None:
        self._check(handle, line)
        self.levels[line] = int(level)
        self.history[line].append(f"output {int(level)}")

    def callback(
        self, handle: int, line: int, edge: int, function: Callable[..., None]
    ) -> Callback:
        return Callback(self, line, function)

    def drive(self, line: int, level: int, at: int | None = None) -> None:
        """Let the world change an input; the kernel's time stamp is now unless it is given."""
        self.levels[line] = level
        for listener in list(self.listeners):
            if listener.line == line:
                listener.function(0, line, level, now() if at is None else at)


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Chip]:
    monkeypatch.chdir(tmp_path)  # where lgpio leaves its FIFO when it is imported
    pytest.importorskip("lgpio", reason="lgpio has no wheel for this Python")
    factory_module = importlib.import_module("gpiozero.pins.lgpio")
    steady = importlib.import_module("drivers.gpio.steady")
    chip = Chip()
    monkeypatch.setattr(factory_module, "lgpio", chip)
    monkeypatch.setattr(steady, "lgpio", chip)
    monkeypatch.setattr(chip_module, "find_chips", lambda: ChipsHere((OTHER, HEADER, EXPANDER)))
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    assert Device.pin_factory is None
    yield chip
    assert chip.open_handles == set()
    assert Device.pin_factory is None


def siren(name: str, line: int, **options: Any) -> BusOutput:
    return BusOutput(id=name, options=GpioOutputOptions(line=line, **options))


def mcp(line: int) -> Any:
    options = GpioDetectorOptions(line=line, debounce=seconds(0.02))
    return detector("mcp", profile("gpio", "contact"), options, every_seconds=0.05)


async def test_a_line_is_claimed_once_at_the_level_that_was_ordered(chip: Chip) -> None:
    heard = Heard()
    outputs = (siren("sounding", 5), siren("quiet", 6, active_high=False))
    bus = open_bus(plan(GpioBusOptions(), outputs=outputs), heard, now)
    bus.set_output("sounding", energised=True)

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))

    # Never an input, never another level: neither at the start nor at the end.
    assert chip.history == {5: ["output 1"], 6: ["output 1"]}


async def test_on_exit_an_output_is_released_or_left(chip: Chip) -> None:
    heard = Heard()
    outputs = (siren("siren", 5), siren("relay", 6, on_exit=OnExit.RELEASE))
    bus = open_bus(plan(GpioBusOptions(), outputs=outputs), heard, now)

    async with running(bus):
        await heard.until(lambda m: isinstance(m, BusUp))
        bus.set_output("siren", energised=True)
        bus.set_output("relay", energised=True)

    assert chip.history[5] == ["output 0", "output 1"]
    assert chip.history[6] == ["output 0", "output 1", "output 0"]


async def test_a_contact_is_pulled_up_watched_and_told(chip: Chip) -> None:
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        pulled_up = chip.modes[17] & chip.SET_PULL_UP
        await asyncio.to_thread(chip.drive, 17, 0)  # lgpio tells edges in a thread of its own
        await heard.reading("mcp", 1.0)

    assert pulled_up
    assert chip.listeners == []


async def test_a_line_that_another_program_has_is_told_and_taken_when_it_is_free(
    chip: Chip,
) -> None:
    heard = Heard()
    chip.busy.add(17)
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)

    async with running(bus):
        failure = await heard.failure("mcp")
        chip.busy.clear()
        await heard.reading("mcp", 0.0)

    assert "line 17 cannot be had: 'GPIO busy'" in failure.detail


async def test_a_chip_that_dies_ends_the_run_and_is_opened_anew(chip: Chip) -> None:
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),), (siren("siren", 5),)), heard, now)
    bus.set_output("siren", energised=True)
    async with running(bus) as task:
        await heard.reading("mcp", 0.0)
        chip.is_dead = True
        error = await ending(task)
        with pytest.raises(LineDownError, match="chip cannot be opened"):
            await bus.run()
        chip.is_dead = False

        again = asyncio.create_task(bus.run())
        await heard.reading("mcp", 0.0, since=len(heard.all))
        again.cancel()
        await asyncio.wait({again})

    assert isinstance(error, LineDownError)
    assert "line 17 of mcp cannot be read" in str(error)
    assert chip.history[5] == ["output 1", "output 1"]


async def test_a_line_beyond_those_of_its_chip_is_told_with_their_number(chip: Chip) -> None:
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(chip=HEADER.label), (mcp(54),)), heard, now)

    async with running(bus):
        failure = await heard.failure("mcp")

    assert "line 54 cannot be had: the lines of pinctrl-rp1 are 0 to 53" in failure.detail


async def test_no_more_lines_are_listened_to_than_lgpio_has_room_for_and_alarms_come_first(
    chip: Chip, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = importlib.import_module("drivers.gpio.steady")
    monkeypatch.setattr(steady, "MOST_LISTENED", 2)
    quiet = [replace(mcp(line), id=f"valve-{line}", alarm=False) for line in (5, 6)]
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(), (*quiet, mcp(17))), heard, now)

    for _ in range(2):  # the room is given back
        async with running(bus):
            await heard.reading("valve-6", 0.0, since=len(heard.all))
            listened = {listener.line for listener in chip.listeners}
            chip.drive(6, 0)  # nobody listens: the poll finds it
            await heard.reading("valve-6", 1.0, since=len(heard.all))
            chip.drive(6, 1)
        assert listened == {17, 5}


async def test_a_label_that_no_chip_has_is_told_with_those_that_are_there(chip: Chip) -> None:
    options = GpioBusOptions(chip="mcp23017")

    with pytest.raises(LineDownError, match=r"mcp23017: .*gpiochip4 \(pinctrl-rp1, 54"):
        await open_bus(plan(options, (mcp(1),)), Heard(), now).run()


async def test_a_change_is_dated_by_the_kernels_time_stamp(chip: Chip) -> None:
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        happened = now()
        before = len(heard.all)
        await asyncio.to_thread(chip.drive, 17, 0, happened)
        closed = await heard.reading("mcp", 1.0, since=before)

    assert abs(closed.at - happened) < 1000


async def test_a_time_stamp_that_cannot_be_is_none(chip: Chip) -> None:
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        before = now()
        await asyncio.to_thread(chip.drive, 17, 0, now() + seconds(3600))
        closed = await heard.reading("mcp", 1.0)

    assert before <= closed.at <= now()


async def test_a_line_that_tells_no_edges_keeps_its_pull_and_is_listened_to_once_it_does(
    chip: Chip,
) -> None:
    heard = Heard()
    chip.deaf.add(17)
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)

    async with running(bus):
        await heard.reading("mcp", 0.0)
        pulled_up = chip.modes[17] & chip.SET_PULL_UP
        chip.drive(17, 0)
        await heard.reading("mcp", 1.0)
        assert chip.listeners == []
    chip.deaf.clear()
    again = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)
    async with running(again):
        await heard.reading("mcp", 1.0, since=len(heard.all))
        assert [listener.line for listener in chip.listeners] == [17]

    assert pulled_up


async def test_an_edge_that_comes_when_nobody_listens_any_more_does_lgpios_thread_no_harm(
    chip: Chip,
) -> None:
    heard = Heard()
    bus = open_bus(plan(GpioBusOptions(), (mcp(17),)), heard, now)
    async with running(bus):
        await heard.reading("mcp", 0.0)
        late = chip.listeners[0]

    late.function(0, 17, 0, now())


async def test_two_chips_have_lines_of_their_own(chip: Chip) -> None:
    heard = Heard()
    buses = [
        open_bus(plan(GpioBusOptions(chip=label), (), (siren("siren", 5),)), heard, now)
        for label in (HEADER.label, EXPANDER.label)
    ]
    buses[0].set_output("siren", energised=True)

    async with running(buses[0]):
        await heard.until(lambda m: isinstance(m, BusUp))
        async with running(buses[1]):
            await heard.until(lambda m: isinstance(m, BusUp), since=len(heard.all))

    assert chip.history[5] == ["output 1", "output 0"]  # one claim on each chip, nothing at the end


async def test_a_bus_that_is_cancelled_keeps_its_levels_until_it_is_closed(chip: Chip) -> None:
    heard = Heard()
    outputs = (siren("siren", 5), siren("relay", 6, on_exit=OnExit.RELEASE))
    bus = open_bus(plan(GpioBusOptions(), outputs=outputs), heard, now)
    for output in ("siren", "relay"):
        bus.set_output(output, energised=True)
    task = asyncio.create_task(bus.run())
    await heard.until(lambda m: isinstance(m, BusUp))
    task.cancel()
    await asyncio.wait({task})

    cancelled = dict(chip.levels)
    bus.close()

    assert cancelled == {5: 1, 6: 1}
    assert chip.levels == {5: 1, 6: 0}


def test_a_line_that_fails_keeps_no_other_from_being_released_after_a_kill(chip: Chip) -> None:
    outputs = tuple(siren(f"relay-{line}", line, on_exit=OnExit.RELEASE) for line in (5, 6))
    chip.levels |= {5: 1, 6: 1}
    chip.busy.add(5)

    with pytest.raises(LineDownError, match="relay-5 cannot have line 5"):
        release_outputs(plan(GpioBusOptions(), outputs=outputs))

    assert chip.levels == {5: 1, 6: 0}

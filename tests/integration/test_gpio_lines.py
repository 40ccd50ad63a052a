"""Lines of mock pins, read and driven at instants that the test chooses: nothing here waits."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from bus_rehearsal import detector, plan, profile
from gpiozero import Device
from gpiozero.exc import PinEdgeDetectUnsupported
from gpiozero.pins.mock import MockFactory, MockPin

from drivers.bus import BusDetector, BusOutput
from drivers.gpio.chip import Chip
from drivers.gpio.contacts import MOST_EDGES_A_SECOND, Contacts
from drivers.gpio.options import (
    Contact,
    GpioBusOptions,
    GpioDetectorOptions,
    GpioOutputOptions,
    Reads,
)
from drivers.gpio.outputs import Outputs
from drivers.gpio.probe import read_once
from drivers.gpio.soundness import SOUND_AFTER
from drivers.wake import Wake
from rules.instant import Duration, Instant, seconds
from rules.reading import FailedPoll, FaultCause, Measurement, OutputDown, OutputUp, Reading

CONTACT = profile("gpio", "contact")
PULSES = profile("gpio", "pulse_rate")
LINE = 17
POLL = seconds(1)
BEGINNING = seconds(1e9)  # later than this machine's clock: time stamps of mock pins are none here


class DeafPin(MockPin):
    """A line whose chip tells no edges."""

    def _enable_event_detect(self) -> None:
        self._when_changed = None
        raise PinEdgeDetectUnsupported("this chip has no interrupts")


class BrokenPin(MockPin):
    """A line that can be broken and mended."""

    broken = False
    stuck: bool | None = None

    def _get_state(self) -> bool:
        if self.broken:
            raise OSError(121, "Remote I/O error")
        return self._state if self.stuck is None else self.stuck

    def _set_state(self, value: bool) -> None:
        if self.broken:
            raise OSError(121, "Remote I/O error")
        super()._set_state(value)


class World:
    """A clock that the test moves, mock pins, and what was delivered."""

    def __init__(self, factory: MockFactory) -> None:
        self.factory = factory
        self.at = Instant(BEGINNING)
        self.heard: list[Measurement] = []
        self.chip = Chip(None)

    def now(self) -> Instant:
        return self.at

    def contacts(self, *detectors: BusDetector) -> Contacts:
        contacts = Contacts(plan(GpioBusOptions(), detectors), self.heard.append, self.now, POLL)
        contacts.begin(Wake(self.now))
        return contacts

    def live(self, contacts: Contacts, until_s: float, moves: dict[float, str]) -> None:
        """Attend to contacts as their bus does, while the world moves a line at given seconds."""
        polled = None
        for now_ms in range(round(until_s * 1000)):
            self.at = Instant(BEGINNING + now_ms * 1_000_000)
            due = None if polled is None else contacts.attend(self.chip, self.at, poll=False)
            if polled is None or self.at - polled >= POLL:
                polled = self.at
                contacts.attend(self.chip, self.at, poll=True)
            assert due is None or due > self.at
            move = moves.get(now_ms / 1000)
            if move is not None:
                pin = self.factory.pin(LINE)
                {"close": pin.drive_low, "open": pin.drive_high}[move]()

    def values(self) -> list[float]:
        return [m.value for m in self.heard if isinstance(m, Reading)]


@pytest.fixture
def factory(request: pytest.FixtureRequest) -> Iterator[MockFactory]:
    made = MockFactory(pin_class=getattr(request, "param", MockPin))
    Device.pin_factory = made
    yield made
    made.close()
    Device.pin_factory = None


@pytest.fixture
async def world(factory: MockFactory) -> World:
    return World(factory)


def with_pins(pin_class: type[MockPin]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("factory", [pin_class], indirect=True)


def contact(name: str = "mcp", line: int = LINE, **options: Any) -> BusDetector:
    options = {"debounce": seconds(0.1)} | options
    model = PULSES if options.get("reads") is Reads.PULSE_RATE else CONTACT
    return detector(name, model, GpioDetectorOptions(line=line, **options), every_seconds=1)


def moves_of(start: float, *lengths: float) -> dict[float, str]:
    """A contact that closes at `start` and goes the other way after each of `lengths`."""
    moves, at = {start: "close"}, start
    for number, length in enumerate(lengths):
        at = round(at + length, 3)
        moves[at] = "close" if number % 2 else "open"
    return moves


@pytest.mark.parametrize(("closed_s", "is_told"), [(0.05, False), (0.099, False), (0.15, True)])
@pytest.mark.parametrize("rest", list(Contact))
async def test_trial_1_a_contact_that_closes_for_50_ms_is_no_alarm_and_for_150_ms_is_one(
    world: World, rest: Contact, closed_s: float, is_told: bool
) -> None:
    contacts = world.contacts(contact(contact=rest))

    world.live(contacts, 4, moves_of(2.3, closed_s))

    at_rest = 1.0 if rest is Contact.NORMALLY_CLOSED else 0.0
    assert (1 - at_rest in world.values()) is is_told
    assert world.values()[-1] == at_rest


async def test_a_flashing_relay_is_one_alarm_from_its_second_closing_to_its_end(
    world: World,
) -> None:
    contacts = world.contacts(contact(reads=Reads.FLASHING))

    world.live(contacts, 20, moves_of(2.3, *[0.5] * 15))

    alarm = [m.at for m in world.heard if isinstance(m, Reading) and m.value]
    assert alarm[0] == BEGINNING + seconds(3.3)
    assert max(alarm) < BEGINNING + seconds(9.8) + seconds(3)
    after_first = world.values()[world.values().index(1.0) :]
    assert after_first == sorted(after_first, reverse=True)  # it does not flicker


async def test_pulses_are_a_rate_and_wait_for_the_poll(world: World) -> None:
    contacts = world.contacts(contact("meter", reads=Reads.PULSE_RATE, debounce=seconds(0.01)))

    world.live(contacts, 32, moves_of(0.5, *[0.25] * 120))

    rates = [m for m in world.heard if isinstance(m, Reading)]
    failed = [m for m in world.heard if isinstance(m, FailedPoll)]
    assert {m.cause for m in failed} == {FaultCause.WARMING_UP}
    assert len(failed) == 15
    assert all(m.quantity == "pulse_rate" and m.value == pytest.approx(2, abs=0.1) for m in rates)


@with_pins(BrokenPin)
async def test_a_line_that_cannot_be_read_fails_alone_and_is_taken_anew(world: World) -> None:
    contacts = world.contacts(contact("bad"), contact("good", line=27))
    world.live(contacts, 1.5, {})
    bad = world.factory.pin(LINE)

    bad.broken = True
    world.heard.clear()
    world.at = Instant(world.at + POLL)
    contacts.attend(world.chip, world.at, poll=True)
    failed = list(world.heard)
    works_without_it = contacts.works
    bad.broken = False
    world.heard.clear()
    world.live(contacts, 1.5, {1.2: "close"})

    assert [type(m) for m in failed] == [FailedPoll, Reading]
    assert "line 17 of bad cannot be read" in failed[0].detail  # type: ignore[union-attr]
    assert works_without_it
    assert bad.when_changed is not None
    assert {m.detector for m in world.heard if isinstance(m, Reading)} == {"bad", "good"}


@with_pins(BrokenPin)
async def test_where_no_line_can_be_read_nothing_works(world: World) -> None:
    contacts = world.contacts(contact("one"), contact("two", line=27))
    world.live(contacts, 1.5, {})
    for line in (LINE, 27):
        world.factory.pin(line).broken = True

    contacts.attend(world.chip, world.at, poll=True)

    assert (contacts.works, contacts.worked) == (False, True)


@with_pins(DeafPin)
async def test_on_a_chip_that_tells_no_edges_a_level_is_read_at_each_poll(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    contacts = world.contacts(contact())

    world.live(contacts, 4, {1.5: "close"})

    assert world.values()[-1] == 1.0
    assert [r for r in caplog.text.splitlines() if "tells no edges" in r] != []


@with_pins(DeafPin)
@pytest.mark.parametrize("reads", [Reads.FLASHING, Reads.PULSE_RATE])
async def test_what_is_read_by_edges_is_no_reading_on_a_chip_that_tells_none(
    world: World, reads: Reads
) -> None:
    contacts = world.contacts(contact(reads=reads))

    world.live(contacts, 2.5, {})

    assert len(world.heard) == 3
    assert all(isinstance(m, FailedPoll) and "tells no edges" in m.detail for m in world.heard)


async def test_a_line_with_too_many_edges_is_not_listened_to_until_the_next_poll(
    world: World,
) -> None:
    contacts = world.contacts(contact())
    contacts.attend(world.chip, world.at, poll=True)
    pin = world.factory.pin(LINE)

    for _ in range(2):
        pin.clear_states()
        while pin.when_changed is not None:
            for _ in range(200):
                pin.drive_low()
                pin.drive_high()
            contacts.attend(world.chip, world.at, poll=False)
            assert len(pin.states) < 2 * MOST_EDGES_A_SECOND
        world.at = Instant(world.at + POLL)
        contacts.attend(world.chip, world.at, poll=True)

        assert pin.when_changed is not None


@with_pins(BrokenPin)
async def test_pulses_are_not_whole_where_the_line_was_lost_in_between(world: World) -> None:
    contacts = world.contacts(contact("meter", reads=Reads.PULSE_RATE))
    world.live(contacts, 20, {})
    pin = world.factory.pin(LINE)
    world.heard.clear()

    for broken in (True, False, False):
        pin.broken = broken
        world.at = Instant(world.at + POLL)
        contacts.attend(world.chip, world.at, poll=True)

    lost, not_whole, whole = world.heard
    assert isinstance(lost, FailedPoll)
    assert isinstance(not_whole, FailedPoll)
    assert "edges were lost" in not_whole.detail
    assert isinstance(whole, Reading)


async def test_one_look_at_a_pulse_output_tells_its_level_and_no_rate(world: World) -> None:
    meter = plan(GpioBusOptions(), (contact("meter", reads=Reads.PULSE_RATE),))

    seen = await read_once(meter, world.now)

    assert [(shown.name, shown.raw) for shown in seen.shown] == [("level", "high")]
    assert seen.measurements == ()


# -- outputs ---------------------------------------------------------------------------------------


def siren(**options: Any) -> BusOutput:
    return BusOutput(id="siren", options=GpioOutputOptions(line=5, **options))


def lamp() -> BusOutput:
    return BusOutput(id="lamp", options=GpioOutputOptions(line=6))


def outputs_of(world: World, *outputs: BusOutput) -> Outputs:
    made = Outputs(outputs, world.heard.append, world.now)
    made.begin(world.chip)
    return made


def turns(world: World, outputs: Outputs, span: Duration) -> None:
    """Let the loop turn each 50 ms, and poll each second."""
    for turn in range(span // seconds(0.05)):
        world.at = Instant(world.at + seconds(0.05))
        outputs.attend(world.at, poll=turn % 20 == 0)


def told(world: World) -> list[tuple[type[Any], str]]:
    return [(type(m), m.output) for m in world.heard if isinstance(m, OutputUp | OutputDown)]


@with_pins(BrokenPin)
async def test_an_output_that_cannot_be_set_is_down_alone_and_up_when_it_has_held(
    world: World,
) -> None:
    outputs = outputs_of(world, siren(), lamp())
    turns(world, outputs, seconds(1))
    world.heard.clear()

    world.factory.pin(5).broken = True
    outputs.set("siren", energised=True)
    outputs.set("lamp", energised=True)
    turns(world, outputs, seconds(20))
    down = told(world)
    world.factory.pin(5).broken = False
    turns(world, outputs, Duration(SOUND_AFTER + seconds(7)))

    assert down == [(OutputDown, "siren")]
    assert told(world) == [(OutputDown, "siren"), (OutputUp, "siren")]
    assert [bool(world.factory.pin(line).state) for line in (5, 6)] == [True, True]


@with_pins(BrokenPin)
async def test_an_output_that_flaps_is_told_once_and_its_level_is_set_all_the_same(
    world: World,
) -> None:
    outputs = outputs_of(world, siren())
    pin = world.factory.pin(5)

    for number in range(100):
        pin.broken = number % 2 == 0
        outputs.set("siren", energised=number % 4 < 2)
        turns(world, outputs, seconds(0.5))
    pin.broken = False
    turns(world, outputs, seconds(1))

    assert told(world) == [(OutputUp, "siren"), (OutputDown, "siren")]
    assert bool(pin.state) is False


@with_pins(BrokenPin)
async def test_a_line_that_is_held_at_another_level_is_told(world: World) -> None:
    outputs = outputs_of(world, siren())
    turns(world, outputs, seconds(1))

    world.factory.pin(5).stuck = True
    turns(world, outputs, seconds(3))

    down = world.heard[-1]
    assert isinstance(down, OutputDown)
    assert "siren on line 5 is to be low and is found high" in down.detail


async def test_an_output_that_another_set_is_set_anew_at_the_next_poll(world: World) -> None:
    outputs = outputs_of(world, siren())
    outputs.set("siren", energised=True)
    turns(world, outputs, seconds(1))

    world.factory.pin(5)._change_state(False)  # as a stranger would
    turns(world, outputs, seconds(2))

    assert bool(world.factory.pin(5).state)
    assert OutputDown not in {kind for kind, _ in told(world)}


async def test_a_line_that_is_not_on_this_board_is_an_output_down_and_the_others_work() -> None:
    Device.pin_factory = MockFactory(revision="0002")  # an old model, without line 5
    world = World(Device.pin_factory)
    try:
        outputs = outputs_of(
            world, siren(), BusOutput(id="lamp", options=GpioOutputOptions(line=17))
        )
        turns(world, outputs, seconds(2))
    finally:
        Device.pin_factory.close()
        Device.pin_factory = None

    assert told(world) == [(OutputUp, "lamp"), (OutputDown, "siren")]
    assert outputs.works


async def test_nothing_is_left_running(world: World) -> None:
    contacts = world.contacts(contact())
    world.live(contacts, 0.5, {})
    contacts.stop()

    assert world.factory.pin(LINE).when_changed is None
    assert len(asyncio.all_tasks()) == 1

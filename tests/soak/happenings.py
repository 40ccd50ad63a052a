"""What happens in the long run's building: each is a generator of what has to come of it.

A generator yields what it waits for; whoever plays it goes on once that is there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from soak.soaked_building import GAS, HEAT

from gateway.control.protocol import Verb

FAULT_WITHIN_S = 100.0
ALARM_WITHIN_S = 10.0
SOON_S = 30.0

FIRE, TROUBLE = "fire-alarm", "fault"
SMOKE_RULE, CALLED = "rule/smoke", "call-point/call-point"


@dataclass(frozen=True)
class Wait:
    """What is waited for, what it is, and for how long at most."""

    until: Callable[[], bool]
    what: str
    within_s: float


def stands(world, condition, source, within_s=SOON_S):
    """Wait until a condition stands at the centre."""
    key = (condition, source)
    return Wait(lambda: world.told.stands(key), f"{condition} of {source} told", within_s)


def is_over(world, condition, source, within_s=SOON_S):
    """Wait until its end has been told."""
    key = (condition, source)
    return Wait(lambda: not world.told.stands(key), f"{condition} of {source} over", within_s)


def smoke_is_sensed(world):
    """Let smoke raise an alarm, and somebody acknowledge and reset it."""
    before = world.building.smoke(sensed=True)
    yield stands(world, FIRE, SMOKE_RULE, ALARM_WITHIN_S)
    world.took(before, FIRE, SMOKE_RULE)
    world.daemon.ask(Verb.ACKNOWLEDGE)
    world.building.smoke(sensed=False)
    yield from reset(world, SMOKE_RULE)


def call_point_is_pressed(world):
    """Let somebody press the call point and put it back."""
    before = world.building.press(pressed=True)
    yield stands(world, FIRE, CALLED, ALARM_WITHIN_S)
    world.took(before, FIRE, CALLED)
    world.building.press(pressed=False)
    yield from reset(world, CALLED)


def reset(world, source):
    """Reset until nothing reports any more what raised the alarm."""

    def done():
        world.daemon.ask(Verb.RESET)
        return not world.told.stands((FIRE, source))

    yield Wait(done, f"{source} reset", SOON_S)


def device_is_silent(world):
    """Let a thermometer fall silent, and come back."""
    world.building.line.mishap(HEAT, "silent")
    yield stands(world, TROUBLE, f"detector/heat-{HEAT}", FAULT_WITHIN_S)
    world.building.line.do("behave", HEAT)
    yield is_over(world, TROUBLE, f"detector/heat-{HEAT}", SOON_S + FAULT_WITHIN_S)


def line_is_garbled(world):
    """Let three answers come with a bad checksum: a fault, or none where one between is good."""
    world.building.line.mishap(HEAT, "corrupt", 3)
    yield pause(5.0)
    yield is_over(world, TROUBLE, f"detector/heat-{HEAT}")


def device_is_inhibited(world):
    """Let somebody work at the gas detector."""
    world.building.host.tell(f"{GAS}: state inhibited")
    yield stands(world, TROUBLE, "detector/gas")
    world.building.host.tell(f"{GAS}: state measuring")
    yield is_over(world, TROUBLE, "detector/gas")


def heartbeat_stops(world):
    """Let the gas detector die behind a transmitter that goes on answering."""
    world.building.host.tell(f"{GAS}: heartbeat stop")
    yield stands(world, TROUBLE, "detector/gas")
    world.building.host.tell(f"{GAS}: heartbeat go")
    yield is_over(world, TROUBLE, "detector/gas")


def broker_is_away(world):
    """Let the broker be gone for a while in which there is an alarm; nobody hears it until then."""
    yield Wait(world.all_is_told, "all told before the broker goes", SOON_S)
    world.broker.stop()
    yield pause(2.0)
    world.building.press(pressed=True)
    yield pause(3.0)
    world.broker.start()
    yield stands(world, FIRE, CALLED, FAULT_WITHIN_S)
    world.building.press(pressed=False)
    yield from reset(world, CALLED)


def dust_is_unplugged(world):
    """Unplug the dust sensor's adapter and plug it in again."""
    world.building.unplug_dust()
    yield stands(world, TROUBLE, "bus/dust-port", FAULT_WITHIN_S)
    world.building.plug_dust()
    yield is_over(world, TROUBLE, "bus/dust-port", SOON_S + FAULT_WITHIN_S)


def line_is_unplugged(world):
    """Unplug the adapter of the Modbus line and plug it in again."""
    world.building.line.do("unplug")
    yield stands(world, TROUBLE, "bus/line", FAULT_WITHIN_S)
    world.building.line.do("plug")
    yield is_over(world, TROUBLE, "bus/line", SOON_S + FAULT_WITHIN_S)


def pause(seconds):
    """Wait for nothing but time."""
    return Wait(None, "", seconds)


ROUNDS = (
    (
        smoke_is_sensed,
        device_is_silent,
        broker_is_away,
        dust_is_unplugged,
    ),
    (
        call_point_is_pressed,
        device_is_inhibited,
        line_is_garbled,
        dust_is_unplugged,
    ),
    (
        smoke_is_sensed,
        heartbeat_stops,
        device_is_silent,
        broker_is_away,
    ),
    (
        call_point_is_pressed,
        dust_is_unplugged,
        device_is_inhibited,
        line_is_unplugged,
    ),
)
"""Played over and over. The line is unplugged in the last of them only, so that it has some minutes
in which to drift."""

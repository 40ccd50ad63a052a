"""What a unit shows and sounds for whoever stands before it, on the example that has it all."""

import pytest
from scenario import Life, call_point, detector, rule, site
from settings_sites import EXAMPLES, PROFILES

from gateway.contract.example_site import DIRECTORY
from gateway.messages.event import body_of, kind_of
from gateway.settings.loader import load_site
from rules.condition import Condition, Lane
from rules.event import Change
from rules.instant import Instant, seconds
from rules.operator import Act
from rules.output import OutputDefinition, OutputKind
from rules.part import PartFailed, PartRecovered

EXAMPLE = EXAMPLES / "lamps.yaml"
DETECTORS = ("call-point", "smoke-east", "smoke-west")
QUIET = {"fault-relay"}


@pytest.fixture(scope="module")
def definition():
    settings, problems = load_site(EXAMPLE.read_bytes(), EXAMPLE.name, PROFILES)
    assert problems == ()
    return settings.definition


class Unit:
    """The example at work; time goes on by a second with each thing that happens."""

    def __init__(self, definition):
        self._now = 0
        self.life = Life(definition)
        for name in DETECTORS:
            self.turn(name, 0.0)

    def _next(self):
        self._now += 1
        return self._now

    def turn(self, name, value):
        return self.life.read(self._next(), name, "contact", value)

    def order(self, act):
        return self.life.order(self._next(), act)

    def fail(self, part):
        at = Instant(seconds(self._next()))
        self.life.step(self._now, PartFailed(part=part, cause="down", detail="", at=at))

    def recover(self, part):
        at = Instant(seconds(self._next()))
        self.life.step(self._now, PartRecovered(part=part, at=at))

    @property
    def on(self):
        outputs = self.life.engine.present().outputs
        return {output for output, energised in outputs.items() if energised}


@pytest.fixture
def unit(definition):
    return Unit(definition)


def test_a_healthy_unit_shows_nothing_and_holds_its_fault_relay(unit):
    assert unit.on == QUIET


def test_a_fire_lights_its_lamp_until_it_is_reset_whoever_silences(unit):
    unit.turn("smoke-east", 1.0)
    assert unit.on == QUIET | {"siren", "fire-lamp", "buzzer"}

    unit.order(Act.SILENCE)
    assert unit.on == QUIET | {"fire-lamp"}

    unit.order(Act.ACKNOWLEDGE)
    unit.turn("smoke-east", 0.0)
    assert unit.on == QUIET | {"fire-lamp"}

    unit.order(Act.RESET)
    assert unit.on == QUIET


def test_a_further_detector_sounds_siren_and_buzzer_again(unit):
    unit.turn("smoke-east", 1.0)
    unit.order(Act.ACKNOWLEDGE)
    unit.order(Act.SILENCE)

    unit.turn("smoke-west", 1.0)

    assert unit.on == QUIET | {"siren", "fire-lamp", "buzzer"}


def test_acknowledging_quiets_the_buzzer_and_not_the_siren(unit):
    unit.turn("call-point", 1.0)

    unit.order(Act.ACKNOWLEDGE)

    assert unit.on == QUIET | {"siren", "fire-lamp"}


@pytest.mark.parametrize("part", ["path/lan", "gateway/store", "output/siren", "bus/panel"])
def test_any_fault_of_the_gateways_own_parts_lights_the_lamp_and_releases_the_relay(unit, part):
    unit.fail(part)
    assert unit.on == {"fault-lamp", "buzzer"}

    unit.recover(part)
    assert unit.on == QUIET


@pytest.mark.parametrize("act", [Act.ACKNOWLEDGE, Act.SILENCE])
def test_a_fault_is_heard_until_somebody_comes_and_the_next_is_heard_again(unit, act):
    unit.fail("path/lan")
    step = unit.order(act)
    assert step.refusals == ()
    assert unit.on == {"fault-lamp"}

    unit.fail("gateway/store")
    assert unit.on == {"fault-lamp", "buzzer"}

    unit.recover("gateway/store")
    assert unit.on == {"fault-lamp"}


def test_a_silenced_fault_is_told_among_the_troubles(unit):
    unit.fail("path/lan")

    (event,) = unit.order(Act.SILENCE).events

    assert (event.change, event.condition, event.lane) == (
        Change.SILENCED,
        Condition.FAULT,
        Lane.TROUBLE,
    )
    assert kind_of(event)
    assert body_of(event, DIRECTORY, None, None)


@pytest.mark.parametrize("source", ["detector/smoke-east", "zone/workshop", "output/siren"])
def test_whatever_is_disabled_lights_its_lamp(unit, source):
    unit.life.disable(10, source, 60, whole_site=True)
    assert "disabled-lamp" in unit.on

    unit.life.tick(70)
    assert "disabled-lamp" not in unit.on


def test_a_zone_under_test_lights_its_lamp_and_what_it_raises_lights_and_sounds_briefly(unit):
    unit.life.begin_test(10, "workshop", whole_site=True)
    assert "test-lamp" in unit.on

    unit.life.read(11, "smoke-east", "contact", 1.0)
    assert {"siren", "fire-lamp", "buzzer", "test-lamp"} <= unit.on
    unit.life.order(12, Act.ACKNOWLEDGE)
    unit.life.tick(13)
    assert not {"siren", "fire-lamp", "buzzer"} & unit.on
    assert "test-lamp" in unit.on


@pytest.mark.parametrize("condition", list(Condition))
@pytest.mark.parametrize("kind", [OutputKind.LAMP, OutputKind.BEACON])
def test_any_condition_lights_a_lamp_and_nobody_can_silence_it(condition, kind):
    lamp = OutputDefinition(id="lamp", kind=kind, conditions=frozenset({condition}))
    s1 = detector("s1", "smoke")
    raised = condition if condition not in MADE_BY_ITSELF else Condition.FIRE_ALARM
    life = Life(
        site(s1, call_point("mcp"), rule("one", "s1.smoke > 3 %/m", raised), outputs=[lamp])
    )
    life.read(1, "s1", "smoke", 0.0)
    match condition:
        case Condition.DISABLED | Condition.DEGRADED:
            life.disable(2, "detector/s1")
        case Condition.TEST:
            life.begin_test(2, "hall", whole_site=True)
        case _:
            life.read(2, "s1", "smoke", 9.0)

    assert life.engine.present().outputs["lamp"]
    life.order(3, Act.ACKNOWLEDGE)
    life.order(4, Act.SILENCE)
    assert life.engine.present().outputs["lamp"]


MADE_BY_ITSELF = {Condition.DISABLED, Condition.DEGRADED, Condition.TEST}


def test_a_siren_that_a_fault_drives_can_be_silenced_too():
    loud = OutputDefinition(
        id="loud", kind=OutputKind.SIREN, conditions=frozenset({Condition.FAULT})
    )
    life = Life(site(detector("s1", "smoke"), rule("one", "s1.smoke > 3 %/m"), outputs=[loud]))
    life.read(1, "s1", "smoke", 0.0)
    life.step(2, PartFailed(part="path/lan", cause="down", detail="", at=Instant(seconds(2))))
    assert life.engine.present().outputs["loud"]

    life.order(3, Act.SILENCE)

    assert not life.engine.present().outputs["loud"]
    assert life.order(4, Act.SILENCE).refusals == ("no alarm is sounding",)

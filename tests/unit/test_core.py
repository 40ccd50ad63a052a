"""The core goes on, whatever an input or an output does, and no event is lost by that."""

import json
from dataclasses import dataclass, field

import pytest
from scenario import FAULT_RELAY, SIREN, detector, rule, site

from gateway.clock import Clock, ClockSources
from gateway.core import Core, CorePorts
from gateway.messages.parts import Directory, SiteSummary
from gateway.record import Batch
from rules.engine import Engine
from rules.instant import Instant, in_seconds, seconds
from rules.operator import Act, OperatorCommand
from rules.reading import BusDown, Reading

NAMES = Directory(
    site=SiteSummary(
        id="s", name="s", province="33", commune="12345", address="", latitude=None, longitude=None
    ),
    zones={},
    detectors={},
    paths=(),
)
BUILDING = site(
    detector("odd", "smoke"),
    detector("even", "smoke"),
    rule("odd-fire", "odd.smoke > 3 %/m"),
    rule("even-fire", "even.smoke > 3 %/m"),
    outputs=(FAULT_RELAY, SIREN),
)


class Stumbling(Engine):
    """An engine with a mistake: it stumbles behind every reading of one detector."""

    def _reading(self, reading, now, outcome):
        super()._reading(reading, now, outcome)
        if reading.detector == "odd":
            raise ZeroDivisionError(f"value {reading.value}")


@dataclass
class Call:
    """A call that the core has arranged."""

    at: Instant
    make: object
    is_off: bool = False

    def cancel(self) -> None:
        self.is_off = True


@dataclass
class World:
    """What the core reaches, with a clock that is set by hand and outputs that may be broken."""

    now: Instant = field(default_factory=lambda: Instant(0))
    batches: list[Batch] = field(default_factory=list)
    levels: dict[str, bool] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    took: list[float] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def drive(self, command) -> None:
        if command.output in self.broken:
            raise OSError("the coil is gone")
        self.levels[command.output] = command.energised

    def call_at(self, at, make) -> Call:
        self.calls.append(Call(at, make))
        return self.calls[-1]

    def core(self, building=BUILDING, kind=Engine) -> Core:
        sources = ClockSources(monotonic_ns=lambda: self.now, time_ns=lambda: 0)
        made = Core(
            kind(building, "boot", {}, self.now),
            clock=Clock(sources, boot_id="boot"),
            directory=NAMES,
            ports=CorePorts(
                submit=self.batches.append,
                drive=self.drive,
                call_at=self.call_at,
                changed=lambda: None,
                measured_to_output=lambda took: self.took.append(in_seconds(took)),
            ),
        )
        made.start()
        return made

    def pass_time(self, until: float) -> None:
        """Let time go by, and make the calls that fall due, late by none."""
        while due := [c for c in self.calls if not c.is_off and c.at <= seconds(until)]:
            call = min(due, key=lambda each: each.at)
            self.calls.remove(call)
            self.now = max(self.now, call.at)
            call.make()
        self.now = Instant(seconds(until))

    def told(self) -> list[str]:
        return [
            f"{draft.kind} {json.loads(draft.body)['source']}"
            for batch in self.batches
            for draft in batch.drafts
        ]

    def read(self, core: Core, name: str, value: float) -> None:
        core.take(Reading(name, "smoke", value, self.now))


@pytest.fixture
def world() -> World:
    return World()


def test_a_mistake_over_an_input_is_a_fault_once_and_takes_nothing_from_the_others(world, caplog):
    core = world.core(kind=Stumbling)

    world.read(core, "odd", 1)
    world.read(core, "odd", 1)
    world.read(core, "even", 4)

    assert world.told() == ["fault.entered gateway/core", "fire-alarm.entered rule/even-fire"]
    assert world.levels == {"siren": True, "relay": False}
    detail = json.loads(world.batches[1].drafts[0].body)["detail"]
    assert detail == "a mistake over Reading: ZeroDivisionError: value 1"
    assert "ZeroDivisionError" in caplog.text
    assert core.completed_turns == 3


def test_what_an_input_led_to_before_the_mistake_is_told(world, caplog):
    core = world.core(kind=Stumbling)

    world.read(core, "odd", 4)

    assert world.told() == ["fire-alarm.entered rule/odd-fire", "fault.entered gateway/core"]
    assert world.levels["siren"]
    assert caplog.records


def test_an_output_that_fails_holds_up_neither_events_nor_other_outputs(world, caplog):
    core = world.core()
    world.broken.add("siren")

    world.read(core, "odd", 4)
    assert world.told() == ["fire-alarm.entered rule/odd-fire"]
    world.pass_time(0)

    assert world.told()[1:] == ["fault.entered output/siren"]
    assert not world.levels["relay"]
    assert "output/siren: a mistake in its driver" in caplog.text


def test_outputs_that_fail_one_over_the_other_are_each_one_fault(world):
    core = world.core()
    world.broken.update(("siren", "relay"))

    world.read(core, "odd", 4)
    world.pass_time(0)

    assert world.told() == [
        "fire-alarm.entered rule/odd-fire",
        "fault.entered output/siren",
        "fault.entered output/relay",
    ]


def test_an_output_that_is_set_again_is_no_fault_any_more(world):
    core = world.core()
    world.broken.add("siren")
    world.read(core, "odd", 4)
    world.pass_time(0)
    world.broken.clear()

    core.take(OperatorCommand(Act.SILENCE, None, "Lan"))
    world.pass_time(0)

    assert not world.levels["siren"]
    assert "fault.left output/siren" in world.told()


def test_a_detail_that_is_no_text_reaches_the_journal_as_text(world):
    core = world.core()

    core.take(BusDown("line", "name \udcff\ud800", world.now))

    (batch,) = [each for each in world.batches if each.drafts]
    assert json.loads(batch.drafts[0].body)["detail"] == "name ??"
    assert all(row is None or row.encode() for _, row in batch.changes)


def test_the_time_to_an_output_counts_from_the_measurement_or_the_end_of_its_for(world):
    held = site(
        detector("even", "smoke"), rule("fire", "even.smoke > 3 %/m", hold=2), outputs=(SIREN,)
    )
    core = world.core(held)
    world.read(core, "even", 4)
    (ring,) = [call for call in world.calls if call.at == seconds(2)]
    for second in (0.5, 1, 1.5):
        world.now = Instant(seconds(second))
        world.read(core, "even", 4)

    world.now = Instant(seconds(2.25))
    ring.make()
    core.take(OperatorCommand(Act.SILENCE, None, "Lan"))

    assert not world.levels["siren"]
    assert world.took == [0.25]

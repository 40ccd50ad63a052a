"""Starts: what stood before is told as it was, and nothing is called normal that was not read."""

import json
from dataclasses import dataclass, field

import pytest
from scenario import FAULT_RELAY, SIREN, Life, detector, rule, site, told

from gateway.clock import Clock, ClockSources
from gateway.contract.example_site import DIRECTORY, ORIGIN
from gateway.core import Core, CorePorts
from gateway.messages.event import event_message
from gateway.record import Batch, BootOffset, ClockQuality, Record, RecordName
from rules.condition import Condition
from rules.engine import Engine
from rules.health import HealthState
from rules.instant import Instant, seconds
from rules.snapshot import Protection

HALL = site(detector("s1", "smoke"), rule("fire", "s1.smoke > 3 %/m"), outputs=[SIREN, FAULT_RELAY])
DAWN_NS = 1_796_374_800_000_000_000  # 2026-12-04T09:00:00Z: when the first boot began
UPTIME = 20  # seconds from the second boot to the start of the gateway
REBOOTED_NS = DAWN_NS + 5 * 60 * 1_000_000_000


class NoAlarm:
    """Time stands still here: nothing that the core arranges ever comes."""

    def cancel(self):
        pass


@dataclass
class Outside:
    """What the core of the second boot reaches."""

    batches: list[Batch] = field(default_factory=list)
    levels: dict[str, bool] = field(default_factory=dict)

    def start(self, rows):
        """Start the gateway in a second boot, whose clock and the first one's are known."""
        sources = ClockSources(
            monotonic_ns=lambda: seconds(UPTIME),
            time_ns=lambda: REBOOTED_NS + seconds(UPTIME),
            is_synchronised=lambda _: True,
        )
        clock = Clock(sources, boot_id="boot-2")
        clock.learn_boots({"boot-1": BootOffset(DAWN_NS, ClockQuality.SYNCHRONISED)})
        ports = CorePorts(
            submit=self.batches.append,
            drive=lambda command: self.levels.update({command.output: command.energised}),
            call_at=lambda *_: NoAlarm(),
            changed=lambda: None,
            measured_to_output=lambda _: None,
        )
        engine = Engine(HALL, "boot-2", rows, Instant(seconds(UPTIME)))
        Core(engine, clock=clock, directory=DIRECTORY, ports=ports).start()

    def messages(self):
        """Give what goes to the centre."""
        for seq, draft in enumerate((d for b in self.batches for d in b.drafts), 1):
            record = Record(
                name=RecordName("f" * 32, draft.lane, seq),
                number=seq,
                boot_id="boot-2",
                monotonic_ns=draft.at,
                wall_ns=draft.wall_ns,
                clock=draft.clock,
                kind=draft.kind,
                body=draft.body,
                durable=True,
            )
            yield json.loads(event_message(record, ORIGIN, historical=False))


@pytest.mark.parametrize("cause_stands", [True, False])
def test_31_a_latched_alarm_is_told_after_a_reboot_as_still_there_with_its_original_time(
    cause_stands,
):
    before = Life(HALL)
    before.read(100, "s1", "smoke", 4.0)
    if not cause_stands:
        before.read(101, "s1", "smoke", 0.0)
    outside = Outside()

    outside.start(before.rows)

    (message,) = outside.messages()
    data = message["data"]
    assert (data["condition"], data["qualifier"], data["latched"]) == ("fire-alarm", "still", True)
    assert data["contact_id"]["qualifier"] == 6
    assert data["incident"] == f"boot-1:{seconds(100)}:rule/fire"
    assert data["since"] == "2026-12-04T09:01:40.000Z"
    assert message["time"] == "2026-12-04T09:05:20.000Z"
    assert outside.levels["siren"]


def test_a_latched_alarm_survives_another_configuration_and_the_siren_never_stops():
    life = Life(HALL)
    life.read(5, "s1", "smoke", 4.0)
    wider = site(
        detector("s1", "smoke"),
        detector("s2", "smoke"),
        rule("fire", "any(smoke > 3 %/m)"),
        outputs=[SIREN, FAULT_RELAY],
    )

    step = life.begin(wider, now=7)

    assert told(step)[:2] == ["alarm: standing fire-alarm rule/fire", "siren on"]
    assert life.in_force()[Condition.FIRE_ALARM, "rule/fire"].incident.at == seconds(5)


def test_nothing_is_called_normal_before_it_was_read_and_what_stays_silent_is_a_fault():
    life = Life(HALL, now=UPTIME)

    assert life.health("s1").state is HealthState.STARTING
    assert life.value("s1", "smoke") is None
    assert life.protection("hall") is Protection.STARTING
    for second in range(UPTIME, UPTIME + 11):
        life.tick(second)
    assert life.health("s1").state is HealthState.FAULTY
    assert life.protection("hall") is Protection.UNPROTECTED


def test_the_first_reading_after_a_start_raises_the_alarm_that_it_shows():
    life = Life(HALL, now=UPTIME)

    assert told(life.read(UPTIME, "s1", "smoke", 4.0)) == [
        "alarm: entered fire-alarm rule/fire",
        "siren on",
    ]

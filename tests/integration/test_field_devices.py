"""Detectors that are dead, out of service or behind a broken wire, in the whole daemon.

Five trials at once, each on wires of its own: the daemon is started once, and what it tells within
a quarter of a minute is looked at afterwards.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from daemon_process import HEAD, Centre, Daemon, now, wait_for
from modbus_process import ModbusDevices, on_rtu
from mosquitto_broker import Mosquitto
from played_process import PlayedDevices

from gateway.control.status import Status
from rules.health import HealthState
from rules.instant import Instant, in_seconds

SENSED_WITHIN_S, TOLD_WITHIN_S = 10.0, 100.0
HEARTBEAT_WITHIN_S = 15.0
POLL_S = 1.0
ALARM_WITHIN_S = 5.0
INHIBITED, DEAD, SOUND = 1, 2, 3
QUIET, FROZEN = 3.0, 50.0  # %LEL; the rule's threshold lies between them
UNITS, SILENT_OF_16 = range(1, 17), (5, 11)
CLOSES = 9

SITE = """\
buses:
  - {{id: lan, modbus: {{host: 127.0.0.1, tcp_port: {host}}}}}
  - {{id: unplugged, modbus: {{port: {unplugged}, baud: 19200}}}}
  - {{id: swapped, modbus: {{port: {swapped}, baud: 19200}}}}
  - {{id: long, modbus: {{port: {long}, baud: 9600}}}}
zones: [{{id: kitchen, name: Bếp}}, {{id: hall, name: Sảnh}}]
detectors:
{detectors}
rules:
  - {{id: leak, zone: kitchen, raises: gas-alarm, when: any(gas > 40 %LEL)}}
  - {{id: hot, zone: kitchen, raises: fire-alarm, when: any(temperature > 58 °C)}}
  - {{id: smoke, zone: hall, raises: fire-alarm, when: any(contact)}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}], telemetry_every: 200 ms}}
"""


def detectors() -> str:
    gas = [("gas", "lan", "honeywell-sensepoint-xrl", unit) for unit in (INHIBITED, DEAD, SOUND)]
    heat = [
        (bus, bus, "generic-modbus-temperature", unit)
        for bus in ("unplugged", "swapped")
        for unit in (1, 2)
    ]
    smoke = [("smoke", "long", "waveshare-modbus-io-8ch", unit) for unit in UNITS]
    return "\n".join(
        f"  - {{id: {name}-{unit}, zone: {'hall' if name == 'smoke' else 'kitchen'}, bus: {bus}, "
        f"profile: {profile}, unit: {unit}, every: {POLL_S:g} s"
        f"{', kind: smoke-detector' if name == 'smoke' else ''}}}"
        for name, bus, profile, unit in (*gas, *heat, *smoke)
    )


@dataclass(frozen=True)
class Story:
    """What there was to see.

    Attributes:
        broken: the instant before all of it went wrong.
        closed: the instant before the contact of a healthy detector closed.
        status: how the gateway saw it then.
        centre: what was told, to the end.
    """

    broken: Instant
    closed: Instant
    status: Status
    centre: Centre

    def faults(self, source: str) -> list[dict]:
        return self.centre.events("trouble", condition="fault", source=source)

    def fault_after_s(self, source: str) -> float:
        """Give how long after it went wrong the first fault of a source was decided."""
        return in_seconds(int(self.faults(source)[0]["monotonicns"]) - self.broken)

    def told_after_s(self, source: str) -> float:
        """Give how long after that the centre had it."""
        seq = self.faults(source)[0]["seq"]
        at = next(each.at for each in self.centre.of("event/trouble") if each.json["seq"] == seq)
        return in_seconds(at - self.broken)

    def values_told(self, detector: str) -> list[float]:
        return [
            reading["value"]
            for message in self.centre.of("telemetry")
            for reading in message.json["readings"]
            if reading["detector"] == detector
        ]

    def knows_nothing_of(self, detector: str) -> bool:
        [seen] = [each for each in self.status.now.detectors if each.id == detector]
        return seen.health.state is not HealthState.OK and set(seen.values.values()) == {None}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Let everything be well; break it; mend what was inhibited, and look at what was told."""
    folder = tmp_path_factory.mktemp("devices")
    with ExitStack() as stack:
        broker = Mosquitto(folder).start()
        stack.callback(broker.stop)
        gas = stack.enter_context(
            PlayedDevices(
                *("honeywell-sensepoint-xrl", "--tcp", "127.0.0.1:0"),
                *("--unit", "1-3", "--set", f"gas={QUIET}"),
            )
        )
        lines = {name: line_of(folder, name, stack) for name in ("unplugged", "swapped", "long")}
        site = HEAD + SITE.format(
            host=gas.port,
            broker=broker.port,
            detectors=detectors(),
            **{name: line.port for name, line in lines.items()},
        )
        daemon = stack.enter_context(Daemon(folder, site))
        centre = stack.enter_context(Centre(broker.port))
        daemon.start()
        wait_for(lambda: all_is_well(daemon), "a value of each detector")

        broken = now()
        gas.tell(f"{DEAD}: heartbeat stop")
        gas.tell(f"{INHIBITED}: state inhibited")
        gas.tell(f"{INHIBITED}: gas {FROZEN} %LEL")
        lines["unplugged"].do("unplug")
        for unit in (1, 2):
            lines["swapped"].mishap(unit, "silent")
        for unit in SILENT_OF_16:
            lines["long"].mishap(unit, "silent")
        for unit in SILENT_OF_16:
            wait_for(lambda u=unit: faults(centre, f"detector/smoke-{u}"), "two dead of sixteen")
        closed = now()
        lines["long"].set(CLOSES, "discrete-input", 0, 1)
        wait_for(lambda: centre.events("alarm", source="rule/smoke"), "the healthy one's alarm")
        for source in ("swapped-1", "swapped-2", f"gas-{DEAD}", f"gas-{INHIBITED}"):
            wait_for(lambda s=source: faults(centre, f"detector/{s}"), f"the fault of {source}")
        status = daemon.status()
        no_alarm_yet = not centre.events("alarm", source="rule/leak")
        gas.tell(f"{INHIBITED}: state measuring")
        wait_for(lambda: centre.events("alarm", source="rule/leak"), "it measures again")
        assert no_alarm_yet, "an inhibited device raised an alarm"
        assert daemon.stop() == 0
        yield Story(broken=broken, closed=closed, status=status, centre=centre)


def line_of(folder: Path, name: str, stack: ExitStack) -> ModbusDevices:
    """Start the devices of a serial line."""
    (folder / name).mkdir()
    units, baud = ("1-16", "9600") if name == "long" else ("1-2", "19200")
    line = on_rtu(folder / name, units, "--baud", baud)
    stack.callback(line.close)
    for unit in UNITS if name == "long" else (1, 2):
        line.set(unit, "discrete-input", 0, 0)
        line.set(unit, "input-register", 0, 210)
    return line


def all_is_well(daemon: Daemon) -> bool:
    status = daemon.status()
    return status is not None and all(
        each.health.state is HealthState.OK for each in status.now.detectors
    )


def faults(centre: Centre, source: str) -> list[dict]:
    return centre.events("trouble", condition="fault", source=source)


def test_12_a_line_that_is_unplugged_is_a_fault_and_its_values_are_known_no_more(story):
    assert story.fault_after_s("bus/unplugged") <= SENSED_WITHIN_S
    assert story.told_after_s("bus/unplugged") <= TOLD_WITHIN_S
    assert story.knows_nothing_of("unplugged-1")
    assert story.knows_nothing_of("unplugged-2")
    assert story.values_told("unplugged-1") == [21.0]


@pytest.mark.parametrize("unit", [1, 2])
def test_12_a_line_on_which_nobody_understands_is_a_fault_of_each_detector(story, unit):
    """As where A and B are swapped: the port is there, and not a word comes back."""
    detector = f"swapped-{unit}"

    assert story.fault_after_s(f"detector/{detector}") <= SENSED_WITHIN_S
    assert story.told_after_s(f"detector/{detector}") <= TOLD_WITHIN_S
    assert story.faults(f"detector/{detector}")[0]["data"]["cause"] in {"no-reply", "stale"}
    assert story.knows_nothing_of(detector)
    assert story.values_told(detector) == [21.0]


def test_13_with_two_of_sixteen_dead_the_alarm_of_a_healthy_one_is_there_within_five_seconds(story):
    [alarm, *_] = story.centre.events("alarm", source="rule/smoke")

    assert alarm["data"]["detector"]["id"] == f"smoke-{CLOSES}"
    assert in_seconds(int(alarm["monotonicns"]) - story.closed) <= ALARM_WITHIN_S
    for unit in set(UNITS) - set(SILENT_OF_16):
        assert story.faults(f"detector/smoke-{unit}") == []


def test_16_a_device_in_inhibit_is_a_fault_and_what_it_goes_on_sending_is_no_value(story):
    [entered, left] = story.faults(f"detector/gas-{INHIBITED}")

    assert (entered["data"]["change"], entered["data"]["cause"]) == ("entered", "inhibited")
    assert left["data"]["change"] == "left"
    assert story.knows_nothing_of(f"gas-{INHIBITED}")
    # It is told only once the device measures again, and only then it raises the alarm.
    assert story.values_told(f"gas-{INHIBITED}") in ([QUIET], [QUIET, FROZEN])
    [alarm, *_] = story.centre.events("alarm", source="rule/leak")
    assert int(alarm["monotonicns"]) >= int(left["monotonicns"])


def test_17_a_heartbeat_that_stands_still_is_a_fault_within_15_s_though_reads_succeed(story):
    [fault, *_] = story.faults(f"detector/gas-{DEAD}")

    assert fault["data"]["cause"] == "heartbeat-stopped"
    # Whichever poll is nearest to the end finds it.
    assert story.fault_after_s(f"detector/gas-{DEAD}") <= HEARTBEAT_WITHIN_S + POLL_S / 2
    assert story.knows_nothing_of(f"gas-{DEAD}")
    assert story.values_told(f"gas-{DEAD}") == [QUIET]
    assert story.faults(f"detector/gas-{SOUND}") == []

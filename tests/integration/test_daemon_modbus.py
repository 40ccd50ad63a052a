"""Modbus devices that fail, in the whole daemon: they cost their neighbours nothing, and no value.

The devices are a process of their own at the far end of a pseudo-terminal, and answer as slowly as
the wire that they would hang on.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from daemon_process import HEAD, Centre, Daemon, Numbers, now, the_event, wait_for
from modbus_process import ModbusDevices, on_rtu
from mosquitto_broker import free_port

from rules.instant import in_seconds

INPUT = "input-register"
UNITS = range(1, 11)
SILENT = 7
ONE_VALUE = "generic-modbus-temperature"
PERIOD_S = 1.0
TOLERANCE = 0.2
SPAN_S = 9.0
FAULT_WITHIN_S = 10.0

THERMOMETER = """\
id: thermometer
name: two temperatures, far apart
driver: modbus
kind: heat-detector
source: none
quantities:
  temperature: {lowest: -40 °C, highest: 125 °C, hazardous_side: high}
  humidity: {lowest: 0 %RH, highest: 100 %RH, hazardous_side: neither}
modbus:
  points:
    temperature: {table: input-register, address: 0, type: int16, scale: 0.1}
    humidity: {table: input-register, address: 500, type: int16, scale: 0.1}
"""

SITE = """\
buses: [{{id: line, modbus: {{port: {port}, baud: 9600}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
{detectors}
rules:
  - {{id: hot, zone: hall, raises: fire-alarm, when: any(temperature > 58 °C)}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}], telemetry_every: 500 ms}}
metrics: {{port: {metrics}}}
"""


@dataclass(frozen=True)
class Parts:
    devices: ModbusDevices
    daemon: Daemon
    centre: Centre
    metrics: int

    def numbers(self) -> Numbers:
        return Numbers(self.metrics)

    def faults(self, change: str, unit: int) -> list[dict]:
        source = f"detector/heat-{unit}"
        return self.centre.events("trouble", change=change, condition="fault", source=source)


@contextmanager
def daemon_on_a_line(folder: Path, broker: int, profiles: dict[int, str]) -> Iterator[Parts]:
    """Run it on units of these profiles, each asked once a second."""
    metrics = free_port()
    with ExitStack() as stack:
        devices = on_rtu(folder, ",".join(map(str, profiles)), "--baud", "9600")
        stack.callback(devices.close)
        for unit in profiles:
            devices.set(unit, INPUT, 0, 200 + unit)
            devices.set(unit, INPUT, 500, 900 + unit)
        detectors = "\n".join(
            f"  - {{id: heat-{unit}, zone: hall, bus: line, profile: {profile}, unit: {unit}}}"
            for unit, profile in profiles.items()
        )
        site = HEAD + SITE.format(
            port=devices.port, detectors=detectors, broker=broker, metrics=metrics
        )
        daemon = stack.enter_context(Daemon(folder, site, profiles={"thermometer": THERMOMETER}))
        centre = stack.enter_context(Centre(broker))
        daemon.start().until_up()
        parts = Parts(devices, daemon, centre, metrics)
        wait_for(lambda: all(polls(parts.numbers(), unit) for unit in profiles), "a poll of each")
        yield parts
        assert daemon.stop() == 0


def polls(numbers: Numbers, unit: int, result: str = "ok") -> float:
    return numbers.of("firegw_polls_total", bus="line", detector=f"heat-{unit}", result=result)


def failed(numbers: Numbers, unit: int, cause: str) -> float:
    return numbers.of("firegw_failed_polls_total", bus="line", detector=f"heat-{unit}", cause=cause)


def test_nine_of_ten_keep_their_period_and_the_silent_one_is_one_fault(tmp_path, mosquitto):
    with daemon_on_a_line(tmp_path, mosquitto.port, dict.fromkeys(UNITS, ONE_VALUE)) as parts:
        fell_silent = now()
        parts.devices.mishap(SILENT, "silent")
        before = parts.numbers()
        periods: dict[int, list[float]] = {unit: [] for unit in UNITS if unit != SILENT}
        while now() - before.at < SPAN_S * 1e9:
            # Twice a period, over all of its failed attempts: each time between two polls is seen.
            time.sleep(PERIOD_S / 2)
            after = parts.numbers()
            for unit, seen in periods.items():
                seen.append(after.of("firegw_poll_period_seconds", detector=f"heat-{unit}"))
        fault = the_event(
            wait_for(lambda: parts.faults("entered", SILENT), "the fault at the centre")
        )
        parts.devices.do("behave", SILENT)
        wait_for(lambda: parts.faults("left", SILENT), "the recovery at the centre")
        polled = polls(parts.numbers(), SILENT)
        wait_for(lambda: polls(parts.numbers(), SILENT) >= polled + 3, "it is polled as before")

    span = in_seconds(after.at - before.at)
    for unit, seen in periods.items():
        counted = polls(after, unit) - polls(before, unit)
        assert PERIOD_S * (1 - TOLERANCE) <= span / counted <= PERIOD_S * (1 + TOLERANCE)
        assert PERIOD_S * (1 - TOLERANCE) <= median(seen) <= PERIOD_S * (1 + TOLERANCE)
        assert polls(after, unit, "failed") == 0
    assert polls(after, SILENT) <= polls(before, SILENT) + 1
    assert failed(after, SILENT, "no-reply") == polls(after, SILENT, "failed") >= 3
    assert in_seconds(int(fault["monotonicns"]) - fell_silent) < FAULT_WITHIN_S
    assert fault["data"]["cause"] == "no-reply"
    assert f"unit {SILENT}, input-register 0: no reply in" in fault["data"]["detail"]
    assert len(parts.faults("entered", SILENT)) == len(parts.faults("left", SILENT)) == 1
    assert {event["data"]["source"] for event in parts.centre.events("trouble")} == {
        f"detector/heat-{SILENT}",
        "zone/hall",
    }
    assert parts.centre.events("alarm") == []


MISHAPS = {
    1: ("exception", {"code": 4}, "exception-reply", "exception 04"),
    2: ("truncate", {"keep": 5}, "bad-reply", "cut short after 5 bytes"),
    3: ("corrupt", {}, "bad-checksum", "checksum"),
    # Its answers come while others are asked. Those to its two questions look alike.
    4: ("late", {"seconds": 0.42}, "no-reply", "no reply in"),
}
LATE, SOUND = 4, 5


def test_bad_answers_are_counted_and_told_when_they_persist_and_are_never_values(
    tmp_path, mosquitto
):
    profiles = {**dict.fromkeys(range(1, 6), ONE_VALUE), LATE: "thermometer"}
    with daemon_on_a_line(tmp_path, mosquitto.port, profiles) as line:
        for unit, (kind, options, _, _) in MISHAPS.items():
            if unit != LATE:
                line.devices.mishap(unit, kind, 1, **options)
        told_of_one = have_got_over_one_mishap(line)
        # Only now: a late answer may come into another's, which then looks garbled.
        for unit, (kind, options, _, _) in MISHAPS.items():
            line.devices.mishap(unit, kind, **options)
        for unit in MISHAPS:
            wait_for(lambda u=unit: line.faults("entered", u), f"the fault of unit {unit}")
        bad = line.numbers()
        for unit in MISHAPS:
            line.devices.do("behave", unit)
        for unit in MISHAPS:
            wait_for(lambda u=unit: line.faults("left", u), f"the recovery of unit {unit}")
        polled = polls(line.numbers(), SOUND)
        wait_for(lambda: polls(line.numbers(), SOUND) > polled + 1, "the sound one goes on")
        wait_for(lambda: values_told(line) >= right_values(profiles), "telemetry of all")

    assert told_of_one == []
    for unit, (_, _, cause, words) in MISHAPS.items():
        [fault] = line.faults("entered", unit)
        if fault["data"]["cause"] != "stale":  # ten seconds passed before the third attempt
            assert fault["data"]["cause"] == cause
            assert words in fault["data"]["detail"]
        assert failed(bad, unit, cause) >= 2
        assert len(line.faults("left", unit)) == 1
    assert polls(bad, SOUND, "failed") == 0
    assert values_told(line) == right_values(profiles)
    assert line.centre.events("alarm") == []
    assert [event for event in line.centre.events() if event["data"].get("evidence")] == []
    assert "Traceback" not in line.daemon.log


def test_a_current_loop_is_told_as_what_it_carries_and_a_cut_one_is_a_fault(tmp_path, mosquitto):
    profiles = {1: ONE_VALUE, 2: "generic-modbus-4-20ma-gas"}
    with daemon_on_a_line(tmp_path, mosquitto.port, profiles) as line:
        wait_for(  # it begins with 0.2 mA
            lambda: line.centre.events("trouble", change="entered", cause="loop-low"), "its fault"
        )
        line.devices.set(2, INPUT, 0, 12_000)  # µA
        wait_for(lambda: ("heat-2", "gas", 50.0) in values_told(line), "half of the range")
        wait_for(
            lambda: line.centre.events("trouble", change="left", cause="loop-low"), "its recovery"
        )

    [fault] = line.centre.events("trouble", change="entered", cause="loop-low")
    assert (fault["data"]["source"], fault["data"]["detector"]["id"]) == (
        "detector/heat-2/signal",
        "heat-2",
    )
    assert [value for name, _, value in values_told(line) if name == "heat-2"] == [50.0]


def have_got_over_one_mishap(line: Parts) -> list[int]:
    """Wait until one bad answer each was counted and followed by good ones; give whom it failed."""
    units = [unit for unit in MISHAPS if unit != LATE]
    for unit in units:
        cause = MISHAPS[unit][2]
        wait_for(lambda u=unit, c=cause: failed(line.numbers(), u, c), f"unit {unit}: {cause}")
    once = line.numbers()
    for unit in units:
        wait_for(
            lambda u=unit: polls(line.numbers(), u) > polls(once, u), f"unit {unit} answers again"
        )
    return [unit for unit in units if line.faults("entered", unit)]


def values_told(line: Parts) -> set[tuple[str, str, float]]:
    return {
        (reading["detector"], reading["quantity"], reading["value"])
        for message in line.centre.of("telemetry")
        for reading in message.json["readings"]
    }


def right_values(profiles: dict[int, str]) -> set[tuple[str, str, float]]:
    right = {(f"heat-{unit}", "temperature", (200 + unit) / 10) for unit in profiles}
    return right | {(f"heat-{LATE}", "humidity", (900 + LATE) / 10)}

"""Buses that fail, hang and lie, in the whole gateway: none reaches its neighbours."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import rogue_bus
from daemon_process import HEAD, ROOT, Centre, Daemon, Numbers, Played, the_event, wait_for
from gateway_inside import guarding, until
from modbus_process import on_rtu, on_tcp
from mosquitto_broker import free_port

from drivers import schedule
from drivers.registry import DRIVERS
from gateway import buses, supervisor
from rules.instant import seconds

ALARM, TROUBLE = "alarm", "trouble"
INPUT, QUIET = "input-register", 210
ALARM_WITHIN = seconds(2)
SEES_A_HANG_WITHIN = seconds(0.8)


def faults(centre: Centre, source: str) -> list[str]:
    """Give what was told of the faults of a source, in its order."""
    told = centre.events(TROUBLE, condition="fault", source=source)
    names = {(event["epoch"], event["seq"]): event["data"]["change"] for event in told}
    return list(names.values())


GOOD_AND_ROGUES = """\
buses:
  - {{id: good, simulated: {{script: {script}}}}}
{buses}
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: smoke, zone: hall, bus: good, profile: simulated-contact, every: 100 ms}}
{detectors}
outputs:
  - {{id: siren, bus: good, kind: siren}}
  - {{id: beacon, bus: refuses-its-output, kind: beacon}}
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact, latching: false}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""


@asynccontextmanager
async def mended() -> AsyncIterator[None]:
    """Let no rogue outlive its test, however that ends."""
    try:
        yield
    finally:
        rogue_bus.World.mended.set()


async def test_no_bus_that_raises_hangs_or_clings_reaches_its_siblings(
    tmp_path, mosquitto, monkeypatch
):
    rogues = {**DRIVERS, "simulated": replace(DRIVERS["simulated"], bus_module="rogue_bus")}
    monkeypatch.setattr(buses, "DRIVERS", rogues)
    monkeypatch.setattr(buses, "SHORTEST_BOUND", SEES_A_HANG_WITHIN)
    monkeypatch.setattr(supervisor, "CANCEL_WITHIN", seconds(0.1))
    rogue_bus.World.mended = asyncio.Event()
    ids = rogue_bus.ROGUES
    building = Played(tmp_path / "script")
    site = HEAD + GOOD_AND_ROGUES.format(
        script=building.path,
        broker=mosquitto.port,
        buses="\n".join(f"  - {{id: {id_}, simulated: {{}}}}" for id_ in ids),
        detectors="\n".join(
            f"  - {{id: on-{id_}, zone: hall, bus: {id_}, profile: simulated-contact, "
            "every: 200 ms}"
            for id_ in ids
        ),
    )
    broken = [id_ for id_ in ids if id_ != rogue_bus.REFUSES_ITS_OUTPUT]
    with Centre(mosquitto.port) as centre:
        async with guarding(tmp_path, site) as gateway, mended():
            for id_ in broken:
                await until(lambda i=id_: faults(centre, f"bus/{i}"), f"the fault of {id_}")
            closed = building.set("smoke", 1)
            [alarm] = await until(lambda: centre.events(ALARM), "the alarm")
            await until(lambda: faults(centre, "output/beacon"), "the fault of the beacon")
            status = await gateway.status()
            # Long enough for each rogue to be started anew more than once.
            await asyncio.sleep(4)
            while_broken = {id_: faults(centre, f"bus/{id_}") for id_ in ids}
            rogue_bus.World.mended.set()
            for id_ in broken:
                await until(lambda i=id_: faults(centre, f"bus/{i}")[1:], f"{id_} works again")
            building.set("smoke", 0)
            await until(lambda: centre.events(ALARM, change="left"), "the end of the alarm")
            building.set("smoke", 1)
            await until(lambda: faults(centre, "output/beacon")[1:], "the beacon works again")

    assert int(alarm["monotonicns"]) - closed < ALARM_WITHIN
    assert status.now.outputs == {"siren": True, "beacon": True}
    assert while_broken == {
        **{id_: ["entered"] for id_ in broken},
        rogue_bus.REFUSES_ITS_OUTPUT: [],
    }
    for id_ in broken:
        assert faults(centre, f"bus/{id_}") == ["entered", "left"]
    assert faults(centre, "output/beacon") == ["entered", "left"]
    assert faults(centre, "bus/good") == []


def test_the_bound_of_a_bus_leaves_room_for_a_line_whose_only_unit_is_dead():
    longest_wait = schedule.LONGEST_BACK_OFF * (1 + schedule.JITTER_SHARE) + schedule.GAP_PATIENCE
    longest_answer = seconds(5)  # reply_within is refused beyond it

    assert longest_wait + longest_answer < buses.SHORTEST_BOUND


OUTPUTS_ONLY = """\
buses:
  - {{id: good, simulated: {{}}}}
  - {{id: sirens, simulated: {{}}}}
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: smoke, zone: hall, bus: good, profile: simulated-contact, every: 50 ms}}]
outputs: [{{id: siren, bus: sirens, kind: siren}}]
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact}}]
uplink: {{paths: []}}
metrics: {{port: {metrics}}}
"""


async def test_a_bus_with_nothing_but_outputs_is_not_taken_for_one_that_hangs(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(buses, "SHORTEST_BOUND", SEES_A_HANG_WITHIN)
    metrics = free_port()
    site = HEAD + OUTPUTS_ONLY.format(metrics=metrics)
    async with guarding(tmp_path, site) as gateway:

        async def polls():
            numbers = await asyncio.to_thread(Numbers, metrics)
            return numbers.of("firegw_polls_total", bus="good", detector="smoke", result="ok") > 50

        await until(polls, "three times the bound")
        status = await gateway.status()

    assert status.now.conditions == ()


REAL = """\
buses:
  - {{id: good, simulated: {{script: {script}}}}}
  - {{id: lan, modbus: {{host: 127.0.0.1, tcp_port: {host}, reply_within: 100 ms}}}}
  - {{id: line, modbus: {{port: {port}, baud: 19200}}}}
  - {{id: dust, serial: {{port: {dust}}}}}
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: smoke, zone: hall, bus: good, profile: simulated-contact, every: 200 ms}}
  - {{id: lan-1, zone: hall, bus: lan, profile: generic-modbus-temperature, unit: 1}}
  - {{id: lan-2, zone: hall, bus: lan, profile: generic-modbus-temperature, unit: 2}}
  - {{id: line-1, zone: hall, bus: line, profile: generic-modbus-temperature, unit: 1}}
  - {{id: dust, zone: hall, bus: dust, profile: plantower-pms5003}}
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
metrics: {{port: {metrics}}}
"""


class Wires:
    """What hangs on the buses of that site."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.stack = stack
        self.host = on_tcp("1-2")
        self.line = on_rtu(folder, "1", "--baud", "19200")
        self.dust = folder / "dust"
        for devices, units in ((self.host, (1, 2)), (self.line, (1,))):
            stack.callback(devices.close)
            for unit in units:
                devices.set(unit, INPUT, 0, QUIET)
        os.mkfifo(self.dust)  # no terminal: it cannot be set to a baud rate

    def cut(self) -> None:
        """Let the host hang, its kernel still taking connections; unplug the adapter."""
        os.kill(self.host.process.pid, signal.SIGSTOP)
        self.stack.callback(os.kill, self.host.process.pid, signal.SIGCONT)
        self.line.do("unplug")

    def mend(self) -> None:
        """Mend all, and put a dust sensor where there was none."""
        os.kill(self.host.process.pid, signal.SIGCONT)
        self.line.do("plug")
        self.dust.unlink()
        command = (sys.executable, "-m", "gateway.demo.dust_sensor", str(self.dust))
        sensor = self.stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        )
        self.stack.callback(sensor.kill)


def test_a_host_that_hangs_and_ports_that_go_are_told_once_and_disturb_nobody(tmp_path, mosquitto):
    building = Played(tmp_path / "script")
    metrics = free_port()
    bad = ("lan", "line", "dust")
    with ExitStack() as stack:
        wires = Wires(tmp_path, stack)
        site = HEAD + REAL.format(
            script=building.path,
            host=wires.host.port,
            port=wires.line.port,
            dust=wires.dust,
            broker=mosquitto.port,
            metrics=metrics,
        )
        daemon = stack.enter_context(Daemon(tmp_path, site)).start()
        centre = stack.enter_context(Centre(mosquitto.port))
        daemon.until_up()
        wait_for(lambda: is_up(metrics, "lan") and is_up(metrics, "line"), "both Modbus buses")
        wires.cut()
        for bus in bad:
            wait_for(lambda b=bus: faults(centre, f"bus/{b}"), f"the fault of {bus}")
        closed = building.set("smoke", 1)
        alarm = the_event(wait_for(lambda: centre.events(ALARM), "the alarm"))
        # Each has been tried anew by then.
        asked = no_replies(metrics)
        wait_for(lambda: no_replies(metrics) >= asked + 3, "one more connection to the host")
        while_bad = {bus: faults(centre, f"bus/{bus}") for bus in bad}
        wires.mend()
        for bus in bad:
            wait_for(lambda b=bus: faults(centre, f"bus/{b}")[1:], f"{bus} is there again")
        assert daemon.stop() == 0

    assert int(alarm["monotonicns"]) - closed < ALARM_WITHIN
    assert while_bad == {bus: ["entered"] for bus in bad}
    for bus in bad:
        assert faults(centre, f"bus/{bus}") == ["entered", "left"]
    assert faults(centre, "bus/good") == []
    told_of = {event["data"]["source"] for event in centre.events(TROUBLE, condition="fault")}
    assert told_of == {f"bus/{bus}" for bus in bad}
    assert "Traceback" not in daemon.log


def is_up(metrics: int, bus: str) -> bool:
    return Numbers(metrics).of("firegw_bus_up", bus=bus) == 1


def no_replies(metrics: int) -> float:
    numbers = Numbers(metrics)
    return sum(
        numbers.of("firegw_failed_polls_total", bus="lan", detector=detector, cause="no-reply")
        for detector in ("lan-1", "lan-2")
    )

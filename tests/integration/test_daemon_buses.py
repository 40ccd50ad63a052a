"""Buses that fail, hang and lie, in the whole gateway: none reaches its neighbours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import rogue_bus
from daemon_process import HEAD, Centre, Played
from gateway_inside import guarding, until

from drivers.registry import DRIVERS
from gateway import buses, supervisor, wiring
from rules.instant import seconds

ALARM, TROUBLE = "alarm", "trouble"
INPUT = "input-register"
QUIET = 210
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
    monkeypatch.setattr(wiring, "DRIVERS", rogues)
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

"""What the journal carries over a full disk and over a restart, in the whole daemon."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
import small_disk
from daemon_process import (
    HEAD,
    Centre,
    Daemon,
    Played,
    is_told,
    name_of,
    the_event,
    wait_for,
)
from gateway_inside import guarding, until
from modbus_process import ModbusDevices, on_tcp

from gateway.journal import retention
from rules.condition import Lane

ALARM, TROUBLE = "alarm", "trouble"
INPUT = "input-register"
SIREN = 3  # the coil
WRITE_COIL, READ_INPUT = 5, 4  # function codes
QUIET, HOT = 210, 800  # tenths of a degree

SITE = """\
buses:
  - {{id: played, simulated: {{script: {script}}}}}
  - {{id: lan, modbus: {{host: 127.0.0.1, tcp_port: {device}}}}}
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: door, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: heat, zone: hall, bus: lan, profile: generic-modbus-temperature, unit: 1}}
outputs: [{{id: siren, bus: lan, kind: siren, unit: 1, coil: 3}}]
rules:
  - {{id: hot, zone: hall, raises: fire-alarm, when: heat.temperature > 58 °C}}
  - {{id: open, zone: hall, raises: supervisory, when: door.contact}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""


@pytest.fixture
def device() -> Iterator[ModbusDevices]:
    module = on_tcp("1")
    module.set(1, "coil", SIREN, 0)
    module.set(1, INPUT, 0, QUIET)
    yield module
    module.close()


def siren(device: ModbusDevices) -> int:
    return device.get(1, "coil", SIREN)


def test_while_the_disk_is_full_alarms_are_told_from_memory_and_later_kept_under_that_name(
    tmp_path, mosquitto, device
):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, device=device.port, broker=mosquitto.port)
    with (
        small_disk.mounted(tmp_path / "state") as disk,
        Daemon(tmp_path, site) as daemon,
        Centre(mosquitto.port) as centre,
    ):
        daemon.start().until_up()
        wait_for(daemon.records, "the first records")
        [first_epoch] = {epoch for epoch, _, _ in daemon.records()}
        disk.fill()
        # The log may still have room in what it has taken from the disk.
        for level in (1, 0) * 200:
            building.set("door", level)
            if not daemon.status().store_ok:
                break
        device.set(1, INPUT, 0, HOT)
        wait_for(lambda: siren(device), "the siren")
        alarm = the_event(wait_for(lambda: centre.events(ALARM), "the alarm"))
        failed = the_event(
            wait_for(
                lambda: centre.events(TROUBLE, source="gateway/store"), "the fault of the store"
            )
        )
        assert not daemon.status().store_ok
        disk.free()
        wait_for(lambda: daemon.status().store_ok, "the store")
        wait_for(
            lambda: centre.events(TROUBLE, source="gateway/store", change="left"), "its recovery"
        )
        wait_for(lambda: is_told(daemon, centre), "everything at the centre")
        assert daemon.stop() == 0
        records = daemon.records()
        epochs = list(dict.fromkeys(epoch for epoch, _, _ in records))

    assert "full" in failed["data"]["detail"]
    assert (alarm["durable"], failed["durable"]) == (False, False)
    memory = alarm["epoch"]
    assert memory == failed["epoch"] != first_epoch
    assert epochs[:2] == [first_epoch, memory]
    assert len(epochs) == 3
    assert all(records[name_of(event)] == event["data"] for event in centre.events())
    for recovered in centre.events(TROUBLE, source="gateway/store", change="left"):
        assert (recovered["epoch"], recovered["durable"]) == (epochs[2], True)
    assert_nothing_has_two_names(records, centre)
    assert "Traceback" not in daemon.log, daemon.log


def test_a_gateway_that_starts_on_a_full_disk_guards_from_memory_until_there_is_room(
    tmp_path, mosquitto, device
):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, device=device.port, broker=mosquitto.port)
    with (
        small_disk.mounted(tmp_path / "state") as disk,
        Daemon(tmp_path, site) as daemon,
        Centre(mosquitto.port) as centre,
    ):
        disk.fill()
        daemon.start()
        device.set(1, INPUT, 0, HOT)
        wait_for(lambda: siren(device), "the siren")
        alarm = the_event(wait_for(lambda: centre.events(ALARM), "the alarm"))
        wait_for(lambda: centre.events(TROUBLE, source="gateway/store"), "the store's fault")
        disk.free()
        wait_for(lambda: daemon.status().store_ok, "the store")
        wait_for(lambda: is_told(daemon, centre), "everything at the centre")
        records = daemon.records()
        assert daemon.stop() == 0

    assert not alarm["durable"]
    assert records[name_of(alarm)] == alarm["data"]
    recovered = centre.events(TROUBLE, source="gateway/store", change="left")
    assert len({name_of(event) for event in recovered}) == 1
    assert len({epoch for epoch, _, _ in records}) == 2
    assert_nothing_has_two_names(records, centre)
    assert "Traceback" not in daemon.log, daemon.log


def test_damage_that_is_found_when_a_full_disk_is_freed_is_told_to_the_centre(
    tmp_path, mosquitto, device
):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, device=device.port, broker=mosquitto.port)
    with (
        small_disk.mounted(tmp_path / "state") as disk,
        Daemon(tmp_path, site) as daemon,
        Centre(mosquitto.port) as centre,
    ):
        daemon.journal.write_bytes(b"no database at all" * 1000)
        disk.fill()
        daemon.start().until_up()
        assert not daemon.status().store_ok
        disk.free()
        damaged = the_event(
            wait_for(lambda: centre.events(TROUBLE, source="gateway/journal"), "what became of it")
        )
        assert daemon.status().store_ok
        assert daemon.stop() == 0

    assert damaged["data"]["cause"] == "damaged"
    assert "journal.db.damaged-1" in damaged["data"]["detail"]


async def test_events_that_are_given_up_for_want_of_room_are_a_fault_until_all_is_told(
    tmp_path, device, start_mosquitto, monkeypatch
):
    monkeypatch.setattr(retention, "OUTBOX_ROOM", {Lane.TROUBLE: 3, Lane.STATUS: 10})
    building = Played(tmp_path / "script")
    broker = start_mosquitto()
    broker.stop()
    site = HEAD + SITE.format(script=building.path, device=device.port, broker=broker.port)
    async with guarding(tmp_path, site) as gateway:
        for level in (1, 0) * 20:
            building.set("door", level)

        async def fault():
            now = (await gateway.status()).now
            return [each for each in now.conditions if each.source == "gateway/outbox"]

        async def is_over():
            return not await fault()

        [overflow] = await until(fault, "the fault")
        broker.start()
        await until(is_over, "its end")

    assert overflow.cause == "overflow"
    assert "events were given up since the start" in overflow.detail


def assert_nothing_has_two_names(records: dict, centre: Centre) -> None:
    happened = Counter(
        (data["incident"], data["change"]) for data in records.values() if "incident" in data
    )
    assert set(happened.values()) == {1}
    names: dict[tuple, set] = defaultdict(set)
    for event in centre.events():
        if "incident" in event["data"]:
            names[event["data"]["incident"], event["data"]["change"]].add(name_of(event))
    assert {len(found) for found in names.values()} == {1}
    seqs = defaultdict(list)
    for epoch, lane, seq in records:
        seqs[epoch, lane].append(seq)
    assert all(found == list(range(1, len(found) + 1)) for found in seqs.values())


def test_a_latched_alarm_stands_again_after_a_restart_with_its_siren_set_before_the_first_poll(
    tmp_path, mosquitto, device
):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, device=device.port, broker=mosquitto.port)
    with Daemon(tmp_path, site) as daemon, Centre(mosquitto.port) as centre:
        daemon.start()
        device.set(1, INPUT, 0, HOT)
        wait_for(lambda: siren(device), "the siren")
        entered = the_event(wait_for(lambda: centre.events(ALARM), "the alarm"))
        daemon.kill()

        # Meanwhile the fire has burnt the detector cold, and the relays were without power.
        device.set(1, INPUT, 0, QUIET)
        device.set(1, "coil", SIREN, 0)
        device.asked()
        daemon.start()
        wait_for(lambda: centre.events(ALARM, change="cleared"), "the first poll's news")
        asked = [(function, address) for _, _, function, address in device.asked()]
        is_on = siren(device)
        status = daemon.status()
        assert daemon.stop() == 0
        after_stop = siren(device)

    assert asked[0] == (WRITE_COIL, SIREN)
    assert (READ_INPUT, 0) in asked
    assert (is_on, after_stop) == (1, 1)
    told = {name_of(event): event for event in centre.events(ALARM)}  # the first perhaps twice
    _, still, cleared = told.values()
    assert (still["data"]["change"], still["data"]["qualifier"]) == ("standing", "still")
    assert still["data"]["incident"] == cleared["data"]["incident"] == entered["data"]["incident"]
    assert still["data"]["since"] == entered["data"]["since"]
    assert still["data"]["latched"]
    assert [each.standing for each in status.now.conditions if each.latched] == [False]
    assert status.now.outputs == {"siren": True}


def test_a_siren_that_cannot_be_set_is_a_fault_of_its_own_that_outlives_a_restart(
    tmp_path, mosquitto, device
):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, device=device.port, broker=mosquitto.port)
    device.mishap(1, "silent", address=SIREN)
    with Daemon(tmp_path, site) as daemon, Centre(mosquitto.port) as centre:
        daemon.start()
        device.set(1, INPUT, 0, HOT)
        wait_for(lambda: centre.events(ALARM), "the alarm")
        fault = the_event(
            wait_for(lambda: centre.events(TROUBLE, source="output/siren"), "the fault")
        )
        device.set(1, INPUT, 0, QUIET)
        wait_for(lambda: centre.events(ALARM, change="cleared"), "that the device is read on")
        daemon.kill()

        daemon.start()
        wait_for(  # the first perhaps twice
            lambda: len({name_of(each) for each in centre.events(ALARM, change="cleared")}) == 2,
            "the alarm after the restart",
        )
        still = [each.source for each in daemon.until_up().now.conditions]
        device.do("behave", 1)
        wait_for(lambda: siren(device), "the siren")
        wait_for(
            lambda: centre.events(change="left", source="output/siren"), "the end of the fault"
        )
        assert daemon.stop() == 0
        records = daemon.records()

    assert fault["data"]["cause"] == "no-reply"
    assert fault["data"]["contact_id"]["code"] == "320"
    assert "output/siren" in still
    told = [data for data in records.values() if data.get("condition") == "fault"]
    assert [(data["source"], data["change"]) for data in told] == [
        ("output/siren", "entered"),
        ("output/siren", "left"),
    ]
    assert len({data["incident"] for data in told}) == 1

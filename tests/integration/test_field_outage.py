"""A broker that is away for long, and power cuts meanwhile."""

from collections import defaultdict

from daemon_process import HEAD, Centre, Daemon, Played, is_told, name_of, wait_for
from mosquitto_broker import Mosquitto

CUTS = 5
CHANGES = 100  # in each life; a contact that flaps is waited for, so each closes and opens once
CONTACTS = [f"smoke-{number}" for number in range(CHANGES // 2)]

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
{detectors}
rules:
{rules}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {port}}}]}}
"""
DETECTOR = "  - {{id: {0}, zone: hall, bus: played, profile: simulated-contact}}"
RULE = "  - {{id: {0}, zone: hall, raises: fire-alarm, when: {0}.contact, latching: false}}"


def test_five_hundred_events_and_five_power_cuts_of_an_outage_arrive_once_it_is_over(tmp_path):
    broker, building = Mosquitto(tmp_path), Played(tmp_path / "script")
    site = HEAD + SITE.format(
        script=building.path,
        port=broker.port,
        detectors="\n".join(map(DETECTOR.format, CONTACTS)),
        rules="\n".join(map(RULE.format, CONTACTS)),
    )
    with Daemon(tmp_path, site) as daemon:
        for life in range(1, CUTS + 1):
            for contact in CONTACTS:
                building.set(contact, 0)
            building.stand()
            daemon.start().until_up()
            for contact in CONTACTS:
                building.set(contact, 1)
                building.set(contact, 0)
            wait_for(lambda life=life: alarms(daemon) >= life * CHANGES, "the events of a life")
            daemon.kill()
        before = daemon.records()
        boots = daemon.rows(
            "SELECT boot.boot_id, record.monotonic_ns FROM record JOIN boot "
            "ON boot.id = record.boot ORDER BY record.number"
        )

        broker.start()
        with Centre(broker.port) as centre:
            daemon.start().until_up()
            wait_for(lambda: is_told(daemon, centre), "all of it at the centre")
            assert daemon.stop() == 0
    broker.stop()

    told = {name_of(event): event for event in centre.events()}
    of_the_outage = [told[name] for name in before]
    assert len(told) == len(centre.events()) == len({event["id"] for event in told.values()})
    assert all(event["historical"] for event in of_the_outage)
    assert [(event["boot"], int(event["monotonicns"])) for event in of_the_outage] == boots
    lanes = defaultdict(list)
    for epoch, lane, seq in told:  # in the order in which they came; a power cut may end an epoch
        lanes[epoch, lane].append(seq)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in lanes.values())


def alarms(daemon: Daemon) -> int:
    return daemon.rows("SELECT count(*) FROM record WHERE lane = 'alarm'")[0][0]

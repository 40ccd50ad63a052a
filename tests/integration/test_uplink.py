"""The uplink against a real broker: delivery, order, precedence, and brokers that go away."""

from uplink_site import Centre, Site, plain_path

from gateway.settings.model import MqttVersion
from rules.condition import Lane
from rules.instant import Instant


async def test_events_arrive_in_order_and_are_delivered_when_the_broker_has_them(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            await gateway.until_up()
            records = [gateway.tell() for _ in range(50)]
            await gateway.until_delivered(*records)
            await centre.until(lambda _: len(centre.events("alarm")) == 50)

    events = centre.events("alarm")
    assert [event["seq"] for event in events] == list(range(1, 51))
    assert {event["historical"] for event in events} == {False}
    assert len({event["id"] for event in events}) == 50


async def test_an_older_broker_gets_the_same_events(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port, version=MqttVersion.V3_1_1)) as gateway:
            await gateway.until_up()
            await gateway.until_delivered(gateway.tell(), gateway.tell(Lane.TROUBLE))
            await centre.until(lambda _: centre.events("alarm") and centre.events("trouble"))

    assert centre.events("alarm")[0]["data"]["condition"] == "fire-alarm"
    assert centre.events("trouble")[0]["data"]["condition"] == "fault"


async def test_what_happens_while_the_broker_is_away_arrives_when_it_is_back(mosquitto):
    async with Site(plain_path(mosquitto.port)) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
        mosquitto.stop()
        await gateway.until(lambda: gateway.heard("down"))
        missed = [gateway.tell(lane) for _ in range(20) for lane in Lane]

        mosquitto.start()
        with Centre(mosquitto.port) as centre:
            await gateway.until_delivered(*missed)
            # The first few may have gone before this centre was there to hear.
            last = gateway.tell()
            await centre.until(
                lambda _: last.name.seq in [e["seq"] for e in centre.events("alarm")]
            )

    seqs = [event["seq"] for event in centre.events("alarm")]
    assert seqs == sorted(seqs)
    assert [told[0] for told in gateway.told if told[0] in ("up", "down")] == ["up", "down", "up"]


async def test_a_broker_that_ends_in_the_middle_of_a_burst_loses_nothing(mosquitto):
    async with Site(plain_path(mosquitto.port)) as gateway:
        await gateway.until_up()
        records = [gateway.tell() for _ in range(200)]
        await gateway.until(lambda: gateway.journal.delivered)
        mosquitto.restart()
        records += [gateway.tell() for _ in range(50)]

        await gateway.until_delivered(*records)

    in_order = [span.first for told in gateway.heard("delivered") for span in told[1]]
    assert sorted(in_order) == list(range(1, 251))


async def test_an_alarm_overtakes_a_backlog_of_a_thousand(mosquitto):
    with Centre(mosquitto.port) as centre:
        gateway = Site(plain_path(mosquitto.port))
        for _ in range(1000):
            gateway.make(Lane.STATUS)
        async with gateway:
            await gateway.until(lambda: gateway.heard("delivered"))
            delivered_before = len(gateway.journal.delivered)
            alarm = gateway.tell()
            await gateway.until_delivered(*gateway.journal.records)
            await centre.until(lambda _: len(centre.events("status")) == 1000)

    lanes = [each.json["lane"] for each in centre.messages if each.what.startswith("event/")]
    assert alarm.name in gateway.journal.delivered
    # Fifteen may be in flight when it is raised; whatever else waits comes after it.
    assert lanes.index("alarm") <= delivered_before + 15
    assert [event["seq"] for event in centre.events("status")] == list(range(1, 1001))


async def test_what_an_earlier_process_left_arrives_as_historical(mosquitto):
    with Centre(mosquitto.port) as centre:
        gateway = Site(plain_path(mosquitto.port))
        left = gateway.make(at=Instant(gateway.clock.now() - 1_000_000_000))
        async with gateway:
            await gateway.until_delivered(left)
            await gateway.until_delivered(gateway.tell())
            await centre.until(lambda _: len(centre.events("alarm")) == 2)

    assert [event["historical"] for event in centre.events("alarm")] == [True, False]


async def test_alarms_go_on_while_the_journal_cannot_be_read(mosquitto):
    gateway = Site(plain_path(mosquitto.port))
    gateway.journal.failing = True
    async with gateway:
        await gateway.until_up()
        await gateway.until_so(lambda: gateway.journal.reads > 0)
        await gateway.until_delivered(gateway.tell())


async def test_alarms_go_on_both_paths_and_the_rest_on_the_first(start_mosquitto):
    lan, mobile = start_mosquitto(), start_mosquitto()
    with Centre(lan.port) as at_lan, Centre(mobile.port) as at_mobile:
        async with Site(plain_path(lan.port), plain_path(mobile.port, "4g")) as gateway:
            await gateway.until_up("lan")
            await gateway.until_up("4g")
            await gateway.until_delivered(gateway.tell(Lane.STATUS), gateway.tell())
            await at_lan.until(lambda _: at_lan.events("alarm") and at_lan.events("status"))
            await at_mobile.until(lambda _: at_mobile.events("alarm"))

    assert at_mobile.events("status") == []


async def test_a_dead_path_disturbs_no_other(start_mosquitto):
    lan, mobile = start_mosquitto(), start_mosquitto()
    async with Site(plain_path(lan.port), plain_path(mobile.port, "4g")) as gateway:
        await gateway.until_up("lan")
        await gateway.until_up("4g")
        lan.stop()
        records = [gateway.tell(lane) for _ in range(30) for lane in Lane]

        await gateway.until_delivered(*records)
        await gateway.until(lambda: gateway.heard("down"))

    assert {told[1] for told in gateway.heard("down")} == {"lan"}


async def test_the_paths_say_how_they_are(mosquitto):
    async with Site(plain_path(mosquitto.port), plain_path(1, "4g")) as gateway:
        await gateway.until_up()
        await gateway.until(lambda: gateway.heard("down"))
        lan, mobile = gateway.uplink.paths

    assert (lan.id, lan.connected, lan.detail) == ("lan", True, "")
    assert (mobile.id, mobile.connected) == ("4g", False)
    assert "127.0.0.1:1: connection refused; is the broker running" in mobile.detail

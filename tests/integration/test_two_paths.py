"""Two paths, each on an interface of its own: what one cannot do the other does, and it is told.

The building, its networks, its brokers and its oracle are those of the campaign of chaos, and so
are the times: a path is asked whether it leads to the centre every 2 s where an alarm would take
it, and every 4 s in reserve, instead of every minute and every hour.
"""

import json
from collections.abc import Iterator

import pytest
from chaos.building import Building
from chaos.network import CABLES, PORT, NoNetworkError, what_is_missing
from chaos.processes import oracle
from chaos.receiver import arrivals
from chaos.reckoning import Reckoning
from daemon_process import wait_for

ALARM_WITHIN_S = 20
PRIMARY_TOLD_WITHIN_S = 90
ALTERNATE_TOLD_WITHIN_S = 4 + 3 + 3  # the period, the time for an answer, and a turn or two
LAN_FAILS, WWAN_FAILS = "351", "352"


@pytest.fixture
def building(tmp_path) -> Iterator[Building]:
    if missing := what_is_missing():
        pytest.skip(missing)
    try:
        made = Building(tmp_path, centre_decides=True, has_reference=False)
    except NoNetworkError as error:
        pytest.skip(str(error))
    try:
        Reckoning(made).heal()
        yield made
    finally:
        made.close()


def heard(building: Building, path: str, **data: object) -> list[dict]:
    """Give the events that came by a path and whose data has these values."""
    events = [
        json.loads(message)
        for _, by, *_, message in arrivals(building.folder / "oracle.db")
        if by == path
    ]
    return [event for event in events if all(event["data"].get(key) == data[key] for key in data)]


def told_of(building: Building, code: str, qualifier: int) -> list[dict]:
    """Give what came, by whatever path, with a Contact ID code."""
    return [
        event
        for path in CABLES
        for event in heard(building, path)
        if (event["data"]["contact_id"] or {}).get("code") == code
        and event["data"]["contact_id"]["qualifier"] == qualifier
        and event["data"]["condition"] == "fault"
    ]


def test_an_alarm_whose_cable_is_pulled_arrives_by_the_other_path_and_the_fault_is_told(building):
    building.set_contact("fire-1", 1)
    building.network.pull("lan")
    [alarm] = wait_for(
        lambda: heard(building, "4g", source="rule/fire-1", change="entered"),
        "the alarm by the other path",
        ALARM_WITHIN_S,
    )
    [fault, *_] = wait_for(
        lambda: told_of(building, LAN_FAILS, 1), "the fault of the path", PRIMARY_TOLD_WITHIN_S
    )
    building.set_contact("fire-2", 1)
    [second] = wait_for(
        lambda: heard(building, "4g", source="rule/fire-2", change="entered"),
        "an alarm while the path is down",
        ALARM_WITHIN_S,
    )
    building.network.plug("lan")
    wait_for(lambda: told_of(building, LAN_FAILS, 3), "the end of the fault")
    building.set_contact("pre-1", 1)
    by_both = [
        wait_for(lambda p=path: heard(building, p, source="rule/pre-1"), f"an alarm by {path}")
        for path in CABLES
    ]

    assert fault["data"]["source"] == "path/lan"
    assert alarm["lane"] == second["lane"] == "alarm"
    assert len({event["id"] for events in by_both for event in events}) == 1


def test_a_line_in_reserve_that_swallows_everything_is_a_fault_within_its_period(building):
    building.network.lose("4g", 1)
    [fault, *_] = wait_for(
        lambda: told_of(building, WWAN_FAILS, 1), "the fault", ALTERNATE_TOLD_WITHIN_S
    )
    building.network.mend("4g")
    wait_for(lambda: told_of(building, WWAN_FAILS, 3), "its end")

    assert fault["data"]["source"] == "path/4g"
    assert heard(building, "lan", source="path/4g", change="entered")


def test_a_path_in_reserve_whose_broker_reaches_no_centre_is_a_fault_within_its_period(building):
    [centre] = building.centres
    centre.kill()
    lan_only = oracle(
        building.network,
        building.folder,
        building.folder / "oracle.key",
        (f"lan={CABLES['lan'].host}:{PORT}",),
    )
    lan_only.start()
    try:
        [fault, *_] = wait_for(
            lambda: told_of(building, WWAN_FAILS, 1), "the fault", ALTERNATE_TOLD_WITHIN_S
        )
    finally:
        lan_only.kill()
    centre.start()
    wait_for(lambda: told_of(building, WWAN_FAILS, 3), "its end")

    assert fault["data"]["source"] == "path/4g/answer"
    assert fault["data"]["cause"] == "no-answer"

"""What a centre may know: one status with everything in it."""

from gateway.centre.burning import Burning
from gateway.centre.status import CentreStatus, Gap, GatewayStatus, Head

EPOCH = "9f1c2e7ab04d4d5c8a3e61f20b7d94ee"


def gateway(number: int, **fields: object) -> GatewayStatus:
    given = {
        "province": "33",
        "site": f"CS000{number}",
        "gateway": f"GW-{number}",
        "site_name": "Chợ Phố Hiến",
        "version": "1.2.3",
        "device_key": None,
        "silent": False,
        "heard_s": 12,
        "paths": {"lan": True},
        "burning": [],
        "gaps": [],
        "events": 17,
        "head": head(),
        **fields,
    }
    return GatewayStatus(**given)


def head(contradicted: int | None = None) -> Head:
    return Head(
        number=31,
        hash="7d" * 32,
        epoch=EPOCH,
        heard="2026-12-04T10:04:05.123Z",
        contradicted=contradicted,
    )


def gap(lane: str, first: int, last: int, asked: int, *, given_up: bool = False) -> Gap:
    return Gap(epoch=EPOCH, lane=lane, first=first, last=last, asked=asked, given_up=given_up)


def alarm(condition: str, zone: str | None, since: str | None) -> Burning:
    source = "rule/kitchen-fire"
    return Burning(condition=condition, zone=zone, source=source, incident="x", since=since)


NOBODY = CentreStatus(time="2026-12-04T10:05:00.000Z", gateways=[], refused={})
QUIET = CentreStatus(time="2026-12-04T10:05:00.000Z", gateways=[gateway(1)], refused={})
EVERYTHING = CentreStatus(
    time="2026-12-04T10:05:00.000Z",
    gateways=[
        gateway(
            1,
            burning=[
                alarm("fire-alarm", "kitchen", "2026-12-04T10:04:05.123Z"),
                alarm("gas-alarm", None, None),
            ],
            paths={"4g": False, "lan": True},
        ),
        gateway(2, silent=True, heard_s=5025, paths={"lan": False}, head=head(contradicted=29)),
        gateway(3, silent=True, heard_s=None, paths={}, head=None, events=0, site_name=""),
        gateway(
            4,
            gaps=[
                gap("alarm", 4, 6, 0),
                gap("trouble", 9, 9, 3),
                gap("status", 1, 1200, 8, given_up=True),
            ],
        ),
    ],
    refused={"other-source": 2, "unreadable": 31},
)

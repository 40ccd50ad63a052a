"""The site of the examples: a market with a kitchen and a hall. Pure."""

from typing import Final

from gateway.messages.parts import Heads, directory_of
from gateway.messages.topics import Origin
from gateway.settings.model import (
    BusEntry,
    Centre,
    DeliveredWhen,
    DetectorEntry,
    Gateway,
    Identity,
    OutputEntry,
    Path,
    RuleEntry,
    Settings,
    Tls,
    Uplink,
    ZoneEntry,
)
from gateway.signature import PrivateKey
from rules.condition import Condition, Lane
from rules.instant import Duration, seconds
from rules.output import OutputKind
from rules.profile import CONTACT_RANGE, DetectorKind, Profile, QuantityRange
from rules.site import SiteDefinition

BOOT: Final = "3b7c1a52-0f6d-4f0e-9f6b-7f1f4c6f8a11"
EPOCH: Final = "9f1c2e7ab04d4d5c8a3e61f20b7d94ee"
BOOTED_NS: Final = 1_796_378_400_000_000_000  # 2026-12-04T10:00:00Z

CENTRE_KEY: Final = PrivateKey(bytes(range(32)))
DEVICE_KEY: Final = PrivateKey(bytes(range(32, 64)))
"""Keys of the examples. They are published: whoever names one in earnest believes everybody."""


def _detector(
    id_: str, name: str, kind: DetectorKind, profile: Profile, bus: str = "line"
) -> DetectorEntry:
    return DetectorEntry(
        id=id_,
        zone="kitchen",
        bus=bus,
        profile=profile,
        kind=kind,
        name=name,
        every=Duration(seconds(1)),
        stale_after=Duration(seconds(10)),
        options=None,
    )


HEAT: Final = Profile(
    id="heat-485",
    name="Heat transmitter, Modbus RTU",
    driver="modbus",
    kind=DetectorKind.HEAT,
    source="example",
    quantities={"temperature": QuantityRange(lowest=-20, highest=120)},
)
CONTACT: Final = Profile(
    id="dry-contact",
    name="Dry contact",
    driver="gpio",
    kind=DetectorKind.MANUAL_CALL_POINT,
    source="example",
    quantities={"contact": CONTACT_RANGE},
)

SETTINGS: Final = Settings(
    site=Identity(
        id="CS0001234",
        name="Chợ Phố Hiến",
        province="33",
        commune="12103",
        address="Đường Bạch Đằng",
        latitude=20.6464,
        longitude=106.0511,
    ),
    gateway=Gateway(id="GW-8F2A"),
    buses=(
        BusEntry(id="line", driver="modbus", options=None),
        BusEntry(id="panel", driver="gpio", options=None),
    ),
    zones=(
        ZoneEntry(id="kitchen", name="Bếp tầng 1"),
        ZoneEntry(id="hall", name="Sảnh chính"),
    ),
    detectors=(
        _detector("kitchen-heat-1", "Đầu báo nhiệt 1", DetectorKind.HEAT, HEAT),
        _detector("kitchen-heat-2", "Đầu báo nhiệt 2", DetectorKind.HEAT, HEAT),
        _detector("mcp-1", "Nút ấn cửa sau", DetectorKind.MANUAL_CALL_POINT, CONTACT, "panel"),
    ),
    outputs=(
        OutputEntry(
            id="siren",
            bus="panel",
            kind=OutputKind.SIREN,
            conditions=frozenset({Condition.FIRE_ALARM}),
            zones=frozenset(),
            options=None,
        ),
    ),
    rules=(
        RuleEntry(
            id="kitchen-fire",
            zone="kitchen",
            raises=Condition.FIRE_ALARM,
            when="count(temperature > 58 °C) >= 1",
            clear=None,
            hold=Duration(seconds(5)),
            latching=True,
        ),
    ),
    uplink=Uplink(
        paths=(
            Path(id="lan", host="mqtt.example.vn", tls=Tls()),
            Path(id="4g", host="mqtt.example.vn", tls=Tls(), interface="wwan0"),
        ),
        centres=(Centre(id="pc07-33", key=CENTRE_KEY.public.text),),
        delivered_when=DeliveredWhen.CENTRE,
    ),
    metrics=None,
    profiles={},
    definition=SiteDefinition(zones=(), detectors=(), rules=(), outputs=()),
    hash="c1f6b5a0d9e84f3b7a2c6d1e0f9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f10",
)
ORIGIN: Final = Origin("33", "CS0001234", "GW-8F2A")
DIRECTORY: Final = directory_of(SETTINGS)
HEADS: Final = Heads(epoch=EPOCH, seq={Lane.ALARM: 3, Lane.TROUBLE: 7, Lane.STATUS: 12})

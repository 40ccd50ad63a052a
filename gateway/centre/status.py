"""What the centre knows now: the nouns of `firegw centre status`. Pure."""

import msgspec

from gateway.centre.burning import Burning


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Events that are missing.

    Attributes:
        epoch: of which life of the gateway's journal.
        lane: of which stream.
        first: the first seq.
        last: the last seq.
        asked: how often they were asked for.
        given_up: whether they are asked for no more.
    """

    epoch: str
    lane: str
    first: int
    last: int
    asked: int
    given_up: bool


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The last head of the gateway's journal that was heard.

    Attributes:
        number: of its last record; 0 where that was not said.
        hash: of its last record, hexadecimal.
        epoch: of the journal.
        heard: when.
        contradicted: number of a record that has had two different hashes: the journal was
            rewritten, or two gateways bear one name. Null where none has.
    """

    number: int
    hash: str
    epoch: str
    heard: str
    contradicted: int | None


class GatewayStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway as the centre knows it.

    Attributes:
        province: official code.
        site: the facility's id.
        gateway: its id.
        site_name: the facility's name; empty before the first inventory.
        version: of its software.
        device_key: the key that signs its journal, or null.
        silent: whether it has given no sign of life for 90 s.
        heard_s: seconds since its last heartbeat; null where none ever came.
        paths: by id, whether each path is connected.
        burning: alarms that stand now.
        gaps: events that are missing.
        events: how many events of it are stored.
        head: of its journal, or null.
    """

    province: str
    site: str
    gateway: str
    site_name: str
    version: str
    device_key: str | None
    silent: bool
    heard_s: int | None
    paths: dict[str, bool]
    burning: list[Burning]
    gaps: list[Gap]
    events: int
    head: Head | None


class CentreStatus(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        time: when it was read.
        gateways: every gateway that was ever heard of.
        refused: of the newest messages that were not taken, how many for each reason.
    """

    time: str
    gateways: list[GatewayStatus]
    refused: dict[str, int]

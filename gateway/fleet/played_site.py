"""The site that a simulated gateway plays: the market of the contract's examples, by another name.

Pure. The messages are made by the code that makes the real ones.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from gateway.contract.example_events import FIRE
from gateway.contract.example_present import QUIET
from gateway.contract.example_site import SETTINGS
from gateway.messages.event import body_of, event_message, kind_of
from gateway.messages.inventory import inventory_message
from gateway.messages.liveness import heartbeat_message
from gateway.messages.parts import Directory, Heads, Stamp, directory_of
from gateway.messages.state import state_of
from gateway.messages.state_size import state_message
from gateway.messages.topics import Origin
from gateway.record import Record, RecordName
from gateway.settings.model import Gateway, Path, Settings, Uplink
from rules.condition import Lane
from rules.event import ConditionEvent
from rules.instant import Moment
from rules.snapshot import ConditionNow, SiteNow

PATH: Final = "lan"
VERSION: Final = "simulated"


@dataclass(frozen=True, kw_only=True)
class PlayedSite:
    """A site and its gateway.

    Attributes:
        number: which of the fleet it is.
        province: where.
        epoch: of its journal.
        device_key: the public key of its journal, as it is written.
    """

    number: int
    province: str
    epoch: str
    device_key: str

    @cached_property
    def origin(self) -> Origin:
        """Who speaks."""
        return Origin(self.province, f"SIM{self.number:04}", f"SIM-{self.number:04}")

    @cached_property
    def settings(self) -> Settings:
        """The site, as a site file would say it."""
        site = replace(
            SETTINGS.site,
            id=self.origin.site,
            name=f"{SETTINGS.site.name} {self.number}",
            province=self.province,
        )
        path = Path(id=PATH, host="127.0.0.1")
        return replace(
            SETTINGS,
            site=site,
            gateway=Gateway(id=self.origin.gateway),
            uplink=Uplink(paths=(path,)),
        )

    @cached_property
    def directory(self) -> Directory:
        """Its names."""
        return directory_of(self.settings)

    def heads(self, alarms: int) -> Heads:
        """Give how far its journal has come."""
        return Heads(epoch=self.epoch, seq={Lane.ALARM: alarms} if alarms else {})

    def alarm(self, seq: int, stamp: Stamp) -> bytes:
        """Tell of a fire that begins now."""
        event = self._fire(stamp)
        record = Record(
            name=RecordName(self.epoch, Lane.ALARM, seq),
            number=seq,
            boot_id=stamp.boot_id,
            monotonic_ns=stamp.at,
            wall_ns=stamp.wall_ns,
            clock=stamp.clock,
            kind=kind_of(event),
            body=body_of(event, self.directory, stamp.wall_ns),
            durable=True,
        )
        return event_message(record, self.origin, historical=False)

    def state(self, alarms: int, burns_since: Stamp | None, stamp: Stamp) -> bytes:
        """Tell the present."""
        state = state_of(
            self._now(burns_since, stamp),
            stamp,
            self.origin,
            self.directory,
            heads=self.heads(alarms),
            dated=lambda moment: stamp.wall_ns - (stamp.at - moment.at),
        )
        return state_message(state)

    def inventory(self, stamp: Stamp) -> bytes:
        """Tell what is installed."""
        return inventory_message(
            self.settings, stamp, self.origin, version=VERSION, device_key=self.device_key
        )

    def heartbeat(self, nonce: str, alarms: int, waiting: int, stamp: Stamp) -> bytes:
        """Give a sign of life."""
        head = hashlib.sha256(f"{self.epoch}/{alarms}".encode()).hexdigest()
        return heartbeat_message(
            stamp,
            self.origin,
            nonce=nonce,
            now=self._now(None, stamp),
            outbox={Lane.ALARM: waiting, Lane.TROUBLE: 0, Lane.STATUS: 0},
            journal_head=(alarms, head),
            heads=self.heads(alarms),
            paths={PATH: True},
        )

    def _fire(self, stamp: Stamp) -> ConditionEvent:
        return replace(FIRE, at=stamp.at, incident=Moment(stamp.boot_id, stamp.at))

    def _now(self, burns_since: Stamp | None, stamp: Stamp) -> SiteNow:
        if burns_since is None:
            return replace(QUIET, at=stamp.at)
        fire = self._fire(burns_since)
        condition = ConditionNow(
            condition=fire.condition,
            zone=fire.zone,
            source=fire.source,
            incident=fire.incident,
            standing=True,
            latched=True,
            acknowledged=None,
            cause=fire.cause,
            detail=fire.detail,
        )
        return replace(QUIET, at=stamp.at, conditions=(condition,))

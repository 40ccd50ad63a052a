"""The walk test's log as the running gateway has it, and what it answers on the control socket.

What it does wrong costs the gateway nothing: after a mistake it notes nothing more, and says so.
"""

import importlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from gateway.commissioning.walk_log import WalkLog
from gateway.control.installed import Installed
from gateway.control.protocol import Outcome, Reply, Request
from gateway.control.walk_status import WalkedDetector, WalkNow
from gateway.own_thread import OwnThreads
from gateway.record import Batch, Record, RecordName, Span, StateChange
from gateway.settings.model import DeliveredWhen, Settings
from rules.engine import Input
from rules.instant import Duration, Instant, Moment, in_seconds, seconds
from rules.output import OutputKind
from rules.step import Step

log = logging.getLogger(__name__)

PART: Final = "gateway/walk-test"
WORKED_OUT_WITHIN: Final = seconds(4)  # whoever asks waits for five


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkDeskPorts:
    """What the desk reaches the rest by.

    Attributes:
        now: reads the monotonic clock.
        date: gives the wall time of a moment, nanoseconds since 1970; None where nobody knows it.
        submit: hands a batch to the journal; never blocks.
    """

    now: Callable[[], Instant]
    date: Callable[[Moment], int | None]
    submit: Callable[[Batch], None]


class WalkDesk:
    """The desk. For the event loop's thread; none of it blocks or raises.

    Args:
        settings: of the site.
        rows: the durable rows at the start.
        boot_id: of this boot.
        version: of the software.
        device_key: the gateway's public key as it is written, where it has one.
        ports: what it reaches the rest by.
    """

    def __init__(  # noqa: PLR0913 - the wiring gives each, once
        self,
        settings: Settings,
        rows: Mapping[str, str],
        *,
        boot_id: str,
        version: str,
        device_key: str | None,
        ports: WalkDeskPorts,
    ) -> None:
        self._boot_id = boot_id
        self._version = version
        self._device_key = device_key
        self._ports = ports
        self._log = WalkLog(
            rows, boot_id, by_centre=_waits_for_the_centre(settings), date=ports.date
        )
        self._threads: OwnThreads[Installed] = OwnThreads("control-installed", 1)
        self._is_broken = False
        self.configured(settings)

    def configured(self, settings: Settings) -> None:
        """Take the settings that are in force from now on."""
        self._settings = settings
        self._log.by_centre = _waits_for_the_centre(settings)
        self._detectors = tuple(
            WalkedDetector(id=each.id, name=each.name, zone=each.zone)
            for each in settings.detectors
        )
        self._installed: Installed | None = None
        self._annunciators = frozenset(
            output.id for output in settings.outputs if output.kind is not OutputKind.FAULT_RELAY
        )

    # What the core, the journal and the uplink tell.

    def recorded(self, _now: Instant, given: Input | None, step: Step) -> None:
        """Take an input and what it led to; None stands for the start."""
        if step.events:  # the many readings that lead to nothing cost nothing
            self._keep(lambda: self._log.stepped(given, step, self._annunciators))

    def made(self, records: Sequence[Record]) -> None:
        """Take events that have just been made durable, or numbered in memory."""
        now = self._ports.now()
        self._keep(lambda: self._log.made(records, now, self._settings.hash))

    def taken(self, answers: Sequence[tuple[RecordName, bool]]) -> None:
        """Take what a broker has acknowledged."""
        if self._log.waits:
            now = self._ports.now()
            self._keep(lambda: self._log.published((name for name, _ in answers), now))

    def delivered(self, spans: Sequence[Span]) -> None:
        """Take what needs no delivery any more."""
        if self._log.waits:
            now = self._ports.now()
            self._keep(lambda: self._log.confirmed(spans, now))

    def _keep(self, note: Callable[[], Iterable[StateChange]]) -> None:
        """Note something, and have what changed made durable."""
        if self._is_broken:
            return
        try:
            changes = tuple(note())
            if changes:
                self._ports.submit(Batch(changes=changes))
        except Exception:
            self._is_broken = True
            log.exception("a mistake; no walk test is noted any more", extra={"part": PART})

    # What people ask.

    async def walk(self, request: Request, author: str) -> Reply:
        """Answer `walk-test`: of one zone, or of the whole site."""
        zones = [zone.id for zone in self._settings.zones]
        if request.zone is not None and request.zone not in zones:
            words = (f"there is no zone {request.zone!r}; zones are {', '.join(zones)}",)
            return Reply(outcome=Outcome.REFUSED, author=author, words=words)
        return Reply(outcome=Outcome.DONE, author=author, walk=self._now(request.zone))

    def _now(self, zone: str | None) -> WalkNow:
        detectors = tuple(each for each in self._detectors if zone in (None, each.zone))
        now = Moment(self._boot_id, self._ports.now())
        return WalkNow(
            now=now,
            now_ns=self._ports.date(now),
            configuration=self._settings.hash,
            has_paths=bool(self._settings.uplink.paths),
            by_centre=self._log.by_centre,
            detectors=detectors,
            tests=tuple(each for each in self._log.tests if zone in (None, each.zone)),
            responses=self._log.responses_of(each.id for each in detectors),
        )

    async def installed(self, request: Request, author: str) -> Reply:
        """Answer `installed`, which is worked out in a thread of its own, once a configuration."""
        del request  # it asks for all
        settings = self._settings
        if self._installed is None or self._installed.configuration != settings.hash:
            work = partial(
                _installed_of, settings, version=self._version, device_key=self._device_key
            )
            try:
                self._installed = await self._threads.run(work, in_seconds(WORKED_OUT_WITHIN))
            except TimeoutError:
                words = ("it is still being worked out; ask again in a moment",)
                return Reply(outcome=Outcome.FAILED, author=author, words=words)
        return Reply(outcome=Outcome.DONE, author=author, installed=self._installed)

    async def close(self, within: Duration) -> None:
        """Let what is being worked out come to its end."""
        await self._threads.ended(in_seconds(within))


def _installed_of(settings: Settings, *, version: str, device_key: str | None) -> Installed:
    """Say what is installed; what reckons the times is loaded by the first who asks."""
    installation = importlib.import_module("gateway.commissioning.installation")
    installed: Installed = installation.installed_of(
        settings, version=version, device_key=device_key
    )
    return installed


def _waits_for_the_centre(settings: Settings) -> bool:
    return settings.uplink.delivered_when is DeliveredWhen.CENTRE

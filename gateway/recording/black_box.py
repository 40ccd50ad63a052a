"""The recorder as the running gateway has it: what it does wrong costs the gateway nothing."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final

from gateway.clock import Clock
from gateway.record import ClockQuality
from gateway.recording.format import Header
from gateway.recording.recorder import PART, Recorder, RecorderPorts
from gateway.settings.model import Settings
from rules.engine import Input
from rules.instant import Instant
from rules.step import Step

log = logging.getLogger(__name__)

FOLDER: Final = "recordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTexts:
    """The site file and the profiles, as they were read: by file name, what each holds."""

    file: str = ""
    texts: Mapping[str, bytes] = field(default_factory=dict)

    def named_by(self, settings: Settings) -> dict[str, bytes]:
        """Give the site file and the profiles that it names."""
        return {
            file: text
            for file, text in self.texts.items()
            if file == self.file or PurePath(file).stem in settings.profiles
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackBoxPorts:
    """What the black box reaches the gateway by.

    Attributes:
        clock: of this boot.
        failed: told of a part, cause and detail, in the event loop's thread.
        recovered: told of a part, likewise.
    """

    clock: Clock
    failed: Callable[[str, str, str], None]
    recovered: Callable[[str], None]


class BlackBox:
    """Records one life of the engine, under one configuration.

    Attributes:
        has_gone_on: whether it went on with what another one was keeping.
    """

    def __init__(
        self,
        header: Header,
        state_directory: Path,
        ports: BlackBoxPorts,
        *,
        rows: Mapping[str, str],
        started: Instant,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._ports = ports
        self._clock = ports.clock
        self._is_broken = False
        self._is_leaving = False
        self.has_gone_on = False
        self._recorder = Recorder(
            header,
            state_directory / FOLDER,
            RecorderPorts(
                wall_ns=self._wall_ns,
                failed=lambda detail: self._post(ports.failed, PART, "lost", detail),
                recovered=lambda: self._post(ports.recovered, PART),
            ),
            rows=rows,
            started=started,
        )
        self._recorder.start()

    def recorded(self, now: Instant, given: Input | None, step: Step) -> None:
        """Take an input and what it led to; raises nothing, and after a mistake takes no more."""
        if self._is_broken:
            return
        try:
            self._recorder.recorded(now, given, step)
        except Exception as mistake:
            self._is_broken = True
            log.exception("a mistake; nothing more is recorded", extra={"part": PART})
            detail = f"nothing more is recorded: {type(mistake).__name__}: {mistake}"
            # After the step in which it happened.
            self._loop.call_soon(self._tell, self._ports.failed, PART, "mistake", detail)

    @property
    def is_keeping(self) -> bool:
        """Whether what comes is on its way into a file."""
        return not self._is_broken and self._recorder.is_keeping

    def go_on_from(self, former: "BlackBox", now: Instant, reason: str) -> None:
        """Keep what comes where another one, which ends, is keeping what is around an alarm.

        Once only: whoever changes the configuration again and again must not push older recordings
        out.
        """
        if former.is_keeping and not former.has_gone_on:
            self.has_gone_on = True
            self._recorder.keep(now, reason)

    def leave(self) -> None:
        """Tell nothing more: the gateway stops, and soon nobody can write it down."""
        self._is_leaving = True

    def close(self) -> None:
        """Write out what is waiting, within a bound."""
        if not self._recorder.close(self._clock.now()):
            log.error("a recording could not be ended in time", extra={"part": PART})

    def _wall_ns(self) -> int | None:
        wall = self._clock.read()
        return None if wall.quality is ClockQuality.UNKNOWN else wall.wall_ns

    def _post(self, call: Callable[..., None], *arguments: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: there is nobody to tell
            self._loop.call_soon_threadsafe(self._tell, call, *arguments)

    def _tell(self, call: Callable[..., None], *arguments: str) -> None:
        if not self._is_leaving:
            call(*arguments)


def header_of(settings: Settings, site: SiteTexts, *, version: str, boot_id: str) -> Header:
    """Give the header of what is recorded of a site."""
    return Header(
        gateway=settings.gateway.id,
        version=version,
        boot_id=boot_id,
        site_file=site.file,
        texts=site.named_by(settings),
        reason="",
        kept_at=0,
        utc_offset=settings.definition.utc_offset,
    )

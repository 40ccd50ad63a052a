"""What the looks begin with: what was asked, the site, what the gateway says, and the time."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.control.client import NotPermittedError, UnreachableError, ask
from gateway.control.protocol import DEFAULT_SOCKET, Request, Verb
from gateway.control.status import Status
from gateway.doctor.machine import ROOT, Machine, User, user_named
from gateway.settings.model import Settings
from gateway.site_file import ReadSite, read_site
from gateway.site_texts import SITE_FILE
from gateway.state_directory import DEFAULT as STATE
from rules.instant import in_seconds, seconds

UNIT: Final = "fire-gateway.service"
USER: Final = "firegw"
ANSWER_WITHIN: Final = seconds(5)
PREPARED_WITHIN: Final = seconds(8)
"""For the site file, the user database and the gateway's answer together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says.

    Attributes:
        site: the site file.
        state: the directory of the gateway's state.
        socket: where the gateway is asked.
        offline: whether the network is left alone.
        user: as whom the gateway runs.
        unit: its service.
    """

    site: Path = SITE_FILE
    state: Path = STATE
    socket: str = DEFAULT_SOCKET
    offline: bool = False
    user: str = USER
    unit: str = UNIT


@dataclass(frozen=True, slots=True)
class SerialBus:
    """A bus of the site that has a serial port."""

    id: str
    port: str


class Patient:
    """A unit, as far as all looks need to know it. Everything is asked once."""

    def __init__(
        self, asked: Asked, machine: Machine | None = None, sources: ClockSources | None = None
    ) -> None:
        self.asked = asked
        self.machine = machine or Machine()
        self.sources = sources or ClockSources()
        self.clock = Clock(self.sources, boot_id=read_boot_id())
        self.why_silent = ""
        self.is_permitted = True

    def prepare(self) -> bool:
        """Ask for all of it, before several looks do so at a time; False where that hangs."""

        def ask_for_all() -> None:
            _ = self.site, self.user, self.status

        asking = threading.Thread(target=ask_for_all, name="prepare", daemon=True)
        asking.start()
        asking.join(in_seconds(PREPARED_WITHIN))
        return not asking.is_alive()

    @cached_property
    def site(self) -> ReadSite:
        """The site file and what came of it."""
        return read_site(self.asked.site)

    @property
    def settings(self) -> Settings | None:
        """The site, where its file can be used."""
        return self.site.settings

    @cached_property
    def user(self) -> User | None:
        """As whom the gateway runs."""
        return user_named(self.asked.user)

    @cached_property
    def status(self) -> Status | None:
        """What the gateway says of itself; None where it does not, and then why_silent says why."""
        try:
            return ask(self.asked.socket, Request(verb=Verb.STATUS), ANSWER_WITHIN).status
        except UnreachableError as error:
            self.why_silent = str(error)
        except NotPermittedError as error:
            self.why_silent, self.is_permitted = str(error), False
        return None

    @property
    def is_root(self) -> bool:
        """Whether everything may be looked at."""
        return os.geteuid() == ROOT

    @property
    def sees_open_files(self) -> bool:
        """Whether it is seen what others' programs have open; in a sandbox not even root does."""
        try:
            return any((self.machine.proc / "1" / "fd").iterdir())
        except OSError:
            return False

    @property
    def values(self) -> dict[str, str]:
        """What many texts name."""
        asked = self.asked
        return {
            "user": asked.user,
            "group": asked.user,
            "unit": asked.unit,
            "site": str(asked.site),
        }

    def serial_buses(self) -> Iterator[SerialBus]:
        """Give the buses that have a serial port."""
        for bus in self.settings.buses if self.settings is not None else ():
            port = getattr(bus.options, "port", None)
            if isinstance(port, str):
                yield SerialBus(bus.id, port)

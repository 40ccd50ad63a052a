"""What a person wants `firegw scan` to search, read from what was typed."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.device_words import Parity
from drivers.modbus.data_model import BAUD_RATES
from drivers.modbus.options import Framing, ModbusBusOptions
from gateway.cli.modbus_arguments import endpoint, setting_error, wrong
from gateway.cli.outcome import complain
from gateway.cli.profiles import shelf_of
from gateway.control.layout import clean
from gateway.number_list import numbers_in
from gateway.problem_words import said
from gateway.scanning.search_plan import (
    LineSettings,
    Step,
    delivered_settings,
    search_plan,
    search_plan_of_host,
)
from gateway.serial_ports import is_pseudo_terminal
from gateway.text import say, spoken
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError
from rules.profile import Profile

MODBUS, SERIAL = "modbus", "serial"
ALL: Final = "all"
USUAL: Final = (9600, 19200)
ANY_SETTINGS: Final = LineSettings(9600, Parity.NONE, 1)
SHORTEST_S, LONGEST_S = 0.01, 5.0  # as drivers.modbus.data_model has it
LONGEST_LISTENING_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSearch:
    """A search.

    Attributes:
        port: the serial port, or None.
        host: with its TCP port, or None.
        rtu: whether the host passes RTU frames on.
        within: how long each unit is waited for.
        listen: for how long the port is listened to before.
        steps: whom to ask.
        modbus: profiles of Modbus devices.
        serial: profiles of devices that are no Modbus.
    """

    port: str | None
    host: tuple[str, int] | None
    rtu: bool
    within: Duration
    listen: Duration
    steps: list[Step]
    modbus: list[Profile]
    serial: list[Profile]

    def options(self, settings: LineSettings | None) -> ModbusBusOptions:
        """Give the options of the bus with some settings; None behind a host."""
        if settings is None:
            host, tcp_port = self.host or ("", 0)
            framing = Framing.RTU if self.rtu else Framing.TCP
            return ModbusBusOptions(
                host=host, tcp_port=tcp_port, framing=framing, reply_within=self.within
            )
        return ModbusBusOptions(
            port=self.port,
            baud=settings.baud,
            parity=settings.parity,
            stop_bits=settings.stop_bits,
            reply_within=self.within,
        )

    @property
    def where(self) -> str:
        """The bus's own options in a site file, but for the line's settings."""
        if self.host is None:
            return f"port: {self.port}"
        host, tcp_port = self.host
        usual = ModbusBusOptions(host=host).tcp_port
        port = "" if tcp_port == usual else f", tcp_port: {tcp_port}"
        return f"host: {host}{port}{', framing: rtu' if self.rtu else ''}"


def wanted_search(arguments: argparse.Namespace) -> WantedSearch:
    """Read what was typed.

    Raises:
        CommandError: it cannot be searched.
    """
    if arguments.port is not None and arguments.host is not None:
        raise wrong(say("read.where"))
    if not SHORTEST_S <= arguments.within <= LONGEST_S:
        raise wrong(say("scan.within"))
    if not 0 <= arguments.listen <= LONGEST_LISTENING_S:
        raise wrong(say("scan.listen"))
    profiles = _profiles(arguments.profiles)
    modbus = [profile for profile in profiles if profile.driver == MODBUS]
    units = _units(arguments.units)
    if arguments.host is None:
        steps = search_plan(modbus, _settings(arguments, modbus), units)
    else:
        steps = search_plan_of_host(modbus, units)
    wanted = WantedSearch(
        port=arguments.port,
        host=None if arguments.host is None else endpoint(arguments.host),
        rtu=arguments.rtu,
        within=seconds(arguments.within),
        listen=seconds(arguments.listen),
        steps=steps,
        modbus=modbus,
        serial=[profile for profile in profiles if profile.driver == SERIAL],
    )
    try:
        wanted.options(ANY_SETTINGS if wanted.host is None else None)
    except InvalidSettingError as error:
        raise setting_error(error) from None
    return wanted


def _settings(arguments: argparse.Namespace, profiles: Sequence[Profile]) -> list[LineSettings]:
    """Give the settings to try: those of delivery first, where they are among those asked for."""
    delivered = delivered_settings(profiles)
    bauds = _bauds(arguments.baud)
    parities = _parities(arguments.parity)
    wanted = [
        each
        for each in delivered
        if (bauds is None or each.baud in bauds) and (parities is None or each.parity in parities)
    ]
    wanted += [
        LineSettings(baud, parity, 1)
        for baud in (USUAL if bauds is None else bauds)
        for parity in ((Parity.NONE, Parity.EVEN) if parities is None else parities)
    ]
    wanted = list(dict.fromkeys(wanted))
    # A program is at the other end of a pseudo-terminal, and hears at any rate.
    return wanted[:1] if is_pseudo_terminal(arguments.port) else wanted


def _bauds(text: str | None) -> list[int] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if words == [ALL]:
        return list(BAUD_RATES)
    if not all(word in map(str, BAUD_RATES) for word in words):
        raise wrong(say("scan.baud", known=", ".join(map(str, BAUD_RATES))))
    return [int(word) for word in words]


def _parities(text: str | None) -> list[Parity] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if words == [ALL]:
        return list(Parity)
    if not all(word in list(Parity) for word in words):
        raise wrong(say("scan.parity", known=", ".join(Parity)))
    return [Parity(word) for word in words]


def _units(text: str) -> list[int]:
    try:
        return numbers_in(text, least=1, most=255)
    except ValueError as error:
        raise wrong(f"--units: {error}") from None


def _profiles(folder: str | None) -> list[Profile]:
    """Give the profiles that can be used; a broken one of a person's own is told."""
    shelf, _ = shelf_of(folder)
    profiles = [profile for id_ in sorted(shelf.ids) if (profile := shelf.take(id_)) is not None]
    for problem in shelf.problems:
        if not problem.warning:
            complain(clean(said(problem, spoken())))
    return profiles

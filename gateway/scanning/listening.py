"""What comes over a serial port before anybody has asked: a sensor that sends by itself, or others.

Whoever asks on a line where somebody else is asking spoils the answers of both. So a port is first
listened to, with the settings of the sensors that send by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.serial.answer import Refusal, decode
from drivers.serial.codec import Frame, Framer
from drivers.serial.device import SerialProfile
from drivers.serial.options import SerialBusOptions, port_settings
from drivers.serial.port_settings import PortSettings
from gateway.scanning.finding import Match
from rules.profile import Profile
from rules.quantity import QUANTITIES

MOST_SHOWN: Final = 24  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Bytes that came unasked.

    Attributes:
        settings: of the port, as it was listened to.
        count: how many bytes.
        beginning: the first of them, in hex.
        matches: the profiles whose frames they are, with the newest values; none is certain where
            several send the same frames.
    """

    settings: PortSettings
    count: int
    beginning: str
    matches: tuple[Match, ...]


def stream_settings(profiles: Sequence[Profile], port: str) -> list[PortSettings]:
    """Give the settings of the sensors that send by themselves, each once."""
    bare = SerialBusOptions(port=port)
    found = [port_settings(bare, each.device) for each in profiles if _streams(each.device)]
    return list(dict.fromkeys(found))


def stream_of(data: bytes, settings: PortSettings, profiles: Sequence[Profile]) -> Stream | None:
    """Say what bytes are that came unasked; None where none came."""
    if not data:
        return None
    matches = [
        match
        for profile in profiles
        if _streams(profile.device) and (match := _match(data, profile)) is not None
    ]
    return Stream(
        settings=settings,
        count=len(data),
        beginning=data[:MOST_SHOWN].hex(" ").upper(),
        matches=tuple(matches),
    )


def _streams(device: SerialProfile) -> bool:
    return device.lines is None and not device.ask


def _match(data: bytes, profile: Profile) -> Match | None:
    frames = [each for each in Framer(profile.device).feed(data) if isinstance(each, Frame)]
    if not frames:
        return None
    said = decode(frames[-1], profile.device)
    if isinstance(said, Refusal):
        return Match(profile=profile.id, certain=False)
    values = tuple(
        (quantity, f"{value:g} {QUANTITIES[quantity].unit.symbol}")
        for quantity, value in said.items()
    )
    return Match(profile=profile.id, certain=False, values=values)

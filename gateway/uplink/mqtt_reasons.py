"""MQTT reason codes: which of them refuse, and what a technician can do about them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.uplink.refusal_reason import RefusalReason

FIRST_FAILURE: Final = 0x80
"""Codes below are successes."""

NO_MATCHING_SUBSCRIBERS: Final = 0x10
"""A success for the broker, which had the message and nobody to pass it to: it is nowhere now."""

HINTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0x81: "set `version` of the path to the broker's",
        0x82: "set `version` of the path to the broker's",
        0x84: "set `version: 3.1.1` for this path",
        0x85: "ask the centre whether it expects another gateway id",
        0x86: "look at username and password_file; else ask the centre for a new password",
        0x87: "look at username, password_file and certificate; else ask the centre to allow this "
        "client and its topics",
        0x88: "the broker is not ready; nothing to do here",
        0x89: "the broker is busy; nothing to do here",
        0x8A: "the centre has banned this client; ask why",
        0x8C: "the broker asks for another way to log in; ask the centre",
        0x8E: "another client uses the same id: is a second gateway set up with this site file?",
        0x90: "ask the centre to let this client write its own topics",
        0x95: "the broker takes no message of that size; ask the centre to raise the limit",
        0x97: "the broker's quota is used up; ask the centre",
        0x99: "ask the centre; the payload is JSON in UTF-8",
        0x9F: "the broker takes no more connections so fast; nothing to do here",
    }
)


REASONS: Final[Mapping[int, RefusalReason]] = MappingProxyType(
    {
        0x81: RefusalReason.MQTT_VERSION,
        0x82: RefusalReason.MQTT_VERSION,
        0x84: RefusalReason.MQTT_VERSION,
        0x85: RefusalReason.CLIENT_ID,
        0x86: RefusalReason.CREDENTIALS,
        0x87: RefusalReason.NOT_AUTHORISED,
        0x88: RefusalReason.NOT_READY,
        0x89: RefusalReason.NOT_READY,
        0x8A: RefusalReason.NOT_AUTHORISED,
        0x8B: RefusalReason.NOT_READY,
        0x8C: RefusalReason.CREDENTIALS,
        0x8E: RefusalReason.CLIENT_ID,
        0x97: RefusalReason.NOT_READY,
        0x9F: RefusalReason.NOT_READY,
    }
)
"""In a word; a code that is not here is OTHER. 3.1.1 has five of its own, which paho translates."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A broker's no.

    Attributes:
        code: the reason code.
        name: its name in the standard.
        said: what the broker added in words, or nothing.
    """

    code: int
    name: str
    said: str = ""

    @property
    def reason(self) -> RefusalReason:
        """Why, in a word."""
        return REASONS.get(self.code, RefusalReason.OTHER)

    def __str__(self) -> str:
        said = f", {self.said!r}" if self.said else ""
        hint = HINTS.get(self.code)
        return f"{self.name.lower()} [0x{self.code:02X}]{said}" + (f"; {hint}" if hint else "")


def is_refusal(code: int) -> bool:
    """Tell whether a reason code says no."""
    return code >= FIRST_FAILURE

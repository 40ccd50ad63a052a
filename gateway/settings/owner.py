"""What a site file says for the owner of the building: whom to call, and the page that shows it.

The gateway tells none of it to anybody else: the numbers are in no message and stay in the house.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from rules.problem import InvalidSettingError

MOST_CONTACTS: Final = 10
LONGEST_NAME: Final = 80  # characters: one line of a telephone's screen, or two
LOWEST_PORT: Final = 1024  # the page has no privilege, and the ports below need one

INTERFACE: Final = re.compile(r"[A-Za-z0-9_.-]{1,15}")  # IFNAMSIZ is 16, with the final zero
_PHONE: Final = re.compile(r"\+?[0-9][0-9 .()-]{1,22}[0-9]")
_FEWEST_DIGITS: Final = 3  # 114
_MOST_DIGITS: Final = 15  # E.164


class PageLanguage(StrEnum):
    """The language of the page where a browser does not say which one it wants."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person whom the owner calls; 114 comes before them all and need not be written."""

    name: str = field(metadata={"help": "who answers", "longest": LONGEST_NAME, "example": "Bình"})
    phone: str = field(
        metadata={
            "help": "the number to dial, as people write it; it never leaves the building",
            "longest": 24,
            "example": "0912 345 678",
        }
    )
    role: str = field(
        default="", metadata={"help": "what the person is there for", "longest": LONGEST_NAME}
    )

    def __post_init__(self) -> None:
        digits = sum(map(str.isdigit, self.phone))
        if not (_PHONE.fullmatch(self.phone) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS):
            raise InvalidSettingError(
                "phone", f"{self.phone!r} is no telephone number", "as in 0912 345 678"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The owner's read-only page; without this section there is none."""

    interface: str | None = field(
        default=None,
        metadata={
            "help": "serve on this network interface alone, on each of its addresses",
            "example": "eth0",
        },
    )
    address: str | None = field(
        default=None,
        metadata={"help": "serve on this address alone", "example": "192.168.1.20"},
    )
    port: int = field(default=8080, metadata={"help": "TCP port, from 1024"})
    language: PageLanguage = field(
        default=PageLanguage.VIETNAMESE,
        metadata={"help": "what it speaks where the browser does not say which language it wants"},
    )

    def __post_init__(self) -> None:
        if self.interface is None and self.address is None:
            raise InvalidSettingError(
                "interface", "interface or address must say where the page is served", "see: ip a"
            )
        check_interface("interface", self.interface)
        if self.address is not None:
            _check_address(self.address)
        if not LOWEST_PORT <= self.port <= 65535:
            raise InvalidSettingError("port", "must be from 1024 to 65535")


def check_interface(field_name: str, word: str | None) -> None:
    """Refuse what cannot be the name of a network interface."""
    if word is not None and not INTERFACE.fullmatch(word):
        raise InvalidSettingError(
            field_name, f"{word!r} is no name of a network interface", "see: ip link"
        )


def _check_address(word: str) -> None:
    address = _read_address(word)
    if address.is_unspecified or address.is_multicast:
        raise InvalidSettingError(
            "address", f"{word} is the address of no interface", "name the one address to serve on"
        )


def _read_address(word: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(word)
    except ValueError:
        raise InvalidSettingError(
            "address", f"{word!r} is no IP address", "as in 192.168.1.20"
        ) from None

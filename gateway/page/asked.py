"""What a browser asks for: which host it thinks we are, and which language it wants. Pure."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final

from gateway.text import Language

LONGEST_HOST: Final = 255  # characters (RFC 1035), and a port
LONGEST_ACCEPT: Final = 256
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")
_QUALITY: Final = re.compile(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*")


def is_ours(host: str, names: Collection[str]) -> bool:
    """Tell whether a Host header may be answered.

    A page of somewhere else can let its own name lead to our address, and would then read us from
    inside the owner's browser (DNS rebinding): so a name must be one of ours. An address cannot be
    made to lead elsewhere.
    """
    match = _HOST.fullmatch(host) if len(host) <= LONGEST_HOST + len(":65535") else None
    if match is None:
        return False
    word = match[1].strip("[]").lower().removesuffix(".")
    return word in names or _is_address(word)


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def names_of(hostname: str) -> frozenset[str]:
    """Give the names by which this machine may be called."""
    name = hostname.lower()
    return frozenset({"localhost", name, f"{name.partition('.')[0]}.local"})


def language_of(asked: str | None, accepted: str, otherwise: Language) -> Language:
    """Choose the language: the one asked for, else what the browser likes best, else the site's.

    Args:
        asked: what stands in the address, as "vi".
        accepted: the Accept-Language header.
        otherwise: where neither says.
    """
    if asked in set(Language):
        return Language(asked)
    best, found = 0.0, otherwise
    for part in accepted[:LONGEST_ACCEPT].split(","):
        tag, _, parameter = part.partition(";")
        word = tag.strip().lower().partition("-")[0]
        match = _QUALITY.fullmatch(parameter)
        quality = float(match[1]) if match else 1.0
        if word in set(Language) and quality > best:
            best, found = quality, Language(word)
    return found

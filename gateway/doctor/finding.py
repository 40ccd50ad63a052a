"""What a look has shown: of what, how it is, what was seen, and how it is mended. Pure.

Every fault that can be found stands in the catalogue, under its name, with its words in both
languages. A finding names the fault and brings what was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gateway.texts.entry import Text


class Verdict(StrEnum):
    """How it is; the worst first."""

    WRONG = "wrong"  # it keeps the gateway from its work, or will at the next start
    WARNING = "warning"
    NOT_LOOKED_AT = "not-looked-at"
    OK = "ok"


class Check(StrEnum):
    """What is looked at, in the order in which it is shown."""

    SITE_FILE = "site-file"
    SETTINGS = "settings"
    SECRETS = "secrets"
    STATE = "state"
    USER = "user"
    GROUPS = "groups"
    SERVICE = "service"
    DAEMON = "daemon"
    PROGRAMS = "programs"
    CONSOLE = "console"
    PORT = "port"
    GPIO = "gpio"
    SUPPLY = "supply"
    TEMPERATURE = "temperature"
    MEMORY = "memory"
    DISK = "disk"
    FILE_SYSTEM = "file-system"
    CLOCK = "clock"
    NAME = "name"
    BROKER = "broker"
    AUTHORISATION = "authorisation"
    CERTIFICATE = "certificate"
    JOURNAL = "journal"
    WATCHDOG = "watchdog"


class Unlooked(StrEnum):
    """Why something was not looked at; what to do about it is in its words."""

    NEEDS_ROOT = "needs-root"
    NO_SITE = "no-site"
    NO_SYSTEMD = "no-systemd"
    NO_USER = "no-user"
    NOT_HERE = "not-here"  # this machine has none of it
    NOT_USED = "not-used"  # the site uses none of it
    OFFLINE = "offline"
    BEFORE = "before"  # a step before it failed
    NO_WORD = "no-word"  # MQTT 3.1.1 has no answer to it
    OWN_CLIENT_ID = "own-client-id"
    OF_THE_SERVICE = "of-the-service"  # a credential that systemd gives to nobody else
    NOT_PERMITTED = "not-permitted"
    TOO_LONG = "too-long"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fault of the catalogue.

    Attributes:
        check: by which look it is found.
        verdict: WRONG or WARNING.
        seen: what is said of it; names in braces are filled.
        mend: what to do, in a sentence.
        commands: what to type for that, one line each; likewise filled.
    """

    check: Check
    verdict: Verdict
    seen: Text
    mend: Text
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look has shown.

    Attributes:
        check: what was looked at.
        verdict: how it is.
        about: which of them, as a port or a path; nothing where there is but one.
        fault: its name in the catalogue, where it is WRONG or a WARNING.
        why: why it was not looked at, where it was not.
        values: what was seen, by the names that the texts use.
        detail: what was seen where all is well, in a few words or figures.
    """

    check: Check
    verdict: Verdict
    about: str = ""
    fault: str | None = None
    why: Unlooked | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    detail: str = ""


def well(check: Check, about: str = "", detail: str = "") -> Finding:
    """Say that something is as it should be."""
    return Finding(check=check, verdict=Verdict.OK, about=about, detail=detail)


def unlooked(check: Check, why: Unlooked, about: str = "", detail: str = "") -> Finding:
    """Say that something was not looked at."""
    return Finding(check=check, verdict=Verdict.NOT_LOOKED_AT, about=about, why=why, detail=detail)


PLACE_OF_VERDICT: Final = {verdict: place for place, verdict in enumerate(Verdict)}
PLACE_OF_CHECK: Final = {check: place for place, check in enumerate(Check)}


def gravity(finding: Finding) -> tuple[int, int, str]:
    """Give what to sort by: the worst first, then by what was looked at."""
    return PLACE_OF_VERDICT[finding.verdict], PLACE_OF_CHECK[finding.check], finding.about

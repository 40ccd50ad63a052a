"""What a profile may say of a panel that prints its events: which line means what."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from drivers.serial.pattern import POINT, Pattern, check_pattern
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

MOST_EVENTS: Final = 100
MOST_WORDS: Final = 20
SHORTEST_ALIVE: Final = seconds(10)
LONGEST_ALIVE: Final = seconds(48 * 3600)  # panels that print a test once a day are late at times


class Encoding(StrEnum):
    """How bytes make characters; all of them hold ASCII."""

    ASCII = "ascii"
    UTF_8 = "utf-8"
    WINDOWS_1252 = "windows-1252"  # western Europe
    WINDOWS_1258 = "windows-1258"  # Vietnamese
    CP437 = "cp437"  # the first PC's, of many printers


class Says(StrEnum):
    """What a line tells of its point, or of all points of the port."""

    ACTIVE = "active"
    REST = "rest"
    FAULT = "fault"
    WARNING = "warning"  # it wants attention, as a dirty chamber does, and still watches
    SOUND = "sound"  # fault and warning are over
    ALL_REST = "all-rest"  # the panel was reset
    ALL_FAULT = "all-fault"
    ALL_SOUND = "all-sound"
    ALIVE = "alive"  # nothing but that the panel prints


OF_A_POINT: Final = frozenset({Says.ACTIVE, Says.REST, Says.FAULT, Says.WARNING, Says.SOUND})


class AtStart(StrEnum):
    """What a point is taken for before the panel has printed anything of it."""

    REST = "rest"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEvent:
    """A kind of line, and what it says."""

    match: str = field(
        metadata={
            "help": "text of the line; * is any text, {point} the point's name; upper and lower "
            "case are the same, and so is any white space",
            "longest": 120,
        }
    )
    says: Says = field(
        metadata={
            "help": "of its point: active, rest, fault, warning, sound; of all points: all-…; alive"
        }
    )

    def __post_init__(self) -> None:
        check_pattern("match", self.match)
        if self.says in OF_A_POINT and POINT not in self.match:
            raise InvalidSettingError(
                "match", f"does not say where {POINT} stands", f"{self.says} is said of a point"
            )
        if self.says not in OF_A_POINT and POINT in self.match:
            raise InvalidSettingError(
                "match", f"has a {POINT}, but {self.says} is not said of one", "write * there"
            )

    @property
    def pattern(self) -> Pattern:
        """The pattern, taken apart."""
        return Pattern(self.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLines:
    """The lines that a panel prints.

    Attributes:
        encoding: of the text.
        events: the first that a line matches says what it means.
        alarm_words: a line that no event explains and that holds one of them is a fault of every
            point: it could be a fire.
        at_start: what a point is before anything was printed of it.
        alive_within: so often an explained line must come; never where it is None.
    """

    encoding: Encoding = field(
        default=Encoding.ASCII, metadata={"help": "how bytes make characters"}
    )
    events: tuple[PrintedEvent, ...] = field(
        metadata={"help": "kinds of lines; the first that a line matches says what it means"}
    )
    alarm_words: tuple[str, ...] = field(
        default=("ALARM", "FIRE", "CHÁY"),
        metadata={
            "help": "a line with one of them that no event explains is a fault of all points"
        },
    )
    at_start: AtStart = field(
        default=AtStart.REST,
        metadata={"help": "what a point is before anything was printed of it: rest or unknown"},
    )
    alive_within: Duration | None = field(
        default=None,
        metadata={"help": "a line that an event explains comes so often; absent: nobody knows"},
    )

    def __post_init__(self) -> None:
        if not 1 <= len(self.events) <= MOST_EVENTS:
            raise InvalidSettingError("events", f"must be from 1 to {MOST_EVENTS}")
        if not any(event.says is Says.ACTIVE for event in self.events):
            raise InvalidSettingError("events", "none of them says active")
        if len(self.alarm_words) > MOST_WORDS:
            raise InvalidSettingError("alarm_words", f"must be at most {MOST_WORDS}")
        if self.alive_within is not None and not (
            SHORTEST_ALIVE <= self.alive_within <= LONGEST_ALIVE
        ):
            raise InvalidSettingError("alive_within", "must be from 10 s to 48 h")

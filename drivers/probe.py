"""What a driver can show of one detector to a technician: the bytes, and what they mean.

For `firegw read`. A driver folder's `probe.py` holds the hardware part; the registry names it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.bus import BusPlan, Now
from rules.instant import Duration
from rules.reading import Measurement


class Sort(StrEnum):
    """What something that was seen in a device is to the gateway."""

    VALUE = "value"
    FAULT = "fault"
    INHIBIT = "inhibit"
    WARNING = "warning"
    STATE = "state"
    HEARTBEAT = "heartbeat"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and what came back, or what came unasked.

    Attributes:
        about: whom it asks for what.
        asked: the bytes of the question; empty where nobody asks.
        answered: all bytes that came within its time.
        took: from the question to the end of the answer, or until it was given up.
        wrong: why the answer cannot be used; empty where it can.
    """

    about: str
    asked: bytes
    answered: bytes
    took: Duration
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Something that stands in a device.

    Attributes:
        sort: what it is to the gateway.
        name: the quantity, or the profile's own name for it.
        place: where it stands, as the driver counts.
        raw: what stands there, as a technician's tool shows it.
        number: of a value, what the driver gives for it; of the rest the number that stands there;
            None where there is none.
        words: what it means, in the profile's words; empty where they say nothing of it.
        is_set: of a fault, an inhibit or a warning, whether it is reported; of a mark, whether it
            is that of the profile; None of all else.
    """

    sort: Sort
    name: str
    place: str
    raw: str
    number: float | None = None
    words: str = ""
    is_set: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at a detector.

    Attributes:
        exchanges: in their order.
        shown: what was found in the answers.
        measurements: what the driver would tell the core of them.
    """

    exchanges: tuple[Exchange, ...]
    shown: tuple[Shown, ...]
    measurements: tuple[Measurement, ...]


class ReadOnce(Protocol):
    """The signature of each probe module's `read_once`. It opens the hardware and closes it."""

    async def __call__(self, plan: BusPlan, now: Now) -> Seen:
        """Look once at the one detector of a plan.

        Raises:
            LineDownError: the bus as a whole cannot be used.
        """

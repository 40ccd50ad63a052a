"""What of the unit's own state is a fault or a warning, from when on, and until when. Pure.

Each has two limits and two times, so that what flutters about one limit is told once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.own_health.vitals import Part, Vitals
from rules.condition import Condition
from rules.instant import Duration, Instant, seconds
from rules.part import PartFailed, PartRecovered

SUPPLY: Final = "gateway/supply"
TEMPERATURE: Final = "gateway/temperature"
MEMORY: Final = "gateway/memory"
DISK: Final = "gateway/disk"
FILE_SYSTEM: Final = "gateway/file-system"
HANGS: Final = "gateway/health"
"""That the looking itself hangs."""

PARTS: Final = frozenset({SUPPLY, TEMPERATURE, MEMORY, DISK, FILE_SYSTEM, HANGS})
"""The parts of which only the first look shows whether all is well."""

MIB: Final = 1024 * 1024
HOT_CELSIUS: Final = 80.0
"""From here on a Raspberry Pi slows its cores down (Raspberry Pi documentation, "Frequency
management and thermal control"); at 85 °C it does so to the utmost."""
COOL_CELSIUS: Final = 75.0

MEMORY_FLOOR: Final = (5.0, 64 * MIB)
"""Percent and bytes, the lesser of the two: 21 MiB on a board of 512 MB, which begins to read its
programs anew from the card there."""
DISK_FLOOR: Final = (5.0, 256 * MIB)
DISK_END: Final = (1.0, 16 * MIB)
"""Below it the journal's next file may not fit any more."""
FEW_FILES_PERCENT: Final = 2.0
ENOUGH: Final = 1.5
"""So many times a floor is enough again."""

AT_ONCE: Final = Duration(0)
CALM: Final = seconds(60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """Something that may be wrong with the unit.

    Attributes:
        part: which part of the gateway it is told as.
        cause: why, in a word, for machines.
        condition: a fault, or a warning.
        is_bad: tells whether it is so; None where nobody can tell.
        is_well: tells whether it is over, by the easier limit.
        detail: says what was seen, in one line.
        bad_for: how long it must be so.
        well_for: how long it must have been over.
    """

    part: str
    cause: str
    condition: Condition
    is_bad: Callable[[Vitals], bool | None]
    is_well: Callable[[Vitals], bool | None]
    detail: Callable[[Vitals], str]
    bad_for: Duration = AT_ONCE
    well_for: Duration = CALM


def below(part: Part | None, floor: tuple[float, int], times: float = 1.0) -> bool | None:
    """Tell whether less is left than a floor, or so many times it; percent and bytes."""
    if part is None:
        return None
    percent, most = floor
    return part.left < times * min(part.total * percent / 100, most)


def is_hot(vitals: Vitals) -> bool | None:
    """Tell whether the processor is too hot."""
    return None if vitals.celsius is None else vitals.celsius >= HOT_CELSIUS


def has_few_files(vitals: Vitals) -> bool | None:
    """Tell whether hardly a file can be made."""
    return None if vitals.files is None else vitals.files.percent < FEW_FILES_PERCENT


def in_mib(part: Part | None) -> str:
    """Write how much is left of how much."""
    return "?" if part is None else f"{part.left / MIB:.0f}/{part.total / MIB:.0f} MiB"


def _opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _is_short_of_disk(vitals: Vitals) -> bool | None:
    return below(vitals.room, DISK_FLOOR) or has_few_files(vitals)


def _has_disk_again(vitals: Vitals) -> bool | None:
    return _opposite(below(vitals.room, DISK_FLOOR, ENOUGH) or has_few_files(vitals))


def _disk_detail(vitals: Vitals) -> str:
    if vitals.files is not None and has_few_files(vitals):
        return (
            f"only {vitals.files.left} more files can be made beside the journal; remove old ones "
            "(firegw doctor says where)"
        )
    return f"{in_mib(vitals.room)} are free for the journal; make room (firegw doctor says how)"


def _file_system_is_bad(vitals: Vitals) -> bool | None:
    if vitals.read_only is None and vitals.file_system_errors is None:
        return None
    return bool(vitals.read_only) or bool(vitals.file_system_errors)


def _file_system_detail(vitals: Vitals) -> str:
    if vitals.read_only:
        return "the file system of the journal is read-only; is the card failing?"
    return (
        f"the kernel met {vitals.file_system_errors} errors in the file system of the journal; "
        "copy it and replace the card"
    )


AILMENTS: Final = (
    Ailment(
        part=SUPPLY,
        cause="under-voltage",
        condition=Condition.FAULT,
        is_bad=lambda vitals: vitals.under_voltage,
        is_well=lambda vitals: _opposite(vitals.under_voltage),
        detail=lambda _: (
            "the supply gives the board too little (below 4.63 V); use the supply made for it and "
            "a short, thick cable"
        ),
    ),
    Ailment(
        part=TEMPERATURE,
        cause="hot",
        condition=Condition.SUPERVISORY,
        is_bad=is_hot,
        is_well=lambda v: None if v.celsius is None else v.celsius < COOL_CELSIUS,
        detail=lambda vitals: (
            f"the processor is at {vitals.celsius:.0f} °C and slows down; give the cabinet air"
        ),
        bad_for=seconds(10),
    ),
    Ailment(
        part=MEMORY,
        cause="memory-low",
        condition=Condition.SUPERVISORY,
        is_bad=lambda vitals: below(vitals.memory, MEMORY_FLOOR),
        is_well=lambda vitals: _opposite(below(vitals.memory, MEMORY_FLOOR, ENOUGH)),
        detail=lambda vitals: (
            f"{in_mib(vitals.memory)} of memory are left; what else runs on this unit?"
        ),
        bad_for=seconds(30),
    ),
    Ailment(
        part=DISK,
        cause="disk-low",
        condition=Condition.SUPERVISORY,
        is_bad=_is_short_of_disk,
        is_well=_has_disk_again,
        detail=_disk_detail,
    ),
    Ailment(
        part=DISK,
        cause="disk-full",
        condition=Condition.FAULT,
        is_bad=lambda vitals: below(vitals.room, DISK_END),
        is_well=lambda vitals: _opposite(below(vitals.room, DISK_END, ENOUGH)),
        detail=_disk_detail,
        well_for=seconds(10),
    ),
    Ailment(
        part=FILE_SYSTEM,
        cause="file-system",
        condition=Condition.FAULT,
        is_bad=_file_system_is_bad,
        is_well=lambda vitals: _opposite(_file_system_is_bad(vitals)),
        detail=_file_system_detail,
    ),
)


class Course:
    """The course of all ailments, from one look to the next."""

    def __init__(self) -> None:
        self._stands: set[int] = set()
        self._since: dict[int, Instant] = {}
        self._settled: set[int] = set()

    def look(self, vitals: Vitals, now: Instant) -> list[PartFailed | PartRecovered]:
        """Give what is to be told after a look at the unit.

        The first look at which all is well also ends what an earlier process has left standing.
        """
        told: list[PartFailed | PartRecovered] = []
        for number, ailment in enumerate(AILMENTS):
            stands = number in self._stands
            if self._has_turned(number, ailment, vitals, now):
                self._stands ^= {number}
                told.append(_told(ailment, vitals, now, stands=not stands))
            elif number in self._settled or ailment.is_bad(vitals):
                continue
            else:
                told.append(_told(ailment, vitals, now, stands=False))
            self._settled.add(number)
        return told

    def _has_turned(self, number: int, ailment: Ailment, vitals: Vitals, now: Instant) -> bool:
        """Tell whether it has been the other way for long enough."""
        stands = number in self._stands
        if not (ailment.is_well if stands else ailment.is_bad)(vitals):
            self._since.pop(number, None)
            return False
        since = self._since.setdefault(number, now)
        if now - since < (ailment.well_for if stands else ailment.bad_for):
            return False
        del self._since[number]
        return True


def _told(
    ailment: Ailment, vitals: Vitals, now: Instant, *, stands: bool
) -> PartFailed | PartRecovered:
    if not stands:
        return PartRecovered(part=ailment.part, at=now, condition=ailment.condition)
    return PartFailed(
        part=ailment.part,
        cause=ailment.cause,
        detail=ailment.detail(vitals),
        at=now,
        condition=ailment.condition,
    )

"""Looks at the unit: at what its kernel shows of supply, heat, memory and disk. Never raises.

The under-voltage alarm is the kernel's own (hwmon "rpi_volt"); where there is none, what the
firmware shows in sysfs is read. Both can be had in the service's sandbox, which vcgencmd cannot.
"""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from gateway.own_health.vitals import Part, Vitals
from gateway.small_file import text_of

MOST_ENTRIES: Final = 64
_text: Final = partial(text_of, most=16 * 1024)

UNDER_VOLTAGE_NOW: Final = 1 << 0
THROTTLED_NOW: Final = 1 << 2
UNDER_VOLTAGE_SINCE_START: Final = 1 << 16
"""Bits of the firmware's get_throttled (Raspberry Pi documentation, "vcgencmd")."""

FIRMWARE_WORDS: Final = (
    "devices/platform/soc/soc:firmware/get_throttled",
    "devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled",
)
HOTTEST_BELIEVED: Final = 150.0
NOT_PROCESSORS: Final = ("battery", "acpitz", "iwlwifi", "nvme")
BLOCK: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the kernel shows things.

    Attributes:
        state: the directory whose file system is looked at.
        sys: where sysfs is.
        proc: where procfs is.
    """

    state: Path
    sys: Path = Path("/sys")
    proc: Path = Path("/proc")


def look(places: Places) -> Vitals:
    """Look at the unit now. May hang where a disk does: not for the event loop."""
    firmware = firmware_word(places.sys)
    alarm = voltage_alarm(places.sys)
    if alarm is None and firmware is not None:
        alarm = bool(firmware & UNDER_VOLTAGE_NOW)
    room, files, read_only = _disk(places.state)
    return Vitals(
        under_voltage=alarm,
        celsius=hottest(places.sys),
        throttled=None if firmware is None else bool(firmware & THROTTLED_NOW),
        memory=_memory(places.proc),
        room=room,
        files=files,
        read_only=read_only,
        file_system_errors=file_system_errors(places.sys, places.state),
    )


def voltage_alarm(sys: Path) -> bool | None:
    """Read the kernel's under-voltage alarm; None where the board has none."""
    for folder in _entries(sys / "class" / "hwmon"):
        if _text(folder / "name") == "rpi_volt":
            alarm = _text(folder / "in0_lcrit_alarm")
            return None if alarm is None else alarm != "0"
    return None


def firmware_word(sys: Path) -> int | None:
    """Read the firmware's word of what throttles the board, in hexadecimal."""
    for place in FIRMWARE_WORDS:
        text = _text(sys / place)
        if text is not None:
            try:
                return int(text.removeprefix("0x"), 16)
            except ValueError:
                return None
    return None


def hottest(sys: Path) -> float | None:
    """Read the temperature of the hottest processor, in °C."""
    found = []
    for zone in _entries(sys / "class" / "thermal"):
        kind, text = _text(zone / "type"), _text(zone / "temp")
        if kind is None or text is None or kind.startswith(NOT_PROCESSORS):
            continue
        try:
            celsius = int(text) / 1000
        except ValueError:
            continue
        if 0 < celsius < HOTTEST_BELIEVED:
            found.append(celsius)
    return max(found, default=None)


def file_system_errors(sys: Path, folder: Path) -> int | None:
    """Read how many errors ext4 has met on the disk that a folder is on; None for other kinds."""
    try:
        device = folder.stat().st_dev
        name = (sys / "dev" / "block" / f"{os.major(device)}:{os.minor(device)}").readlink().name
    except OSError:
        return None
    text = _text(sys / "fs" / "ext4" / name / "errors_count")
    return int(text) if text is not None and text.isdecimal() else None


def amounts(proc: Path) -> dict[str, int]:
    """Read /proc/meminfo: bytes by name."""
    found = {}
    for line in (_text(proc / "meminfo") or "").splitlines():
        name, _, rest = line.partition(":")
        number = rest.split()[0] if rest.split() else ""
        if number.isdecimal():
            found[name] = int(number) * BLOCK
    return found


def _memory(proc: Path) -> Part | None:
    found = amounts(proc)
    available, total = found.get("MemAvailable"), found.get("MemTotal")
    return None if available is None or not total else Part(available, total)


def _disk(folder: Path) -> tuple[Part | None, Part | None, bool | None]:
    try:
        held = os.statvfs(folder)
    except OSError:
        return None, None, None
    room = Part(held.f_bavail * held.f_frsize, held.f_blocks * held.f_frsize)
    files = Part(held.f_favail, held.f_files) if held.f_files else None
    return room, files, bool(held.f_flag & os.ST_RDONLY)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:MOST_ENTRIES]
    except OSError:
        return []

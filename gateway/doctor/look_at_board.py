"""Looks at the board: supply, heat, memory, disk, clock, watchdog."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from gateway.clock import RELEASED_NS
from gateway.doctor.catalogue import found
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked, well
from gateway.doctor.machine import asked, lines_of, properties
from gateway.doctor.patient import Patient
from gateway.own_health.ailments import (
    DISK_END,
    DISK_FLOOR,
    MEMORY_FLOOR,
    MIB,
    below,
    has_few_files,
    in_mib,
    is_hot,
)
from gateway.own_health.look import (
    THROTTLED_NOW,
    UNDER_VOLTAGE_NOW,
    UNDER_VOLTAGE_SINCE_START,
    Places,
    amounts,
    firmware_word,
    look,
)
from gateway.own_health.vitals import Vitals
from gateway.record import ClockQuality
from gateway.small_file import text_of
from gateway.uplink.certificate_dates import date_text
from rules.instant import in_seconds

MUCH_SWAP_MIB: Final = 100
FORGETFUL: Final = ("tmpfs", "ramfs", "overlay", "zram")


def board(patient: Patient) -> Iterator[Finding]:
    """See how the unit itself is."""
    machine = patient.machine
    state = patient.asked.state
    place = next((each for each in (state, *state.parents) if each.exists()), Path("/"))
    vitals = look(Places(state=place, sys=machine.sys, proc=machine.proc))
    word = _word(patient)
    yield _supply(vitals, word)
    yield from _heat(vitals, word)
    yield from _memory(patient, vitals)
    yield _room(vitals, str(place))
    yield _file_system(patient, vitals, place)


def _word(patient: Patient) -> int | None:
    """Give the firmware's word of what throttles the board: from sysfs, else by vcgencmd."""
    word = firmware_word(patient.machine.sys)
    if word is not None:
        return word
    answer = asked(patient.machine.vcgencmd, "get_throttled")
    if answer is None or not answer.is_ok:
        return None
    try:
        return int(answer.text.partition("=")[2].strip(), 16)
    except ValueError:
        return None


def _supply(vitals: Vitals, word: int | None) -> Finding:
    if vitals.under_voltage or (word is not None and word & UNDER_VOLTAGE_NOW):
        return found("under-voltage")
    if word is not None and word & UNDER_VOLTAGE_SINCE_START:
        return found("under-voltage-before")
    if vitals.under_voltage is None and word is None:
        return unlooked(Check.SUPPLY, Unlooked.NOT_HERE)
    return well(Check.SUPPLY)


def _heat(vitals: Vitals, word: int | None) -> Iterator[Finding]:
    celsius = "" if vitals.celsius is None else f"{vitals.celsius:.0f}"
    throttled = vitals.throttled or (word is not None and bool(word & THROTTLED_NOW))
    if throttled:
        yield found("throttled")
    if is_hot(vitals):
        yield found("hot", celsius=celsius)
    elif vitals.celsius is None:
        yield unlooked(Check.TEMPERATURE, Unlooked.NOT_HERE)
    else:
        yield well(Check.TEMPERATURE, detail=f"{celsius} °C")


def _memory(patient: Patient, vitals: Vitals) -> Iterator[Finding]:
    held = amounts(patient.machine.proc)
    swapped = (held.get("SwapTotal", 0) - held.get("SwapFree", 0)) // MIB
    if vitals.memory is None:
        yield unlooked(Check.MEMORY, Unlooked.NOT_HERE)
    elif below(vitals.memory, MEMORY_FLOOR):
        yield found("memory-low", left=in_mib(vitals.memory))
    else:
        yield well(Check.MEMORY, detail=in_mib(vitals.memory))
    if swapped > MUCH_SWAP_MIB:
        yield found("swap-used", used=swapped)


def _room(vitals: Vitals, folder: str) -> Finding:
    left = in_mib(vitals.room)
    if vitals.files is not None and has_few_files(vitals):
        return found("no-more-files", folder, folder=folder, left=vitals.files.left)
    if below(vitals.room, DISK_END):
        return found("disk-full", folder, folder=folder, left=left)
    if below(vitals.room, DISK_FLOOR):
        return found("disk-low", folder, folder=folder, left=left)
    return well(Check.DISK, folder, left)


def _file_system(patient: Patient, vitals: Vitals, folder: Path) -> Finding:
    if vitals.read_only:
        return found("read-only", str(folder), folder=folder)
    if vitals.file_system_errors:
        return found(
            "file-system-errors", str(folder), folder=folder, count=vitals.file_system_errors
        )
    kind = kind_of_mount(patient.machine.proc, folder)
    if kind in FORGETFUL:
        return found("disk-forgets", str(folder), folder=folder, kind=kind)
    return well(Check.FILE_SYSTEM, str(folder), kind)


def kind_of_mount(proc: Path, folder: Path) -> str:
    """Give the kind of file system that a folder is on, as the kernel calls it."""
    device = folder.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in lines_of(proc / "self" / "mountinfo"):
        before, _, after = line.partition(" - ")
        words = before.split()
        if len(words) > 2 and words[2] == wanted:
            return after.split()[0] if after.split() else ""
    return ""


def clock(patient: Patient) -> Iterator[Finding]:
    """See whether the wall clock can be believed, and which zone it is read in."""
    wall_ns, status = patient.sources.time_ns(), patient.status
    # The gateway's word first: the daily look's sandbox may not ask the kernel.
    quality = patient.clock.read().quality if status is None else status.clock
    shown = date_text(wall_ns)
    rtc = "RTC" if any(patient.machine.dev.glob("rtc*")) else "no RTC"
    if wall_ns < RELEASED_NS:
        yield found("clock-in-the-past", time=shown)
    elif quality is not ClockQuality.SYNCHRONISED and not _is_kept(patient):
        yield found("clock-unknown", time=shown)
    else:
        yield well(Check.CLOCK, detail=f"{shown}, {rtc}")
    if patient.settings is not None:
        here = datetime.now(UTC).astimezone().utcoffset() or timedelta()
        there = timedelta(seconds=in_seconds(patient.settings.site.utc_offset))
        if here != there:
            yield found("clock-zone", system=_offset(here), site=_offset(there))


def _is_kept(patient: Patient) -> bool:
    """Ask systemd, which may ask the kernel where this process may not."""
    answer = asked(patient.machine.timedatectl, "show", "--property=NTPSynchronized")
    return answer is not None and answer.text.strip() == "NTPSynchronized=yes"


def _offset(of: timedelta) -> str:
    minutes = round(of.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def watchdog(patient: Patient) -> Iterator[Finding]:
    """See whether the hardware's watchdog is there, and fed by systemd."""
    machine = patient.machine
    if not any(machine.dev.glob("watchdog*")):
        yield found("watchdog-missing")
        return
    shown = properties(machine, "--property=RuntimeWatchdogUSec")
    if shown is None:
        yield unlooked(Check.WATCHDOG, Unlooked.NO_SYSTEMD)
    elif shown.get("RuntimeWatchdogUSec", "0") in ("0", "infinity", ""):
        yield found("watchdog-unused")
    else:
        name = text_of(machine.sys / "class" / "watchdog" / "watchdog0" / "identity") or ""
        yield well(Check.WATCHDOG, name, shown["RuntimeWatchdogUSec"])

"""Which GPIO chips this machine has, and which of them is meant.

A chip is known by its label. Its number is an accident of the kernel: the 40-pin header of a
Raspberry Pi 5 has been gpiochip4 and gpiochip0. The kernel is asked directly: it tells a chip's
label and lines without a line being touched, and lgpio sleeps a tenth of a second each time that it
closes a chip.
"""

import fcntl
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.bus import LineDownError
from drivers.gpio.options import HEADER_LABELS

DEVICES: Final = Path("/dev")
MOST_CHIPS: Final = 64
"""Looked at; a Raspberry Pi 5 has fourteen."""
HIGHEST_CHIP: Final = 255
"""lgpio tells of an edge with the number of its chip in one byte."""

_CHIP_INFO_IOCTL: Final = 0x8044B401  # linux/gpio.h: GPIO_GET_CHIPINFO_IOCTL, the same on all CPUs
_CHIP_INFO: Final = struct.Struct("=32s32sI")  # name, label, lines
_LINE_INFO_IOCTL: Final = 0xC100B405  # likewise GPIO_V2_GET_LINEINFO_IOCTL
_LINE_INFO: Final = struct.Struct("=32s32sIIQ160s16s")  # name, consumer, offset, count, flags, ...
_USED: Final = 1 << 0
_CHIP_FILE: Final = re.compile(r"gpiochip([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class FoundChip:
    """A chip that the kernel has.

    Attributes:
        number: of /dev/gpiochipN.
        label: as its driver calls it; not always one of a kind.
        lines: how many lines it has, counted from 0.
    """

    number: int
    label: str
    lines: int

    def __str__(self) -> str:
        return f"gpiochip{self.number} ({self.label}, {self.lines} lines)"


@dataclass(frozen=True, slots=True)
class ChipsHere:
    """The chips of this machine.

    Attributes:
        found: those that told what they are, by their numbers.
        silent: those that did not: the file and why.
    """

    found: tuple[FoundChip, ...]
    silent: tuple[str, ...] = ()

    def __str__(self) -> str:
        there = [str(chip) for chip in self.found] + list(self.silent)
        return f"there is {', '.join(there)}" if there else f"there is no {DEVICES}/gpiochip*"


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line as the kernel shows it.

    Attributes:
        is_used: whether somebody holds it, a driver of the kernel or a program.
        consumer: who that says to be.
    """

    is_used: bool
    consumer: str


def find_chips(devices: Path = DEVICES) -> ChipsHere:
    """Ask every chip what it is; one that cannot be asked is told, and keeps none from the rest."""
    found: list[FoundChip] = []
    silent: list[str] = []
    for number, file in _chip_files(devices):
        try:
            found.append(_ask(number, file))
        except OSError as error:
            silent.append(f"{file} which cannot be opened ({error.strerror})")
    return ChipsHere(tuple(found), tuple(silent))


def choose_chip(here: ChipsHere, label: str | None) -> FoundChip:
    """Give the chip with a label, or that of the 40-pin header where none is named.

    Raises:
        LineDownError: there is none, or more than one.
    """
    wanted = HEADER_LABELS if label is None else (label,)
    fitting = [chip for chip in here.found if chip.label in wanted]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        several = ", ".join(str(chip) for chip in fitting)
        raise LineDownError(f"gpio: more than one chip is labelled {label or wanted}: {several}")
    what = f"no GPIO chip is labelled {' or '.join(wanted)}: {here}"
    if here.silent or not here.found:
        way_out = "see that the gateway's user is in group gpio"
    else:
        way_out = "name one of these labels by `chip` on the bus"
    raise LineDownError(f"gpio: {what}; {way_out}")


def _chip_files(devices: Path) -> list[tuple[int, Path]]:
    """Give the device files by their numbers, without the links that stand for older numbers."""
    files = []
    for file in devices.glob("gpiochip*"):
        match = _CHIP_FILE.fullmatch(file.name)
        if match is not None and int(match[1]) <= HIGHEST_CHIP and not file.is_symlink():
            files.append((int(match[1]), file))
    return sorted(files)[:MOST_CHIPS]


def _ask(number: int, file: Path) -> FoundChip:
    """Ask the kernel for the label and the lines of a chip."""
    answer = bytearray(_CHIP_INFO.size)
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.ioctl(descriptor, _CHIP_INFO_IOCTL, answer)
    finally:
        os.close(descriptor)
    _, label, lines = _CHIP_INFO.unpack(answer)
    return FoundChip(number, label.split(b"\0", 1)[0].decode("utf-8", "replace"), lines)


def line_now(file: Path, line: int) -> LineNow | None:
    """Ask the kernel who has a line, without touching it; None where it does not say."""
    question = bytearray(_LINE_INFO.pack(b"", b"", line, 0, 0, b"", b""))
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.ioctl(descriptor, _LINE_INFO_IOCTL, question)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    _, consumer, _, _, flags, _, _ = _LINE_INFO.unpack(question)
    return LineNow(bool(flags & _USED), consumer.split(b"\0", 1)[0].decode("utf-8", "replace"))

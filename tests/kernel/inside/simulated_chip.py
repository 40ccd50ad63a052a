"""GPIO chips that the kernel's gpio-sim simulates, and what the kernel saw of their lines.

See Documentation/admin-guide/gpio/gpio-sim.rst of the kernel. What is wired to a line pulls it up
or down; a program that asks for a pull resistor sets the same pull, as if nothing were wired.
"""

import os
from pathlib import Path

CONFIGFS = Path("/sys/kernel/config/gpio-sim")
TRACING = Path("/sys/kernel/tracing")


class SimulatedChip:
    """A chip of a device of its own, with nothing wired to its lines."""

    def __init__(self, name: str, label: str, lines: int) -> None:
        self._device = CONFIGFS / name
        self._bank = self._device / "bank"
        self._bank.mkdir(parents=True)
        (self._bank / "label").write_text(label)
        (self._bank / "num_lines").write_text(str(lines))
        self.label = label
        self.appear()

    @property
    def name(self) -> str:
        """Give the chip's name, as "gpiochip0"; it may be another each time that it appears."""
        return (self._bank / "chip_name").read_text().strip()

    @property
    def number(self) -> str:
        return self.name.removeprefix("gpiochip")

    @property
    def path(self) -> Path:
        return Path("/dev") / self.name

    def appear(self) -> None:
        """Plug the chip in."""
        (self._device / "live").write_text("1")

    def vanish(self) -> None:
        """Pull the chip out, whoever may be using it."""
        (self._device / "live").write_text("0")

    def remove(self) -> None:
        """Forget the chip."""
        if (self._device / "live").read_text().strip() == "1":
            self.vanish()
        self._bank.rmdir()
        self._device.rmdir()

    def give_to_group(self, group: int) -> None:
        """Let a group use the chip, as the udev rule of Raspberry Pi OS does."""
        os.chown(self.path, 0, group)
        self.path.chmod(0o660)

    def close_contact(self, line: int) -> None:
        """Connect a line to ground."""
        self._line(line, "pull").write_text("pull-down")

    def open_contact(self, line: int) -> None:
        """Leave a line to its pull resistor."""
        self._line(line, "pull").write_text("pull-up")

    def pull(self, line: int) -> str:
        """Give "pull-up" or "pull-down"."""
        return self._line(line, "pull").read_text().strip()

    def level(self, line: int) -> int:
        """Give the level that the line has."""
        return int(self._line(line, "value").read_text())

    def _line(self, line: int, attribute: str) -> Path:
        device = (self._device / "dev_name").read_text().strip()
        return Path("/sys/devices/platform", device, self.name, f"sim_gpio{line}", attribute)

    def first_number(self) -> int:
        """Give the number of the chip's line 0 among the lines of all chips."""
        for label in Path("/sys/class/gpio").glob("gpiochip*/label"):
            if label.read_text().strip() == self.label:
                return int((label.parent / "base").read_text())
        raise LookupError(self.label)


class Traced:
    """What the kernel does with lines, from now on."""

    def __init__(self) -> None:
        (TRACING / "trace").write_text("")
        (TRACING / "events/gpio/enable").write_text("1")

    def stop(self) -> None:
        (TRACING / "events/gpio/enable").write_text("0")

    def of(self, chip: SimulatedChip, line: int) -> list[str]:
        """Give what was done to a line, oldest first: "set 0", "set 1", "in", "out"."""
        number = str(chip.first_number() + line)
        done = []
        for text in (TRACING / "trace").read_text().splitlines():
            event, _, words = text.rpartition(": ")
            of, *what = words.split()
            if of != number:
                continue
            if event.endswith("gpio_direction"):
                done.append(what[0])
            elif what[0] == "set":
                done.append(" ".join(what))
        return done

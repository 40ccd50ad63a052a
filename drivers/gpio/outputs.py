"""The lines of a chip that are driven.

A level is written when it is set, and read back. At each poll it is read again: a line that is
found at another level, or cannot be read, is written anew. A line is taken once, as an output at
the level that is wanted, and stays ours between two runs of the bus.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from drivers.bus import BusOutput, Deliver, LineDownError, Now
from drivers.gpio.chip import Chip, Pin, chip_errors
from drivers.gpio.contacts import told
from drivers.gpio.options import GpioOutputOptions, OnExit
from drivers.gpio.soundness import Soundness
from rules.instant import Instant
from rules.reading import FaultCause, OutputDown, OutputUp

HELD_BY_OTHERS = "see whether its wiring or another program holds it"


@dataclass(slots=True)
class DrivenLine:
    """An output.

    Attributes:
        id: the output's.
        options: likewise.
        energised: as was ordered last.
        pin: None while the line is not ours.
        soundness: what is known of it in this run.
    """

    id: str
    options: GpioOutputOptions
    energised: bool = False
    pin: Pin | None = None
    soundness: Soundness = field(default_factory=Soundness)

    @property
    def level(self) -> bool:
        """The level that the line is to have."""
        return level_of(self.options, energised=self.energised)


class Outputs:
    """The outputs of one bus."""

    def __init__(self, outputs: Sequence[BusOutput], deliver: Deliver, now: Now) -> None:
        self._driven = {output.id: DrivenLine(output.id, output.options) for output in outputs}
        self._deliver = deliver
        self._now = now
        self._chip: Chip | None = None
        self._to_tell: list[OutputUp | OutputDown] = []
        self.error: LineDownError | None = None  # the newest of this run

    @property
    def works(self) -> bool:
        """Whether any output takes its level."""
        return any(driven.soundness.works for driven in self._driven.values())

    def begin(self, chip: Chip) -> None:
        """Take the lines that are not ours, and give each the newest level that was set."""
        self._chip = chip
        self._to_tell.clear()
        self.error = None
        for driven in self._driven.values():
            driven.soundness = Soundness()
            self._drive(chip, driven)

    def set(self, output: str, energised: bool) -> None:
        """Set an output, at once where the chip is open.

        What becomes of it is told when the loop attends to it.

        Raises:
            KeyError: the bus has no such output.
        """
        driven = self._driven[output]
        driven.energised = energised
        if self._chip is not None:
            self._drive(self._chip, driven)

    def attend(self, now: Instant, *, poll: bool) -> Instant | None:
        """Look after the outputs; give the instant at which one is to be tried again."""
        for driven in self._driven.values():
            due = driven.soundness.due
            if self._chip is not None and due is not None and now >= due:
                self._drive(self._chip, driven)
            elif poll and due is None and driven.pin is not None:
                self._look_at(driven, driven.pin)
        while self._to_tell:
            self._deliver(self._to_tell.pop(0))
        dues = [driven.soundness.due for driven in self._driven.values()]
        return min((due for due in dues if due is not None), default=None)

    def release(self) -> None:
        """De-energise those whose level on exit is release."""
        for driven in self._driven.values():
            if driven.pin is not None and driven.options.on_exit is OnExit.RELEASE:
                with told(f"output {driven.id} was not released"):
                    driven.pin.state = level_of(driven.options, energised=False)

    def forget(self) -> None:
        """Take that the chip is no longer open; the lines stay as they are."""
        self._chip = None
        for driven in self._driven.values():
            driven.pin = None

    def _drive(self, chip: Chip, driven: DrivenLine) -> None:
        """Give an output its level."""
        line = driven.options.line
        try:
            if driven.pin is None:
                with chip_errors(f"output {driven.id} cannot have line {line}"):
                    pin = chip.pin(line)
                    pin.output_with_state(driven.level)
                driven.pin = pin
            else:
                with chip_errors(f"output {driven.id} on line {line} cannot be set"):
                    driven.pin.state = driven.level
            self._verify(driven, driven.pin)
        except LineDownError as error:
            self._failed(driven, error)

    def _look_at(self, driven: DrivenLine, pin: Pin) -> None:
        """See whether an output still has its level."""
        try:
            self._verify(driven, pin)
        except LineDownError as error:
            self._failed(driven, error)

    def _verify(self, driven: DrivenLine, pin: Pin) -> None:
        """Read back the level of an output.

        Raises:
            LineDownError: it cannot be read, or is another.
        """
        line, wanted = driven.options.line, driven.level
        with chip_errors(f"output {driven.id} on line {line} cannot be read back"):
            found = bool(pin.state)
        if found != wanted:
            is_wanted = "high and is found low" if wanted else "low and is found high"
            what = f"output {driven.id} on line {line} is to be {is_wanted}"
            raise LineDownError(f"gpio: {what}; {HELD_BY_OTHERS}")
        now = self._now()
        if driven.soundness.succeeded(now):
            self._to_tell.append(OutputUp(driven.id, now))

    def _failed(self, driven: DrivenLine, error: LineDownError) -> None:
        """Take a failed attempt."""
        self.error = error
        now = self._now()
        if driven.soundness.failed(now):
            self._to_tell.append(OutputDown(driven.id, FaultCause.NO_REPLY, str(error), now))


def level_of(options: GpioOutputOptions, *, energised: bool) -> bool:
    """Give the level of the line for a state of the output."""
    return energised == options.active_high

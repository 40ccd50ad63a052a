"""Watches dry contacts and drives outputs on the GPIO lines of one chip.

A line that fails is the fault of its detector or output alone, and the others go on. Where no line
of the chip works, the chip is gone: then the bus is down, and the chip is looked for anew.
"""

from drivers.bus import BusPlan, Deliver, LineDownError, Now
from drivers.gpio.chip import Chip, chip_errors
from drivers.gpio.contacts import Contacts, told
from drivers.gpio.options import GpioBusOptions, GpioOutputOptions, OnExit
from drivers.gpio.outputs import Outputs, level_of
from drivers.wake import Wake, next_turn
from rules.instant import Duration
from rules.reading import BusUp


class GpioBus:
    """The contacts and outputs of one chip.

    Lines of outputs stay ours between two runs, so that a siren does not waver when the bus is
    started anew; `close` lets them go.
    """

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        options: GpioBusOptions = plan.options
        self._plan = plan
        self._options = options
        self._deliver = deliver
        self._now = now
        self._poll_every = Duration(
            min((options.poll_every, *(detector.every for detector in plan.detectors)))
        )
        self._contacts = Contacts(plan, deliver, now, self._poll_every)
        self._outputs = Outputs(plan.outputs, deliver, now)
        self._chip: Chip | None = None
        self._wake: Wake | None = None

    async def run(self) -> None:
        """Measure until cancelled."""
        self._wake = Wake(self._now)
        try:
            chip = self._open_chip()
            self._outputs.begin(chip)
            self._contacts.begin(self._wake)
            if not self._plan.detectors:
                self._see_that_it_works()
            self._deliver(BusUp(self._plan.id, self._now()))
            await self._watch(chip, self._wake)
        except LineDownError:
            self._free()
            raise
        finally:
            self._contacts.stop()

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output."""
        self._outputs.set(output, energised)
        if self._wake is not None:
            self._wake.call()

    def close(self) -> None:
        """Leave the hardware as it should be found by the next who opens it."""
        self._outputs.release()
        self._free()

    def _open_chip(self) -> Chip:
        """Open the chip unless it is open still."""
        if self._chip is None:
            self._chip = Chip(self._options.chip)
        return self._chip

    async def _watch(self, chip: Chip, wake: Wake) -> None:
        """Attend to each line when it or the next poll wants it."""
        next_poll = self._now()
        while True:
            now = self._now()
            poll = now >= next_poll
            if poll:
                next_poll = next_turn(next_poll, self._poll_every, now)
            dues = (
                self._outputs.attend(now, poll=poll),
                self._contacts.attend(chip, now, poll=poll),
            )
            self._see_that_it_works()
            await wake.until(min((next_poll, *(due for due in dues if due is not None))))

    def _see_that_it_works(self) -> None:
        """Find that the chip is gone.

        A contact that could never be had is told as such, and waited for: its line may be another's
        by mistake.

        Raises:
            LineDownError: no line works, and not only for want of a line that was ever had.
        """
        if self._outputs.works or self._contacts.works:
            return
        error = self._contacts.error or self._outputs.error
        if error is not None and (self._plan.outputs or self._contacts.worked):
            raise error

    def _free(self) -> None:
        """Let the chip go; its outputs stay as they are."""
        self._contacts.stop()
        self._outputs.forget()
        chip, self._chip = self._chip, None
        if chip is not None:
            with told("the chip was not closed"):
                chip.close()


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> GpioBus:
    """Make a bus; the chip is opened when it runs."""
    return GpioBus(plan, deliver, now)


def release_outputs(plan: BusPlan) -> None:
    """De-energise every output whose level on exit is release, for a gateway that was killed.

    The kernel of Raspberry Pi OS keeps the level of a line whose owner has died, so a fault relay
    would go on saying that all is well. A line that fails keeps none from being released.

    Raises:
        LineDownError: the chip cannot be used, or a line of it.
    """
    options: GpioBusOptions = plan.options
    released = {
        output.id: output.options
        for output in plan.outputs
        if output.options.on_exit is OnExit.RELEASE
    }
    if not released:
        return
    errors: list[LineDownError] = []
    chip = Chip(options.chip)
    try:
        for output, of_output in released.items():
            try:
                _release(chip, output, of_output)
            except LineDownError as error:
                errors.append(error)
    finally:
        chip.close()
    if errors:
        raise LineDownError("; ".join(str(error) for error in errors))


def _release(chip: Chip, output: str, options: GpioOutputOptions) -> None:
    with chip_errors(f"output {output} cannot have line {options.line}"):
        chip.pin(options.line).output_with_state(level_of(options, energised=False))

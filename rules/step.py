"""What one input leads to: gathered while it is worked out, and then a value."""

from dataclasses import dataclass

from rules.event import Event
from rules.output import OutputCommand


@dataclass(frozen=True, slots=True)
class Step:
    """What one input led to.

    Attributes:
        events: in the order in which they happened.
        outputs: what is to be set, at once.
        changes: durable rows, by key; None removes the row. They become durable in one transaction
            with the events.
        refusals: why an operator's command was refused, in words.
    """

    events: tuple[Event, ...]
    outputs: tuple[OutputCommand, ...]
    changes: tuple[tuple[str, str | None], ...]
    refusals: tuple[str, ...] = ()


class StepFailedError(Exception):
    """A mistake in the engine broke a step off; the input is lost, the state goes on.

    Attributes:
        so_far: what the step had led to before that. It is in the engine's state, so it has to be
            carried out and told as that of any other step.
    """

    def __init__(self, so_far: Step) -> None:
        super().__init__("a mistake in the engine")
        self.so_far = so_far


class Outcome:
    """Gathers what one step leads to."""

    __slots__ = ("changes", "events", "outputs", "refusals")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.outputs: list[OutputCommand] = []
        self.changes: dict[str, str | None] = {}
        self.refusals: list[str] = []

    def step(self) -> Step:
        """Give it as a value."""
        return Step(
            tuple(self.events),
            tuple(self.outputs),
            tuple(self.changes.items()),
            tuple(self.refusals),
        )

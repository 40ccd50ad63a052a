"""What is known of the unit's own body at a moment. Nouns only; None is what nobody can tell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """How much of something is left, of how much: bytes, or files that may still be made."""

    left: int
    total: int

    @property
    def percent(self) -> float:
        """How much is left, in percent of all."""
        return 100 * self.left / self.total if self.total > 0 else 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """The unit, as its system shows it.

    Attributes:
        under_voltage: whether its supply gives less than the board needs.
        celsius: its hottest processor.
        throttled: whether it runs slower, for the heat or the supply.
        memory: what programs can still have, of all, in bytes.
        room: of the file system with the journal, in bytes.
        files: how many files can still be made there; None where it sets no limit.
        read_only: whether nothing can be written there.
        file_system_errors: how many the kernel has met there since it was last repaired.
    """

    under_voltage: bool | None = None
    celsius: float | None = None
    throttled: bool | None = None
    memory: Part | None = None
    room: Part | None = None
    files: Part | None = None
    read_only: bool | None = None
    file_system_errors: int | None = None

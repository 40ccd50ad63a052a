"""What a site file may say of simulated detectors."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedBusOptions:
    """A bus whose values come from a script file, one line a change; without it, all is quiet."""

    script: str | None = field(
        default=None,
        metadata={
            "help": "file of lines `SECONDS DETECTOR QUANTITY VALUE|silent`, SECONDS counted from "
            "the start or `now`; lines that are appended later are read too"
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedDetectorOptions:
    """What a simulated detector measures at rest, in the canonical unit of each quantity."""

    rest: float = field(
        default=0.0,
        metadata={
            "help": "value of every quantity at rest; a contact rests inactive whatever it is"
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedOutputOptions:
    """Nothing: a simulated output only remembers its level."""

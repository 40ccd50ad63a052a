"""Every fault that the doctor can find, by its name. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.doctor.faults_of_the_board import BOARD, LINES
from gateway.doctor.faults_of_the_paths import DATES, NETWORK, REFUSALS, STORED
from gateway.doctor.faults_of_the_unit import FILES, PEOPLE, SERVICE
from gateway.doctor.finding import Entry, Finding
from gateway.uplink.refusal_reason import RefusalReason

CATALOGUE: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        **FILES,
        **PEOPLE,
        **SERVICE,
        **LINES,
        **BOARD,
        **NETWORK,
        **{f"broker-{reason}": entry for reason, entry in REFUSALS.items()},
        **DATES,
        **STORED,
    }
)


def found(fault: str, about: str = "", **values: object) -> Finding:
    """Say that a fault of the catalogue was found, and fill its words with what was seen."""
    entry = CATALOGUE[fault]
    return Finding(
        check=entry.check,
        verdict=entry.verdict,
        about=about,
        fault=fault,
        values={name: str(value) for name, value in values.items()},
    )


def refusal(reason: RefusalReason, about: str, **values: object) -> Finding:
    """Say that a broker refuses us, or we it, and why in a word."""
    known = reason if reason in REFUSALS else RefusalReason.OTHER
    return found(f"broker-{known}", about, **values)

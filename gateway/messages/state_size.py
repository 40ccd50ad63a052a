"""A state within the most bytes that a broker takes. Pure.

When it would be larger, optional parts are left out one after another, and `omitted` says how many;
the conditions that stand in earnest go last of all.
"""

from typing import Final

import msgspec

from gateway.messages.state import STATE_LIMIT, Omitted, StateMessage
from rules.snapshot import Protection


def state_message(message: StateMessage, limit: int = STATE_LIMIT) -> bytes:
    """Encode a state within the most bytes that the broker takes.

    What can best be missed is left out until it fits. Where not even the least form fits, that
    least form is given, and the broker's refusal is a matter for the sender.
    """
    encoded = msgspec.json.encode(message)
    for lessen in _LESSENED_BY:
        if len(encoded) <= limit:
            return encoded
        message = lessen(message)
        encoded = msgspec.json.encode(message)
    while len(encoded) > limit and message.conditions:
        message = _with_half_the_conditions(message)
        encoded = msgspec.json.encode(message)
    return encoded


def _without_values(message: StateMessage) -> StateMessage:
    count = sum(len(detector.values) for detector in message.detectors)
    detectors = [msgspec.structs.replace(each, values=[]) for each in message.detectors]
    return msgspec.structs.replace(
        message, detectors=detectors, omitted=_more(message.omitted, values=count)
    )


def _without_test_conditions(message: StateMessage) -> StateMessage:
    return msgspec.structs.replace(
        message,
        test_conditions=[],
        omitted=_more(message.omitted, test_conditions=len(message.test_conditions)),
    )


def _without_detectors(message: StateMessage) -> StateMessage:
    return msgspec.structs.replace(
        message,
        detectors=[],
        omitted=_more(message.omitted, detectors=len(message.detectors)),
    )


def _without_quiet_zones(message: StateMessage) -> StateMessage:
    kept = [
        zone
        for zone in message.zones
        if zone.conditions or zone.under_test or zone.protection is not Protection.FULL
    ]
    return msgspec.structs.replace(
        message,
        zones=kept,
        omitted=_more(message.omitted, zones=len(message.zones) - len(kept)),
    )


def _with_half_the_conditions(message: StateMessage) -> StateMessage:
    kept = message.conditions[: len(message.conditions) // 2]
    return msgspec.structs.replace(
        message,
        conditions=kept,
        omitted=_more(message.omitted, conditions=len(message.conditions) - len(kept)),
    )


def _more(omitted: Omitted | None, **counts: int) -> Omitted:
    """Count further entries as left out."""
    so_far = Omitted() if omitted is None else omitted
    return msgspec.structs.replace(
        so_far, **{name: getattr(so_far, name) + count for name, count in counts.items()}
    )


_LESSENED_BY: Final = (
    _without_values,
    _without_test_conditions,
    _without_detectors,
    _without_quiet_zones,
)
"""In this order: what can best be missed first."""

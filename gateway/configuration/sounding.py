"""What an alarm drives, and another configuration would let go of. Pure.

Whoever applies a site file is an administrator, and need not be an operator: by taking away what
sounds he would silence it. The engine sees to zones, conditions and delays (rules.annunciation);
here is what it cannot: outputs that are gone, of another kind, or at other terminals.
"""

from typing import Final

from gateway.settings.model import Settings
from rules.condition import LATCHING, Mode
from rules.output import OutputKind
from rules.snapshot import SiteNow

Terminals = tuple[OutputKind, object, object]
_NAMED: Final = 5


def why_let_go(before: Settings, after: Settings, now: SiteNow) -> str | None:
    """Say which outputs would be let go of while an alarm drives them; None where none would.

    Args:
        before: the settings in force.
        after: those that are to be.
        now: the present.
    """
    if not any(each.condition in LATCHING and each.mode is Mode.LIVE for each in now.conditions):
        return None
    old, new = _terminals(before), _terminals(after)
    named = [
        output
        for output, is_energised in now.outputs.items()
        if is_energised
        and output in old
        and old[output][0] is not OutputKind.FAULT_RELAY
        and old[output] != new.get(output)
    ]
    if not named:
        return None
    return f"an alarm drives {', '.join(named[:_NAMED])}, which it would let go of: reset it first"


def _terminals(settings: Settings) -> dict[str, Terminals]:
    buses = {bus.id: bus for bus in settings.buses}
    return {
        output.id: (output.kind, buses.get(output.bus), output.options)
        for output in settings.outputs
    }

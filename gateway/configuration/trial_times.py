"""How long what was applied may wait for its confirmation."""

from typing import Final

from rules.instant import seconds

CONFIRM_WITHIN: Final = seconds(300)
SHORTEST_TRIAL: Final = seconds(30)
LONGEST_TRIAL: Final = seconds(3600)

"""Tells callers apart, though the user database of a network hangs.

Root needs no look-up, and users of this machine only its own files. Whoever else there is, is
looked up in a thread, of which one user has but a few: what hangs takes no place from others.
"""

import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Final

from gateway.control.access import (
    ROOT,
    SUPERUSER,
    Caller,
    caller_of,
    caller_of_this_machine,
    nameless,
)
from gateway.control.protocol import Right
from gateway.own_thread import OwnThreads

LOOK_UP_WITHIN_S: Final = 3.0  # whoever asks waits for five seconds
FILES_WITHIN_S: Final = 1.0
MOST_LOOK_UPS: Final = 8
MOST_LOOK_UPS_OF_A_USER: Final = 2


class NotToldApartError(Exception):
    """The user database does not answer, and the machine's own files do not let the user in.

    Refuse, and say so; ask anew at the next request.
    """


class Callers:
    """Looks callers up. For the event loop's thread.

    Attributes:
        look_up: asks the user database; may hang.
        look_up_here: reads the machine's own files.
    """

    def __init__(self, trial_operators: frozenset[int]) -> None:
        self.look_up: Callable[[int, frozenset[int]], Caller] = caller_of
        self.look_up_here: Callable[[int, frozenset[int]], Caller | None] = caller_of_this_machine
        self._trial_operators = trial_operators
        self._threads: OwnThreads[Caller] = OwnThreads("control-look-up", MOST_LOOK_UPS)
        self._files: OwnThreads[Caller | None] = OwnThreads("control-files", MOST_LOOK_UPS)
        self._under_way: Counter[int] = Counter()

    @property
    def look_ups_under_way(self) -> int:
        """How many questions to the user database have not come back."""
        return self._threads.under_way

    async def caller(self, user_id: int, right: Right) -> Caller:
        """Tell who it is, as far as it takes to know whether that user has the right.

        Raises:
            NotToldApartError: nobody can say.
        """
        if user_id == ROOT:
            return SUPERUSER
        here = await self._of_this_machine(user_id)
        if here is not None and right in here.rights:
            return here
        try:
            return await self._of_the_database(user_id)
        except (TimeoutError, RuntimeError):
            nobody = nameless(user_id, self._trial_operators)
            if right in nobody.rights:
                return nobody
            raise NotToldApartError from None

    async def _of_this_machine(self, user_id: int) -> Caller | None:
        # A file that cannot be read, or a card that hangs: the database may still know.
        with contextlib.suppress(OSError, TimeoutError, RuntimeError):
            return await self._files.run(
                lambda: self.look_up_here(user_id, self._trial_operators), FILES_WITHIN_S
            )
        return None

    async def _of_the_database(self, user_id: int) -> Caller:
        if self._under_way[user_id] >= MOST_LOOK_UPS_OF_A_USER:
            raise TimeoutError
        self._under_way[user_id] += 1

        def look_up() -> Caller:
            return self.look_up(user_id, self._trial_operators)

        return await self._threads.run(
            look_up, LOOK_UP_WITHIN_S, ended=lambda: self._ended(user_id)
        )

    def _ended(self, user_id: int) -> None:
        self._under_way[user_id] -= 1
        if not self._under_way[user_id]:
            del self._under_way[user_id]

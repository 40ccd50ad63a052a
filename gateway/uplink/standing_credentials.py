"""The credentials of a connection that stands: renewed on disk, about to expire, judged late."""

import asyncio
import socket
from collections.abc import Callable
from functools import partial

from gateway.settings.model import Path
from gateway.uplink.certificate_dates import DatesVerdict, KnownTime
from gateway.uplink.credentials_watch import Opened, PathCredentials, Renewal, Seen
from gateway.uplink.dial import judge_broker
from rules.instant import Duration, in_seconds


class StandingCredentials:
    """What one path's connection was made with, and what that is worth as time goes by.

    Args:
        settings: of the path.
        known_time: gives what is known of the wall time.
        is_up: tells whether a connection stands.
        seen: told of what was seen, each time that it is something else.

    Attributes:
        renewal: why to connect anew as soon as nothing is in flight, or None.
    """

    def __init__(
        self,
        settings: Path,
        known_time: Callable[[], KnownTime],
        is_up: Callable[[], bool],
        seen: Callable[[Seen, DatesVerdict], None],
    ) -> None:
        self.renewal: str | None = None
        self._files = PathCredentials(settings)
        self._known_time = known_time
        self._is_up = is_up
        self._seen = seen
        self._judge_late: Callable[[KnownTime], DatesVerdict] | None = None

    async def open(self) -> Opened:
        """Read what a connection begins with.

        Raises:
            CredentialsError: a file cannot be used, or its disk does not answer.
        """
        return await self._files.open()

    def connected(self, connection: socket.socket, time: KnownTime) -> None:
        """Take a connection, and what was known of the time when it was made.

        A broker's dates that could not be judged then are judged as the time becomes known.
        """
        self._judge_late = None if time.is_known else partial(judge_broker, connection)

    async def watch(self, every: Duration) -> None:
        """Look so often whether they are renewed, or about to expire; until cancelled."""
        told: tuple[Seen, DatesVerdict] | None = None
        while True:
            time = self._known_time()
            seen = await self._files.look(time)
            judge = self._judge_late if self._is_up() else None
            dates = DatesVerdict() if judge is None else judge(time)
            if isinstance(seen.change, Renewal) and self._is_up():
                self.renewal = seen.change.detail
            if (seen, dates) != told:
                told = (seen, dates)
                self._seen(seen, dates)
            await asyncio.sleep(in_seconds(every))

"""Birth, will and farewell of a path: what it says of itself, and when it has to say it again.

Birth and will share a retained topic and carry the session's id. The will of an earlier connection
may come after our birth and bury it: then the broker's last word is that we are gone, and we have
to say again that we are not. Pure.
"""

from typing import Final

from gateway.messages.liveness import Absence, is_own_birth, presence_message
from gateway.messages.parts import Stamp
from gateway.messages.topics import Origin
from rules.instant import Instant, seconds

AGAIN_AFTER: Final = seconds(1)
"""A birth is said again at most so often: whoever buries it on purpose makes no storm."""


class Presence:
    """What one path says of itself."""

    def __init__(self, path: str, origin: Origin, version: str) -> None:
        self.topic = origin.presence(path)
        self._path = path
        self._origin = origin
        self._version = version
        self._session = ""
        self._since: Stamp | None = None
        self._said: Instant | None = None
        self._is_buried = False

    @property
    def session(self) -> str:
        """The id of the session, by which a centre names the connection that it means."""
        return self._session

    def begin(self, session: str, since: Stamp) -> bytes:
        """Begin a session, and give its will."""
        self._session, self._since = session, since
        self._said = None
        self._is_buried = False
        return self._message(online=False, reason=Absence.LOST)

    def birth(self, now: Instant) -> bytes:
        """Give the birth, which is said now."""
        self._said = now
        self._is_buried = False
        return self._message(online=True, reason=None)

    def farewell(self) -> bytes:
        """Give the farewell."""
        return self._message(online=False, reason=Absence.STOPPED)

    def heard(self, payload: bytes) -> None:
        """Take what the broker now has on the topic."""
        self._is_buried = not is_own_birth(payload, self._session)

    def is_due(self, now: Instant) -> bool:
        """Tell whether the birth has to be said again now."""
        return self._is_buried and (self._said is None or now - self._said > AGAIN_AFTER)

    def _message(self, *, online: bool, reason: Absence | None) -> bytes:
        assert self._since is not None
        return presence_message(
            online,
            self._session,
            self._since,
            self._origin,
            self._path,
            version=self._version,
            reason=reason,
        )

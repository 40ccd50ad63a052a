"""Which retained messages a path has to send: each at every connection, and when it is wanted.

One of a kind is on its way at a time: a newer one waits for the broker's answer, and is made only
then. Pure.
"""

from collections.abc import Callable

RetainedContent = Callable[[int], bytes | None]
"""Makes a retained message within so many bytes; None while there is nothing to say."""


class RetainedMessages:
    """The retained messages of one path, each by the end of its topic."""

    def __init__(self) -> None:
        self._content: dict[str, RetainedContent] = {}
        self._wanted: dict[str, None] = {}  # in order
        self._under_way: set[str] = set()

    def retain(self, what: str, content: RetainedContent) -> None:
        """Name one, and what makes it."""
        self._content[what] = content

    def want(self, what: str) -> None:
        """Have one sent; many wants before it is sent are one."""
        self._wanted[what] = None

    def connected(self) -> None:
        """Take note of a connection: all are wanted, and none is under way."""
        self._under_way.clear()
        self._wanted = dict.fromkeys(self._content)

    def due(self) -> list[str]:
        """Give those that may be sent now."""
        return [what for what in self._wanted if what not in self._under_way]

    def make(self, what: str, limit: int) -> bytes | None:
        """Make one that is due, as what it tells is now; it is not wanted any more."""
        del self._wanted[what]
        return self._content[what](limit)

    def sent(self, what: str) -> None:
        """Take note that one is under way."""
        self._under_way.add(what)

    def answered(self, what: str) -> None:
        """Take note of the broker's answer."""
        self._under_way.discard(what)

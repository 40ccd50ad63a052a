"""What the uplink tells of its paths and their brokers, as conditions of the gateway."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.own_parts import OwnParts
from gateway.path_conditions import Key, Wrong, changes, wrongs
from gateway.record import RecordName
from gateway.uplink.certificate_dates import DatesVerdict
from gateway.uplink.credentials_watch import Seen
from rules.condition import Lane
from rules.engine import Input
from rules.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PathWatchPorts:
    """What the watch reaches the rest by.

    Attributes:
        now: reads the monotonic clock.
        take: gives the core an input.
        connected: is shown whether a path is connected.
    """

    now: Callable[[], Instant]
    take: Callable[[Input], object]
    connected: Callable[[str, bool], None]


class PathWatch:
    """Watches the paths.

    Args:
        parts: where each path is a part of the gateway.
        ports: what it reaches the rest by.
    """

    def __init__(self, parts: OwnParts, ports: PathWatchPorts) -> None:
        self._parts = parts
        self._ports = ports
        self._wrong: dict[str, Mapping[Key, Wrong]] = {}  # by path, of its credentials, as told
        self._refused: set[Lane] = set()
        self._down: set[str] = set()

    def configured(self, *, is_other_way: bool) -> None:
        """Follow another configuration: another way to the centre shows all of it anew."""
        if is_other_way:
            self._wrong.clear()
            self.delivered(frozenset())

    def up(self, path: str) -> None:
        """Take note that a path is connected."""
        self._ports.connected(path, True)
        self._down.discard(path)
        self._parts.recovered(f"path/{path}")

    def down(self, path: str, detail: str) -> None:
        """Take note that a path counts as down, and why, perhaps in other words than before."""
        self._ports.connected(path, False)
        tell = self._parts.failed_anew if path in self._down else self._parts.failed
        self._down.add(path)
        tell(f"path/{path}", "not-connected", detail)

    def answered(self, path: str, is_proven: bool) -> None:
        """Take note that a path leads to the centre and back, or does so no more."""
        part = f"path/{path}/answer"
        if is_proven:
            self._parts.recovered(part)
        else:
            detail = f"no centre answers what goes out on path {path}, though its broker takes it"
            self._parts.failed(part, "no-answer", detail)

    def credentials_seen(self, path: str, seen: Seen, dates: DatesVerdict) -> None:
        """Take what was seen of a path's credentials, and of its broker's dates."""
        wrong, before = wrongs(seen, dates), self._wrong.get(path)
        self._wrong[path] = wrong
        for change in changes(path, before, wrong, self._ports.now()):
            self._ports.take(change)

    def refused(self, name: RecordName, why: str) -> None:
        """Take note that a broker refuses an event, and why."""
        self._refused.add(name.lane)
        detail = f"the broker refuses record {name.seq} of lane {name.lane}: {why}"
        self._parts.failed(refused_by_the_broker(name.lane), "refused", detail)

    def delivered(self, set_aside: frozenset[Lane]) -> None:
        """Take note of a delivery, and of which lanes some records are still refused."""
        for lane in self._refused - set_aside:
            self._refused.discard(lane)
            self._parts.recovered(refused_by_the_broker(lane))


def refused_by_the_broker(lane: Lane) -> str:
    """Name what is wrong where a broker takes not all events of a lane."""
    return f"gateway/delivery/{lane}/refused"

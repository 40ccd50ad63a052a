"""The world of the long run: what happens, one thing after another, and what is told of it."""

import time
from collections import Counter
from itertools import cycle

from daemon_process import name_of
from soak.happenings import ROUNDS

EVERY_S = 15.0


class Told:
    """What the centre has heard, read as it comes."""

    def __init__(self, centre):
        self._centre = centre
        self._read = 0
        self._standing = {}
        self.names = set()
        self.copies = 0

    def read(self):
        while self._read < len(self._centre.messages):
            message = self._centre.messages[self._read]
            self._read += 1
            if message.what.startswith("event/"):
                self._take(message.json)

    def stands(self, key):
        self.read()
        return key in self._standing

    def since(self, key):
        """Give the instant of the event that began it."""
        return self._standing[key]

    def _take(self, event):
        if name_of(event) in self.names:
            self.copies += 1
            return
        self.names.add(name_of(event))
        data = event["data"]
        key = (data.get("condition"), data.get("source"))
        match data.get("change"):
            case "entered":
                self._standing[key] = int(event["monotonicns"])
            case "left":
                self._standing.pop(key, None)


class World:
    """What happenings reach for."""

    def __init__(self, building, daemon, broker, centre):
        self.building, self.daemon, self.broker, self.centre = building, daemon, broker, centre
        self.told = Told(centre)
        self.alarms_took = []

    def took(self, before, condition, source):
        """Note how long an alarm took from the world to the event."""
        self.alarms_took.append((self.told.since((condition, source)) - before) / 1e9)

    def all_is_told(self):
        """Whether the centre has all that the journal has."""
        self.told.read()
        status = self.daemon.status()
        if status is None or any(status.outbox.values()):
            return False
        return self.told.names >= self.daemon.records().keys()


class Played:
    """Happenings, one after another, each at its time."""

    def __init__(self, world):
        self._world = world
        self._rounds = cycle(ROUNDS)
        self._left = []
        self._playing = self._waits = None
        self._due = time.monotonic()
        self._deadline = 0.0
        self.counts = Counter()
        self.missed = []

    @property
    def is_at_rest(self):
        return self._playing is None

    def go_on(self, *, begin):
        """Go on with what is happening; let the next thing happen where it is time and wanted."""
        if self._playing is not None:
            self._go_on()
        elif begin and time.monotonic() >= self._due:
            if not self._left:
                self._left = list(next(self._rounds))
            happening = self._left.pop(0)
            self._due += EVERY_S
            self._due = max(self._due, time.monotonic())
            self._playing = happening(self._world)
            self.counts[happening.__name__] += 1
            self._next()

    def _go_on(self):
        is_over = time.monotonic() >= self._deadline
        if self._waits.until is not None and self._waits.until():
            self._next()
        elif is_over:
            if self._waits.until is not None:
                self.missed.append(f"{self._waits.what}: not within {self._waits.within_s:g} s")
            self._next()

    def _next(self):
        self._waits = next(self._playing, None)
        if self._waits is None:
            self._playing = None
        else:
            self._deadline = time.monotonic() + self._waits.within_s

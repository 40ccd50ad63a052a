"""Which readings are sent as telemetry: of each quantity the newest, if it has changed. Pure."""

from rules.reading import Reading

Point = tuple[str, str]


class TelemetryBatch:
    """Collects readings between two messages. Bounded by the number of points of the site."""

    def __init__(self) -> None:
        self._changed: dict[Point, Reading] = {}
        self._told: dict[Point, float] = {}

    def put(self, reading: Reading) -> None:
        """Take a reading; one that is as last told cancels a change that was not told yet."""
        point = (reading.detector, reading.quantity)
        if self._told.get(point) == reading.value:
            self._changed.pop(point, None)
        else:
            self._changed[point] = reading

    def take(self, most: int) -> list[Reading]:
        """Give so many changed readings, the longest changed first, and count them as told."""
        points = list(self._changed)[:most]
        readings = [self._changed.pop(point) for point in points]
        self._told.update(
            ((reading.detector, reading.quantity), reading.value) for reading in readings
        )
        return readings

"""Which readings are sent as telemetry: of each quantity the newest, if it has changed. Pure.

Of a measuring loop its value is told and not its current; what stands for no value is not told.
"""

from collections.abc import Mapping
from dataclasses import replace

from rules.profile import QuantityRange
from rules.reading import Reading
from rules.signal import sense

Point = tuple[str, str]


class TelemetryBatch:
    """Collects readings between two messages. Bounded by the number of points of the site.

    Args:
        limits: the range of each quantity, by detector and its name; what has none is not told.
    """

    def __init__(self, limits: Mapping[str, Mapping[str, QuantityRange]]) -> None:
        self._limits = limits
        self._changed: dict[Point, Reading] = {}
        self._told: dict[Point, float] = {}

    def put(self, reading: Reading) -> None:
        """Take a reading; one that is as last told cancels a change that was not told yet."""
        limits = self._limits.get(reading.detector, {}).get(reading.quantity)
        value = None if limits is None else sense(reading.value, limits)[0]
        if value is None:
            return
        point = (reading.detector, reading.quantity)
        if self._told.get(point) == value:
            self._changed.pop(point, None)
        else:
            changed = reading if value == reading.value else replace(reading, value=value)
            self._changed[point] = changed

    def take(self, most: int) -> list[Reading]:
        """Give so many changed readings, the longest changed first, and count them as told."""
        points = list(self._changed)[:most]
        readings = [self._changed.pop(point) for point in points]
        self._told.update(
            ((reading.detector, reading.quantity), reading.value) for reading in readings
        )
        return readings

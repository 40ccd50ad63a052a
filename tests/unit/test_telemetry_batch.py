"""Which readings become telemetry."""

from gateway.uplink.telemetry_batch import TelemetryBatch
from rules.instant import Instant
from rules.profile import CurrentLoop, QuantityRange
from rules.reading import Reading

RANGE = {"temperature": QuantityRange(lowest=-40, highest=120)}
LOOP = {"temperature": QuantityRange(lowest=-40, highest=120, current_loop=CurrentLoop())}
LIMITS = dict.fromkeys(("d", "other", *(f"d-{number}" for number in range(5))), RANGE)


def reading(value: float, detector: str = "d", at: int = 0) -> Reading:
    return Reading(detector, "temperature", value, Instant(at))


def test_the_newest_value_of_each_quantity_is_told_once():
    batch = TelemetryBatch(LIMITS)
    for each in (reading(1), reading(2), reading(5, "other")):
        batch.put(each)

    assert batch.take(10) == [reading(2), reading(5, "other")]
    assert batch.take(10) == []


def test_a_value_as_last_told_is_no_news():
    batch = TelemetryBatch(LIMITS)
    batch.put(reading(1))
    batch.take(10)
    batch.put(reading(1, at=5))

    assert batch.take(10) == []


def test_a_value_that_came_back_is_no_news():
    batch = TelemetryBatch(LIMITS)
    batch.put(reading(1))
    batch.take(10)
    batch.put(reading(2))
    batch.put(reading(1))

    assert batch.take(10) == []


def test_what_does_not_fit_one_message_comes_with_the_next():
    batch = TelemetryBatch(LIMITS)
    for number in range(5):
        batch.put(reading(number, f"d-{number}"))

    assert [len(batch.take(2)) for _ in range(4)] == [2, 2, 1, 0]


def test_of_a_loop_its_value_is_told_and_a_broken_wire_is_none():
    batch = TelemetryBatch({"d": LOOP})
    batch.put(reading(12))

    assert batch.take(10) == [reading(40)]

    batch.put(reading(0))

    assert batch.take(10) == []


def test_what_the_site_does_not_measure_is_not_told():
    batch = TelemetryBatch(LIMITS)
    batch.put(reading(1, "of another site"))

    assert batch.take(10) == []

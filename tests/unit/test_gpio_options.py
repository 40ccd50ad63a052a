"""What a site file may say of GPIO lines, and how long a change then takes."""

from typing import Any

import pytest

from drivers.bus import BusDetector, BusPlan
from drivers.gpio.options import (
    HEADER_LABELS,
    GpioBusOptions,
    GpioDetectorOptions,
    GpioOutputOptions,
    Reads,
    check_placed,
    claims_of_bus,
)
from drivers.gpio.times import times_of
from drivers.times import Wait
from rules.instant import in_seconds, seconds
from rules.problem import InvalidSettingError
from rules.profile import DetectorKind, Profile, QuantityRange


def refused(field: str, **options: Any) -> bool:
    with pytest.raises(InvalidSettingError) as caught:
        GpioDetectorOptions(line=17, **options)
    return caught.value.field == field


def test_what_is_of_another_way_of_reading_is_refused() -> None:
    assert refused("flash_within", flash_within=seconds(3))
    assert refused("flash_within", reads=Reads.PULSE_RATE, flash_within=seconds(3))
    assert refused("count_over", count_over=seconds(60))
    assert refused("count_over", reads=Reads.FLASHING, count_over=seconds(60))


@pytest.mark.parametrize("within", [0.4, 11])
def test_a_relay_flashes_within_half_a_second_to_ten(within: float) -> None:
    assert refused("flash_within", reads=Reads.FLASHING, flash_within=seconds(within))


@pytest.mark.parametrize("over", [9, 601])
def test_pulses_are_counted_over_ten_seconds_to_ten_minutes(over: float) -> None:
    assert refused("count_over", reads=Reads.PULSE_RATE, count_over=seconds(over))


def test_a_debounce_that_would_swallow_the_flashes_is_refused() -> None:
    assert refused("debounce", reads=Reads.FLASHING, debounce=seconds(0.8))
    GpioDetectorOptions(line=17, reads=Reads.FLASHING, debounce=seconds(0.75))
    GpioDetectorOptions(line=17, debounce=seconds(0.8))


def test_the_header_is_one_whatever_it_is_called() -> None:
    called = [claims_of_bus(GpioBusOptions(chip=label))[0].what for label in HEADER_LABELS]

    assert {*called, claims_of_bus(GpioBusOptions())[0].what} == {"the GPIO header"}
    assert claims_of_bus(GpioBusOptions(chip="pcf8574"))[0].what == "the GPIO chip pcf8574"


def test_a_line_is_one_of_its_chip() -> None:
    high = GpioOutputOptions(line=28)

    check_placed(GpioBusOptions(chip="pcf8574"), high, None)
    for label in (None, *HEADER_LABELS):
        with pytest.raises(InvalidSettingError, match="no GPIO line 28"):
            check_placed(GpioBusOptions(chip=label), high, None)


@pytest.mark.parametrize("reads", list(Reads))
@pytest.mark.parametrize("quantities", [{"contact"}, {"pulse_rate"}, {"contact", "pulse_rate"}])
def test_a_line_reads_what_its_model_measures(reads: Reads, quantities: set[str]) -> None:
    options = GpioDetectorOptions(line=17, reads=reads)

    if quantities == {reads.quantity}:
        check_placed(GpioBusOptions(), options, quantities)
    else:
        with pytest.raises(InvalidSettingError) as caught:
            check_placed(GpioBusOptions(), options, quantities)
        assert caught.value.field == "reads"


def longest_change(poll: float, **options: Any) -> tuple[float, Wait]:
    made = GpioDetectorOptions(line=17, **options)
    model = Profile(
        id="model",
        name="Model",
        driver="gpio",
        kind=DetectorKind.SENSOR,
        source="made up",
        quantities={"pulse_rate": QuantityRange(lowest=0, highest=1000)},
    )
    every = seconds(poll)
    watched = BusDetector(id="it", profile=model, every=every, alarm=True, options=made)
    bus = BusPlan(id="panel", options=GpioBusOptions(), detectors=(watched,), outputs=())
    change = times_of(bus)["it"].change
    return in_seconds(sum(stretch.takes for stretch in change)), change[-1].wait


def test_a_change_takes_a_poll_and_a_doubt_and_what_is_waited_for() -> None:
    assert longest_change(1) == (2.0, Wait.DEBOUNCE)
    # An edge that nobody saw, then two more closings; or a poll, and the window of a stuck relay.
    assert longest_change(1, reads=Reads.FLASHING) == (1 + 2 * 3, Wait.FLASHING)
    assert longest_change(1, reads=Reads.FLASHING, flash_within=seconds(0.8)) == (
        1 + 1 + 0.8,
        Wait.FLASHING,
    )
    assert longest_change(1, reads=Reads.PULSE_RATE) == (1 + 1 + 60, Wait.COUNT)

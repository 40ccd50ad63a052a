"""How long a device may take to answer, and how long its line rests: who says it, and who wins."""

import pytest

from drivers.bus import BusDetector
from drivers.modbus.data_model import DataType, Table
from drivers.modbus.device import ModbusPoint, ModbusProfile
from drivers.modbus.options import (
    Framing,
    ModbusBusOptions,
    ModbusDetectorOptions,
    ModbusOutputOptions,
)
from drivers.modbus.pace import attempt, pace_of, pace_of_bus, pace_of_output, wire_time
from rules.instant import Duration, seconds
from rules.profile import DetectorKind, Profile, QuantityRange

POINTS = {
    "co": ModbusPoint(table=Table.HOLDING_REGISTER, address=6, type=DataType.UINT16),
}
LINE = ModbusBusOptions(port="/dev/ttyUSB0", reply_within=seconds(0.3), turn_around=seconds(0.01))


def detector(
    own: float | None = None, model: float | None = None, turn_around: float = 0
) -> BusDetector:
    """Make a detector that has a time of its own, and one of its profile."""
    profile = Profile(
        id="model",
        name="Model",
        driver="modbus",
        kind=DetectorKind.SENSOR,
        source="made up",
        quantities={"co": QuantityRange(lowest=0, highest=1000)},
        device=ModbusProfile(
            points=POINTS,
            reply_within=None if model is None else seconds(model),
            turn_around=seconds(turn_around),
        ),
    )
    options = ModbusDetectorOptions(unit=1, reply_within=None if own is None else seconds(own))
    return BusDetector(id="co", profile=profile, every=seconds(1), alarm=True, options=options)


@pytest.mark.parametrize(
    ("own", "model", "counts"),
    [(None, None, 0.3), (None, 1.5, 1.5), (0.05, 1.5, 0.05), (0.05, None, 0.05)],
)
def test_the_detector_s_time_counts_before_its_profile_s_and_that_before_the_bus_s(
    own: float | None, model: float | None, counts: float
) -> None:
    assert pace_of(LINE, [detector(own, model)]).reply_within == seconds(counts)


def test_of_several_detectors_of_a_unit_the_most_patient_counts() -> None:
    found = pace_of(LINE, [detector(0.05, turn_around=0.5), detector(2), detector()])

    assert (found.reply_within, found.turn_around) == (seconds(2), seconds(0.5))


def test_the_line_rests_for_the_longer_of_the_bus_s_and_the_profile_s_turn_around() -> None:
    assert pace_of(LINE, [detector(turn_around=0.002)]).turn_around == seconds(0.01)
    assert pace_of(LINE, [detector(turn_around=0.2)]).turn_around == seconds(0.2)
    assert pace_of_bus(LINE).turn_around == seconds(0.01)


def test_an_output_s_own_time_counts_before_the_bus_s() -> None:
    slow = ModbusOutputOptions(unit=1, coil=0, reply_within=seconds(1))

    assert pace_of_output(LINE, slow).reply_within == seconds(1)
    assert pace_of_output(LINE, ModbusOutputOptions(unit=1, coil=0)) == pace_of_bus(LINE)


def test_the_wire_s_time_comes_besides_also_behind_a_serial_server_and_not_on_a_network() -> None:
    character = Duration(10 * 10**9 // 9600)
    behind = ModbusBusOptions(host="server", framing=Framing.RTU)
    network = ModbusBusOptions(host="server")

    assert wire_time(LINE, 15) == wire_time(behind, 15) == 15 * character
    assert wire_time(network, 15) == 0
    assert attempt(LINE, pace_of_bus(LINE), 8, 7) == seconds(0.3) + 15 * character
    assert attempt(network, pace_of_bus(network), 8, 7) == seconds(0.3)

"""The shipped profiles: what real devices answered, read by the drivers as they read a line."""

import re
from collections.abc import Sequence

import pytest
import yaml
from profile_example import ModbusExample, PrintedExample, SerialExample
from profiled_gas import GAS
from profiled_modules import MODULES, SMOKE
from profiled_serial import PRINTED, SERIAL
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU
from settings_sites import PROFILES, ROOT

from drivers.bus import BusDetector
from drivers.modbus.answer import answer_in
from drivers.modbus.codec import Block, Words
from drivers.modbus.options import ModbusBusOptions, ModbusDetectorOptions
from drivers.modbus.question import Question, reading
from drivers.modbus.station import Station, stations_of
from drivers.serial.answer import Refusal, decode
from drivers.serial.codec import Frame, Framer
from drivers.serial.line_cutter import LineCutter
from drivers.serial.panel import Panel
from drivers.serial.pattern import folded
from gateway.settings.loader import load_site
from gateway.settings.read_profile import load_profile
from rules.instant import Instant, seconds
from rules.profile import DetectorKind, Profile
from rules.reading import FailedPoll, FaultCause, Reading

MODBUS = [*GAS, *SMOKE, *MODULES]
RECORDED = [example for example in MODBUS if example.exchanges]
BUS = ModbusBusOptions(port="/dev/ttyUSB0")
NAMES = sorted(file.rpartition("/")[2].removesuffix(".yaml") for file in PROFILES)


def profile_named(name: str) -> Profile:
    (file,) = (file for file in PROFILES if file.endswith(f"/{name}.yaml"))
    profile, problems = load_profile(PROFILES[file], file)
    assert profile is not None
    assert not problems
    return profile


SHIPPED = {name: profile_named(name) for name in NAMES}
OF_NO_PRODUCT = {
    name
    for name, profile in SHIPPED.items()
    if re.match(r"no(ne)?\b", profile.source) or profile.driver == "simulated"
}


# -- Modbus ---------------------------------------------------------------------------------------


def with_checksum(frame: bytes) -> bytes:
    return frame + FramerRTU.compute_CRC(frame).to_bytes(2, "big")


def is_sound(frame: bytes) -> bool:
    return with_checksum(frame[:-2]) == frame


def asked(question: Question, unit: int) -> bytes:
    head = bytes((unit, question.request.function_code))
    return with_checksum(head + question.request.encode())


def taken(received: bytes, sent: bytes, question: Question) -> Words | None:
    """Give the registers or bits of an answer, the way it goes: our search, pymodbus's framer."""
    shape = question.shape
    frame = answer_in(received, sent, shape, is_sound, echoes=False)
    _, reply = FramerRTU(DecodePDU(is_server=False)).handleFrame(frame, shape.unit, 0)
    return None if reply is None else list(reply.registers or reply.bits)


def answered(block: Block, unit: int, cells: Sequence[int]) -> bytes:
    """Make the answer of a device that holds these registers or bits."""
    if "register" in block.table:
        body = b"".join(word.to_bytes(2, "big") for word in cells)
    else:
        number = sum(bit << place for place, bit in enumerate(cells))
        body = number.to_bytes((len(cells) + 7) // 8, "little")
    function = {"coil": 1, "discrete-input": 2, "holding-register": 3, "input-register": 4}
    return with_checksum(bytes((unit, function[block.table], len(body))) + body)


def recorded_answer(example: ModbusExample, sent: bytes) -> bytes | None:
    """Find the answer to a question, or to one that asked the same of more inputs."""
    for question, answer in example.exchanges:
        request, reply = bytes.fromhex(question), bytes.fromhex(answer)
        if request == sent or (request[:4] == sent[:4] and request[1] == 2 and reply[2] == 1):
            return reply
    return None


def station_of(profile: str, unit: int = 1, offset: int = 0) -> Station:
    """Make what one detector of a profile is to the driver."""
    options = ModbusDetectorOptions(unit=unit, register_offset=offset)
    detector = BusDetector(
        id="d", options=options, profile=SHIPPED[profile], every=seconds(1), alarm=True
    )
    (station,) = stations_of([detector])
    return station


def said_by(example: ModbusExample) -> list[Reading | FailedPoll] | FaultCause:
    """Ask the device of an example what the driver asks, and give what it makes of the answers."""
    station = station_of(example.profile, example.unit, example.offset)
    replies = []
    for block in station.blocks:
        question = reading(BUS, example.unit, block)
        sent = asked(question, example.unit)
        came = recorded_answer(example, sent)
        if came is None:
            places = range(block.address, block.address + block.count)
            cells = [example.cells[str(block.table), place] for place in places]
            came = answered(block, example.unit, cells)
        words = taken(came, sent, question)
        if words is None:
            return FaultCause.BAD_CHECKSUM
        replies.append(words)
    (subject,) = station.subjects
    return subject.measurements(replies, [Instant(1)] * len(replies))


@pytest.mark.parametrize("example", MODBUS, ids=lambda each: f"{each.profile}: {each.shows}")
def test_a_modbus_device_is_read_as_its_maker_says(example):
    said = said_by(example)

    if example.says is FaultCause.BAD_CHECKSUM:
        assert said is FaultCause.BAD_CHECKSUM
    elif isinstance(example.says, FaultCause):
        (failed,) = said
        assert (failed.cause, example.detail in failed.detail) == (example.says, True), failed
    else:
        warning = said.pop(0) if isinstance(said[0], FailedPoll) else None
        assert (warning is not None) is bool(example.warns), warning
        if warning is not None:
            assert warning.cause is FaultCause.DEVICE_WARNING
            assert {*example.warns.split()} <= {*re.findall(r"[\w-]+", warning.detail)}
        values = {reading.quantity: reading.value for reading in said}
        assert values == pytest.approx(example.says, abs=0.005)


@pytest.mark.parametrize("example", RECORDED, ids=lambda each: f"{each.profile}: {each.shows}")
def test_each_recorded_frame_is_whole_but_for_the_one_whose_checksum_goes_round(example):
    frames = [bytes.fromhex(frame) for exchange in example.exchanges for frame in exchange]
    sound = [with_checksum(frame[:-2]) == frame for frame in frames]

    assert all(sound) is (example.says is not FaultCause.BAD_CHECKSUM)


@pytest.mark.parametrize("name", ["honeywell-sensepoint-xrl", "honeywell-sensepoint-xrl-co"])
def test_17_a_sensepoint_whose_heartbeat_stands_still_is_a_fault_within_15_s(name):
    """Though it answers, and with a value: the register goes up about every 5 s."""
    (subject,) = station_of(name).subjects

    def causes(beat_every_s: int) -> list[FaultCause | None]:
        told = []
        for second in range(21):
            words = [0x41F0, 0, 0, 0, 1, second // beat_every_s]
            (said,) = subject.measurements([words], [Instant(seconds(100 * beat_every_s + second))])
            told.append(said.cause if isinstance(said, FailedPoll) else None)
        return told

    assert set(causes(5)) == {None}
    assert causes(1000).index(FaultCause.HEARTBEAT) <= 15


# -- serial ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", SERIAL, ids=lambda each: f"{each.profile}: {each.shows}")
def test_a_serial_sensor_is_read_as_its_maker_says(example):
    device = SHIPPED[example.profile].device

    found = Framer(device).feed(bytes.fromhex(example.stream))

    frames = [each for each in found if isinstance(each, Frame)]
    if example.says is None:
        assert frames == []
    else:
        (frame,) = frames
        assert decode(frame, device) == pytest.approx(example.says)


@pytest.mark.parametrize("example", PRINTED, ids=lambda each: f"{each.profile}: {each.shows}")
def test_a_panel_is_read_as_it_prints(example):
    lines = SHIPPED[example.profile].device.lines
    panel = Panel(lines, [folded(example.point)])
    panel.port_opened(Instant(0))

    stream = "".join(f"{line}\r\n" for line in example.lines).encode("ascii")
    for line in LineCutter(lines.encoding).feed(stream):
        panel.hear(line, Instant(1))

    state = panel.present(folded(example.point), Instant(2))
    assert (state.cause if isinstance(state, Refusal) else state) == example.says


# -- all of them ----------------------------------------------------------------------------------


EXAMPLES: list[ModbusExample | SerialExample | PrintedExample] = [*MODBUS, *SERIAL, *PRINTED]


def test_every_profile_of_a_real_device_has_an_example():
    shown = {example.profile for example in EXAMPLES}

    assert sorted(set(NAMES) - OF_NO_PRODUCT - shown) == []
    assert len(shown) >= 15


@pytest.mark.parametrize("name", sorted(set(NAMES) - OF_NO_PRODUCT))
def test_every_sign_of_fault_every_warning_and_every_state_of_a_profile_has_an_example(name):
    device = SHIPPED[name].device
    examples = [each for each in MODBUS if each.profile == name]
    signs = {*getattr(device, "faults", {}), *getattr(device, "inhibits", {})}
    warnings = {*getattr(device, "warnings", {})}
    state = getattr(device, "state", None)

    told = " ".join(each.detail for each in examples).split()
    assert signs - {*told} == set()
    assert warnings - {*" ".join(each.warns for each in examples).split()} == set()
    if state is not None:
        cells = {word for each in examples for word in each.cells.values()}
        assert {number for number in map(int, state.meanings) if number not in cells} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_has_a_source_and_speaks_two_languages(name):
    (file,) = (file for file in PROFILES if file.endswith(f"/{name}.yaml"))
    comment = "\n".join(
        line for line in PROFILES[file].decode().splitlines() if line.startswith("#")
    )

    assert len(SHIPPED[name].source) > 10
    assert any(letter in comment for letter in "ăâđêôơưạảấầậắệọốộớợụứự"), "no Vietnamese"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"dry-contact", "pulse-output"}))
def test_every_profile_passes_in_a_site_of_its_driver(name):
    profile = SHIPPED[name]
    site = yaml.safe_load((ROOT / f"drivers/{profile.driver}/sample.yaml").read_text())
    (detector, *_), site["rules"], site["outputs"] = site["detectors"], [], []
    detector = {key: detector[key] for key in ("id", "zone", "bus")} | {"profile": name}
    if profile.driver == "modbus":
        detector["unit"] = 254
    if getattr(profile.device, "lines", None) is not None:
        detector["point"] = "1.1.Z1"
    if profile.service_life:
        detector["installed"] = "2026-09-02"
    site["detectors"] = [detector]
    text = yaml.safe_dump(site, allow_unicode=True, sort_keys=False)

    settings, problems = load_site(text.encode(), "site.yaml", PROFILES)

    assert settings is not None, [str(problem) for problem in problems]


def test_what_no_standard_calls_a_detector_is_a_sensor():
    """Dust sensors, bare gas modules and instruments are for pre-alarms."""
    makers = ("plantower-", "nova-", "winsen-", "senseair-", "xy-")

    kinds = {name: profile.kind for name, profile in SHIPPED.items() if name.startswith(makers)}
    assert set(kinds.values()) == {DetectorKind.SENSOR}, kinds

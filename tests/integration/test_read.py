"""firegw read, and firegw simulate device as what is read: real lines, another process."""

import os
import signal
import subprocess
import sys

import pytest
from firegw_command import firegw
from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from played_process import PlayedDevices
from spoken_process import ROOT

from gateway.cli.outcome import ExitCode

GAS = "honeywell-sensepoint-xrl"
PATIENCE_SECONDS = 10.0
SITE = """
site: {{id: x, name: x, province: "33", commune: "12345"}}
gateway: {{id: x}}
buses:
  - {{id: line, modbus: {{port: {port}, reply_within: 100 ms}}}}
  - {{id: dust, serial: {{port: {dust}}}}}
zones: [{{id: kitchen, name: x}}]
detectors:
  - {{id: gas, zone: kitchen, bus: line, profile: honeywell-sensepoint-xrl, unit: 1}}
  - {{id: relay-3, zone: kitchen, bus: line, profile: waveshare-modbus-io-8ch, unit: 2,
     register_offset: 3}}
  - {{id: loop, zone: kitchen, bus: line, profile: generic-modbus-4-20ma-gas, unit: 3}}
  - {{id: dust, zone: kitchen, bus: dust, profile: plantower-pms5003}}
uplink: {{paths: [{{id: lan, host: localhost}}]}}
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    link = tmp_path_factory.mktemp("read") / "rs485"
    with PlayedDevices(
        *(GAS, "waveshare-modbus-io-8ch", "generic-modbus-4-20ma-gas"),
        *("--port-link", str(link), "--unit", "1-3", "--channels", "8", "--set", "1:gas=45"),
    ) as devices:
        yield devices


@pytest.fixture(scope="module")
def site(played, tmp_path_factory):
    file = tmp_path_factory.mktemp("site") / "site.yaml"
    file.write_text(SITE.format(port=played.port, dust=file.parent / "dust"))
    return file


def shown(said, name: str) -> dict:
    return next(each for each in said.json["shown"] if each["name"] == name)


def verdict(said) -> dict:
    return said.json["verdicts"][0]


def test_a_detector_of_a_site_is_shown_byte_for_byte_and_judged(capsys, played, site):
    said = firegw(capsys, "read", site, "gas", "--json")

    assert said.code == ExitCode.OK
    exchange = said.json["exchanges"][0]
    assert exchange["asked"].startswith("01 03 00 66")
    assert "42 34 00 00" in exchange["answered"]
    assert shown(said, "gas")["number"] == 45
    assert shown(said, "gas")["raw"] == "4234 0000"
    assert shown(said, "state")["words"] == "measuring"
    assert shown(said, "type") == shown(said, "type") | {"words": "0x26", "is_set": True}
    assert verdict(said)["believed"] == 45
    assert verdict(said)["cause"] is None


@pytest.mark.parametrize(
    ("order", "undo", "made_of_it"),
    [
        ("1: fault fault-code on", "1: fault fault-code off", ("device-fault", True)),
        ("1: state inhibited", "1: state measuring", ("inhibited", True)),
        ("1: gas 120", "1: gas 45", ("over-range", True)),
        ("1: gas -50", "1: gas 45", ("implausible", False)),
        ("1: silent", "1: speak", ("no-reply", False)),
    ],
)
def test_what_the_device_says_is_what_the_gateway_would_make_of_it(
    capsys, order, undo, made_of_it, request
):
    played, site = request.getfixturevalue("played"), request.getfixturevalue("site")
    assert played.tell(order)["ok"]
    try:
        said = firegw(capsys, "read", site, "gas", "--json")
    finally:
        assert played.tell(undo)["ok"]

    assert said.code == ExitCode.REFUSED
    assert (verdict(said)["cause"], verdict(said)["fault"]) == made_of_it


def test_a_warning_is_shown_beside_a_value_that_counts(capsys, played, site):
    assert played.tell("1: warning warning-code on 7")["ok"]
    try:
        shown_so = firegw(capsys, "read", site, "gas")
        said = firegw(capsys, "read", site, "gas", "--json")
    finally:
        assert played.tell("1: warning warning-code off")["ok"]

    assert said.code == ExitCode.REFUSED
    warning, gas = said.json["verdicts"]
    assert (warning["cause"], warning["fault"], gas["believed"]) == ("device-warning", True, 45)
    assert shown(said, "warning-code")["is_set"] is True
    assert shown(said, "warning-bit-4")["is_set"] is False
    assert "the gateway: gas 45 %LEL, in its range" in shown_so.out
    assert "warning-code     SET" in shown_so.out


def test_a_channel_is_read_at_its_offset(capsys, played, site):
    played.tell("2: contact@3 active")

    said = firegw(capsys, "read", site, "relay-3", "--json")

    assert verdict(said)["believed"] == 1
    assert shown(said, "contact")["place"] == "discrete-input 3"


def test_a_broken_loop_is_seen_as_its_current(capsys, played, site):
    played.tell("3: gas 3.4 mA")
    broken = firegw(capsys, "read", site, "loop")
    played.tell("3: gas 50")
    whole = firegw(capsys, "read", site, "loop")

    assert "3.4 mA" in broken.out
    assert broken.code == ExitCode.REFUSED
    assert "the gateway: gas 50 %LEL, in its range" in whole.out
    assert whole.code == ExitCode.OK


def test_a_register_is_read_without_any_site_or_profile(capsys, played):
    line = ("read", "--port", played.port, "--unit", "1", "--table", "holding-register")
    number = firegw(capsys, *line, "--address", "0x66", "--type", "float32", "--json")
    bare = firegw(capsys, *line, "--address", "102", "--count", "2", "--json")
    hole = firegw(capsys, *line, "--address", "7")

    assert shown(number, "value")["number"] == 45
    assert [each["raw"] for each in bare.json["shown"]] == ["4234", "0000"]
    assert hole.code == ExitCode.REFUSED
    assert "exception 02 (illegal data address)" in hole.out


def test_a_sensor_that_sends_by_itself_is_listened_to(capsys, site):
    link = site.parent / "dust"
    with PlayedDevices(
        "plantower-pms5003", "--port-link", str(link), "--set", "pm2_5=120", "--every", "0.1"
    ) as sensor:
        heard = firegw(capsys, "read", site, "dust", "--json")
        by_hand = firegw(capsys, "read", "--port", link, "--profile", "plantower-pms5003")
        sensor.tell("silent")
        port_of_nobody = firegw(capsys, "read", "--port", link, "--profile", "winsen-mh-z19b")

    assert verdict(heard)["believed"] == 120
    assert heard.json["exchanges"][0]["asked"] == ""
    assert "the gateway: pm2_5 120 µg/m³, in its range" in by_hand.out
    assert port_of_nobody.code == ExitCode.REFUSED
    assert "no reply" in port_of_nobody.out


FAN = """
id: worn-fan
name: a dust sensor that tells of its fan
driver: serial
kind: sensor
source: none; made up
quantities:
  pm2_5: {lowest: 0 µg/m³, highest: 1000 µg/m³, hazardous_side: high}
serial:
  header: 42 4D
  length: 8
  checksum: sum16
  fields:
    pm2_5: {at: 2}
  warnings:
    fan: {at: 4, type: uint8, lowest: 3, words: {"7": worn out}}
"""


def test_a_warning_of_a_serial_sensor_is_played_and_shown_beside_its_value(capsys, tmp_path):
    (tmp_path / "worn-fan.yaml").write_text(FAN)
    link, known = tmp_path / "port", ("--profiles", str(tmp_path))
    with PlayedDevices(
        *("worn-fan", *known, "--port-link", str(link), "--every", "0.1", "--set", "pm2_5=120")
    ) as sensor:
        assert sensor.tell("warning fan on 7")["ok"]
        said = firegw(capsys, "read", "--port", link, "--profile", "worn-fan", *known, "--json")
        refused = sensor.tell("warning laser on")

    warning, dust = said.json["verdicts"]
    assert (warning["cause"], dust["believed"]) == ("device-warning", 120)
    fan = shown(said, "fan")
    assert (fan["sort"], fan["is_set"], fan["words"]) == ("warning", True, "worn out")
    assert refused["error"] == "it reports no 'laser'; it reports fan"


def test_a_gpio_line_is_looked_at_pulled_up_as_the_gateway_does(capsys):
    pins = Device.pin_factory = MockFactory()
    try:
        said = firegw(capsys, "read", "--gpio", "17", "--json")
        pulled = pins.pin(17).pull
    finally:
        pins.close()
        Device.pin_factory = None

    assert pulled == "up"
    assert said.code == ExitCode.OK
    assert shown(said, "contact") == shown(said, "contact") | {"raw": "high", "words": "open"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), ExitCode.BAD_INPUT, "what is to be read?"),
        (("/nope", "gas"), ExitCode.BAD_INPUT, "cannot be used"),
        (("--port", "x"), ExitCode.BAD_INPUT, "which register?"),
        (("--port", "x", "--host", "y"), ExitCode.BAD_INPUT, "what is to be read?"),
        (("--port", "x", "--table", "coil", "--address", "0"), ExitCode.BAD_INPUT, "which unit?"),
        (("--port", "x", "--profile", "nope", "--unit", "1"), ExitCode.BAD_INPUT, "no profile"),
        (("--port", "x", "--profile", "dry-contact"), ExitCode.BAD_INPUT, "SITE DETECTOR"),
        (
            ("--port", "x", "--unit", "1", "--table", "coil", "--address", "y"),
            ExitCode.BAD_INPUT,
            "0x66 is hexadecimal",
        ),
        (
            ("--port", "x", "--unit", "1", "--table", "coil", "--address", "70000"),
            ExitCode.BAD_INPUT,
            "--address: must be from 0 to 65535",
        ),
        (
            ("--port", "x", "--unit", "300", "--table", "coil", "--address", "0"),
            ExitCode.BAD_INPUT,
            "--unit: unit 300 is out of range",
        ),
        (
            ("--port", "x", "--unit", "1", "--table", "coil", "--address", "0", "--scale", "0"),
            ExitCode.UNREACHABLE,
            "plugged in?",
        ),
        (("--gpio", "17"), ExitCode.UNREACHABLE, "gpio"),
        (("--gpio", "1700"), ExitCode.BAD_INPUT, "--line: must be"),
    ],
)
def test_what_cannot_be_read_is_one_line(capsys, arguments, code, said):
    done = firegw(capsys, "read", *arguments)

    assert done.code == code, done.err
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("1: oxygen 20", "it does not measure 'oxygen'; it measures gas"),
        ("1: gas 45 ppm", "'ppm' is no unit of gas; its own is %LEL"),
        ("1: gas much", "'much' is no value of gas"),
        ("2: contact@9 active", "there is no channel 9; the last is 7"),
        ("1: gas@1 4", "there is no channel 1; the last is 0"),
        ("3: gas 999999", "its registers cannot hold that"),
        ("9: gas 4", "there is no unit 9; there are 1, 2, 3"),
        ("1: fault nothing on", "it reports no 'nothing'"),
        ("1: warning fault-code on", "it reports no 'fault-code'; it reports warning-code"),
        ("1: warning warning-code off 4", "4 does not do that"),
        ("2: warning dirty on", "it reports no 'dirty'; it reports -"),
        ("1: fault fault-code off 4000", "4000 does not do that"),
        ("1: state asleep", "it has no state 'asleep'; it has measuring"),
        ("2: state measuring", "it has no state 'measuring'; it has -"),
        ("2: heartbeat stop", "it has no heartbeat"),
        ("dance", "'dance' is no order; type help"),
        ("\x1b[2J", r"'\x1b[2J' is no order"),
        ("x" * 5000, "is no order"),
    ],
)
def test_an_order_that_cannot_be_followed_says_why_and_changes_nothing(played, order, said):
    answer = played.tell(order)

    assert not answer["ok"]
    assert said in answer["error"]


def test_a_heartbeat_advances_by_itself_until_it_is_stopped(capsys, played):
    def beat() -> float:
        said = firegw(
            capsys,
            *("read", "--port", played.port, "--unit", "1", "--profile", GAS, "--json"),
        )
        return shown(said, "heartbeat")["number"]

    assert played.tell("1: heartbeat stop")["ok"]
    first, second = beat(), beat()
    assert played.tell("1: heartbeat go")["ok"]

    assert first == second


@pytest.mark.parametrize("how", ["quit", "SIGTERM"])
def test_a_played_device_goes_and_its_link_with_it(tmp_path, how):
    link = tmp_path / "p"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gateway.cli.firegw", "simulate", "device", GAS),
            *("--port-link", str(link)),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline()
    assert os.path.realpath(link).startswith("/dev/pts/")
    if how.startswith("SIG"):
        process.send_signal(getattr(signal, how))
    _, err = process.communicate(b"quit\n" if how == "quit" else b"", timeout=PATIENCE_SECONDS)

    assert process.returncode == ExitCode.OK
    assert err == b""
    assert not link.is_symlink()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("honeywell-sensepoint-xlr", "--tcp", "localhost:0"), "did you mean honeywell-sense"),
        (("dry-contact", "--tcp", "localhost:0"), "driver gpio cannot be served"),
        ((GAS, "plantower-pms5003", "--tcp", "localhost:0"), "two drivers cannot share"),
        (("plantower-pms5003", "--tcp", "localhost:0"), "stands alone on a port"),
        ((GAS, "--tcp", "localhost"), "is no HOST:PORT"),
        ((GAS, "--tcp", "localhost:99999"), "is no HOST:PORT"),
        ((GAS, "--tcp", "192.0.2.1:1"), "the devices cannot be there"),
        ((GAS, "--port-link", "/dev/null"), "the devices cannot be there"),
        ((GAS, "--tcp", "localhost:0", "--unit", "0"), "--unit: '0'"),
        ((GAS, GAS, "--tcp", "localhost:0", "--unit", "1-3"), "2 profiles and 3 units"),
        ((GAS, "--tcp", "localhost:0", "--set", "gas"), "write QUANTITY=VALUE"),
        ((GAS, "--tcp", "localhost:0", "--set", "9:gas=1"), "there is no unit 9"),
        ((GAS, "--tcp", "localhost:0", "--set", "gas=x"), "'x' is no value of gas"),
        ((GAS, "--tcp", "localhost:0", "--channels", "0"), "from 1 to 256"),
        ((GAS, "--tcp", "localhost:0", "--baud", "1"), "--baud: from"),
    ],
)
def test_what_cannot_be_played_is_one_line(capsys, arguments, said):
    done = firegw(capsys, "simulate", "device", *arguments)

    assert done.code == ExitCode.BAD_INPUT
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_path_that_leads_elsewhere_is_left_alone(capsys, tmp_path):
    adapter = tmp_path / "by-id"
    adapter.symlink_to("/dev/null")

    done = firegw(capsys, "simulate", "device", GAS, "--port-link", adapter)

    assert done.code == ExitCode.BAD_INPUT
    assert os.path.realpath(adapter) == "/dev/null"

"""What scan, read and simulate show to a person, in both languages, as a person found it good."""

import argparse

import pytest
from golden_file import assert_golden

from drivers.bus import BusDetector, BusPlan
from drivers.device_words import Parity
from drivers.gpio.chips import ChipsHere, FoundChip
from drivers.probe import Exchange, Seen, Shown, Sort
from gateway.cli.firegw import load, parser_of
from gateway.cli.read_view import Look, view
from gateway.cli.scan_view import found_view, here_view
from gateway.reading_verdict import verdicts
from gateway.scanning.finding import Finding, Match, Presence
from gateway.scanning.search_plan import LineSettings
from gateway.serial_ports import Holder, SerialPort
from gateway.text import Language, speak
from rules.instant import Duration, Instant, seconds
from rules.profile import DetectorKind, Profile, QuantityRange
from rules.reading import FailedPoll, FaultCause, Measurement, Reading

DELIVERED = LineSettings(9600, Parity.NONE, 1)
ODD = LineSettings(19200, Parity.EVEN, 2)
GAS = Match(
    profile="honeywell-sensepoint-xrl",
    certain=True,
    marks=(("type", "0x26"),),
    values=(("gas", "45 %LEL"),),
)


@pytest.fixture(params=Language)
def language(request):
    speak(request.param)
    yield request.param
    speak(Language.ENGLISH)


def finding(unit: int, **more: object) -> Finding:
    whole = {"settings": DELIVERED, "presence": Presence.ANSWERS, **more}
    return Finding(unit=unit, **whole)


def guess(name: str, *values: tuple[str, str]) -> Match:
    return Match(profile=name, certain=False, values=values)


@pytest.mark.parametrize("name", ["scan", "read", "simulate"])
def test_the_help_is_as_a_person_found_it_good(name, language):
    text = parser_of(name, load(name)).format_help().rstrip()

    assert_golden(f"help-{name}.{language}", text)


@pytest.mark.parametrize("what", ["device", "fleet"])
def test_the_help_of_what_is_played_fits_a_terminal(what, language):
    parser = parser_of("simulate", load("simulate"))
    (choices,) = (
        each.choices for each in parser._actions if isinstance(each, argparse._SubParsersAction)
    )
    text = choices[what].format_help().rstrip()

    assert max(map(len, text.splitlines()[:-1])) <= 80  # an example is one line, however long
    if what == "device":
        assert_golden(f"help-simulate-device.{language}", text)


def test_what_was_found_on_a_line(language):
    garbled = "unit 9, holding-register 0: bad checksum: 09 03 02 12 34 56 78"
    found = [
        finding(1, matches=(GAS,)),
        finding(2, matches=(guess("jxct-jxbs-3001-co", ("co", "18.9 ppm")), guess("xy-md02"))),
        finding(7, presence=Presence.REFUSES),
        finding(8),
        finding(9, presence=Presence.GARBLED, detail=garbled),
        finding(1, settings=ODD, matches=(GAS,)),
    ]

    lines = found_view(found, "port: /dev/ttyUSB0", heeds_no_unit=False)

    assert_golden(f"scan-line.{language}", "\n".join(lines))


def test_what_was_found_behind_a_host_that_is_one_device(language):
    found = [finding(1, settings=None, matches=(GAS,))]

    lines = found_view(found, "host: 192.168.1.50", heeds_no_unit=True)

    assert_golden(f"scan-host.{language}", "\n".join(lines))


def test_only_garbled_answers_give_nothing_to_paste():
    found = [finding(9, presence=Presence.GARBLED)]

    lines = found_view(found, "port: x", heeds_no_unit=False)

    assert not any("buses" in line for line in lines)


def test_the_ports_and_chips_of_a_machine(language):
    by_id = "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0"
    ports = (
        SerialPort(
            path=by_id,
            leads_to="/dev/ttyUSB0",
            is_open_to_us=True,
            holders=(Holder(812, "firegw run /etc/fire-gateway/site.yaml", is_gateway=True),),
        ),
        SerialPort(
            path="/dev/ttyAMA0",
            leads_to="/dev/ttyAMA0",
            is_open_to_us=False,
            holders=(Holder(90, "minicom", is_gateway=False),),
        ),
    )
    chips = ChipsHere(
        (FoundChip(0, "pinctrl-rp1", 54),),
        ("/dev/gpiochip4 which cannot be opened (Permission denied)",),
    )

    assert_golden(f"scan-here.{language}", "\n".join(here_view(ports, chips)))
    assert_golden(f"scan-nothing.{language}", "\n".join(here_view((), ChipsHere(()))))


def look(*measurements: Measurement, exchange: Exchange, shown: tuple[Shown, ...] = ()) -> Look:
    gas = QuantityRange(lowest=-5, highest=100)
    profile = Profile(
        id="xrl",
        name="XRL",
        driver="modbus",
        kind=DetectorKind.GAS,
        source="made up",
        quantities={"gas": gas},
    )
    detector = BusDetector(id="gas", profile=profile, every=seconds(1), alarm=True, options=None)
    return Look(
        plan=BusPlan(id="line", options=None, detectors=(detector,), outputs=()),
        seen=Seen(exchanges=(exchange,), shown=shown, measurements=measurements),
        verdicts=verdicts(profile, measurements),
    )


def test_one_look_at_a_detector(language):
    place = "holding-register 102 to 103"
    whole = look(
        Reading("gas", "gas", 120.0, Instant(0)),
        exchange=Exchange(
            about=f"unit 1, {place}",
            asked=bytes.fromhex("01 03 00 66 00 02 24 14"),
            answered=bytes.fromhex("01 03 04 42 F0 00 00 EE 3D"),
            took=Duration(31_000_000),
        ),
        shown=(
            Shown(sort=Sort.VALUE, name="gas", place=place, raw="42F0 0000", number=120.0),
            Shown(
                sort=Sort.FAULT,
                name="fault-code",
                place="holding-register 104",
                raw="04B3",
                number=1203,
                words="sensor missing",
                is_set=True,
            ),
            Shown(
                sort=Sort.INHIBIT,
                name="inhibited",
                place="holding-register 105",
                raw="0000",
                number=0,
                is_set=False,
            ),
            Shown(
                sort=Sort.STATE,
                name="state",
                place="holding-register 106",
                raw="0001",
                number=1,
                words="measuring",
            ),
            Shown(
                sort=Sort.HEARTBEAT,
                name="heartbeat",
                place="holding-register 107",
                raw="0011",
                number=17,
            ),
            Shown(
                sort=Sort.MARK,
                name="type",
                place="holding-register 100",
                raw="2500",
                words="0x25",
                is_set=False,
            ),
        ),
    )

    assert not whole.is_well
    assert_golden(f"read.{language}", "\n".join(view(whole)))


def test_one_look_at_a_detector_that_says_nothing(language):
    detail = "unit 1, holding-register 102 to 103: no reply in 300 ms"
    silent = look(
        FailedPoll("gas", FaultCause.NO_REPLY, detail, Instant(0)),
        exchange=Exchange(
            about="unit 1, holding-register 102 to 103",
            asked=bytes.fromhex("01 03 00 66 00 02 24 14"),
            answered=b"",
            took=Duration(300_000_000),
            wrong=detail,
        ),
    )

    assert_golden(f"read-silence.{language}", "\n".join(view(silent)))

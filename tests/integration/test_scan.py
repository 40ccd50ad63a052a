"""firegw scan on real pseudo-terminals and sockets, towards devices in other processes."""

import signal
import subprocess
import sys
import time

import pytest
from firegw_command import firegw
from modbus_process import on_rtu, on_tcp
from played_process import PlayedDevices
from spoken_process import ROOT

from gateway.cli.outcome import ExitCode
from gateway.settings.loader import load_site
from gateway.site_texts import profile_texts, shipped_profiles

QUICK = ("--within", "0.05", "--listen", "0", "--json")
THREE = ("honeywell-sensepoint-xrl", "jxct-jxbs-3001-co", "novabo-modbusrtu-sqr")
READS = {1, 2, 3, 4}
PATIENCE_SECONDS = 10.0
REST_OF_A_SITE = """
site: {id: x, name: x, province: "33", commune: "12345"}
gateway: {id: x}
zones: [{id: ZONE, name: x}]
uplink: {paths: [{id: lan, host: localhost}]}
"""


def profiles_found(found: list[dict]) -> dict[int, list[tuple[str, bool]]]:
    return {
        each["unit"]: [(match["profile"], match["certain"]) for match in each["matches"]]
        for each in found
    }


def where(played: PlayedDevices, *, rtu: bool) -> tuple[str, ...]:
    if isinstance(played.port, str):
        return ("--port", played.port)
    return ("--host", f"127.0.0.1:{played.port}", *(("--rtu",) if rtu else ()))


@pytest.mark.parametrize("wire", ["pty", "tcp", "rtu-over-tcp"])
def test_three_devices_are_found_one_by_its_marks_and_two_as_guesses(capsys, tmp_path, wire):
    rtu = wire == "rtu-over-tcp"
    at = ("--port-link", str(tmp_path / "p")) if wire == "pty" else ("--tcp", "127.0.0.1:0")
    units = ("--unit", "7", "2", "255", "--set", "7:gas=45", "2:co=18.9")
    with PlayedDevices(*THREE, *at, *units, *(("--rtu",) if rtu else ())) as played:
        said = firegw(capsys, "scan", *where(played, rtu=rtu), "--units", "1-9,255", *QUICK)

    found = profiles_found(said.json["found"])
    assert said.code == ExitCode.OK
    assert set(found) == {2, 7, 255}
    assert found[7] == [("honeywell-sensepoint-xrl", True)]
    assert ("jxct-jxbs-3001-co", False) in found[2]
    assert found[255][0] == ("novabo-modbusrtu-sqr", False)
    assert not said.json["heeds_no_unit"]
    (gas,) = (each["matches"][0] for each in said.json["found"] if each["unit"] == 7)
    assert gas["values"] == {"gas": "45 %LEL"}
    assert gas["marks"]["type"] == "0x26"


def test_what_is_to_be_pasted_is_a_site_once_its_profiles_are_chosen(capsys, tmp_path):
    with PlayedDevices(*THREE[:2], "--port-link", str(tmp_path / "p"), "--unit", "1", "2") as it:
        said = firegw(capsys, "scan", "--port", it.port, "--units", "1-2", *QUICK)

    pasted = "\n".join(said.json["paste"]).replace("PROFILE", THREE[1])
    texts, _ = profile_texts(shipped_profiles())
    settings, problems = load_site((REST_OF_A_SITE + pasted).encode(), "pasted", texts)
    assert [str(problem) for problem in problems if not problem.warning] == []
    assert [detector.options.unit for detector in settings.detectors] == [1, 2]
    assert settings.buses[0].options.port == str(tmp_path / "p")


def test_only_reads_go_out_and_garbled_answers_are_told_as_such(capsys, tmp_path):
    devices = on_rtu(tmp_path, "1-4")
    try:
        devices.mishap(2, "raw", bytes="02 03 02 12 34 56 78 9A")
        devices.mishap(3, "exception", code=4)
        said = firegw(capsys, "scan", "--port", devices.port, "--units", "1-6", *QUICK)
        asked = devices.asked()
    finally:
        devices.close()

    presence = {each["unit"]: each["presence"] for each in said.json["found"]}
    assert presence == {1: "refuses", 2: "garbled", 3: "refuses", 4: "refuses"}
    assert {function for _, _, function, _ in asked} <= READS


def test_an_adapter_that_echoes_is_no_device_and_is_told(capsys, tmp_path):
    devices = on_rtu(tmp_path, "3", "--echo")
    try:
        said = firegw(capsys, "scan", "--port", devices.port, "--units", "1-4", *QUICK)
    finally:
        devices.close()

    assert [each["unit"] for each in said.json["found"]] == [3]
    assert "echo: true" in said.json["paste"][1]


def test_a_host_that_heeds_no_unit_is_one_device(capsys):
    devices = on_tcp("0-255")
    try:
        host = f"127.0.0.1:{devices.port}"
        said = firegw(capsys, "scan", "--host", host, *QUICK)
    finally:
        devices.close()

    assert said.json["heeds_no_unit"]
    assert len(said.json["found"]) == 1


def test_a_sensor_that_sends_by_itself_is_heard_and_nobody_is_asked(capsys, tmp_path):
    link = ("--port-link", str(tmp_path / "p"))
    with PlayedDevices("plantower-pms5003", *link, "--set", "pm2_5=12", "--every", "0.05") as it:
        said = firegw(capsys, "scan", "--port", it.port, "--listen", "0.3", "--json")
        shown = firegw(capsys, "scan", "--port", it.port, "--listen", "0.3")

    (stream,) = said.json["unasked"]
    assert said.code == shown.code == ExitCode.OK
    assert {"profile": "plantower-pms5003", "values": {"pm2_5": "12 µg/m³"}} in stream["matches"]
    assert stream["beginning"].startswith("42 4D 00 1C")
    assert said.json["found"] == []
    assert "plantower-pms5003: pm2_5 12 µg/m³" in shown.out


def test_a_silent_line_is_told_with_what_to_look_at(capsys, tmp_path):
    devices = on_rtu(tmp_path, "9")
    try:
        said = firegw(capsys, "scan", "--port", devices.port, "--units", "1-2", "--within", "0.02")
    finally:
        devices.close()

    assert said.code == ExitCode.REFUSED
    assert "swap them once" in said.out


def test_ctrl_c_tells_what_was_found_so_far(tmp_path):
    devices = on_rtu(tmp_path, "2")
    command = (
        "scan",
        "--port",
        devices.port,
        "--units",
        "1-247",
        "--within",
        "0.3",
        "--listen",
        "0",
    )
    scan = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli.firegw", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        asked: set[int] = set()
        while 3 not in asked:  # so unit 2 has answered
            assert time.monotonic() < deadline, "the scan asks nobody"
            asked |= {unit for _, unit, _, _ in devices.asked()}
            time.sleep(0.02)  # other processes set no event
        scan.send_signal(signal.SIGINT)
        out, err = scan.communicate(timeout=PATIENCE_SECONDS)
    finally:
        scan.kill()
        devices.close()

    assert scan.returncode == ExitCode.INTERRUPTED
    assert "unit 2" in out
    assert "interrupted; this was found so far" in err
    assert "Traceback" not in err


def test_a_port_that_the_gateway_holds_is_not_touched(capsys, tmp_path):
    devices = on_rtu(tmp_path, "1")
    holder = subprocess.Popen(
        [
            *(sys.executable, "-c", "import sys; f = open(sys.argv[3]); print(); input()"),
            *("firegw", "run", devices.port),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline()
        scan = firegw(capsys, "scan", "--port", devices.port)
        read = firegw(
            capsys,
            *("read", "--port", devices.port, "--unit", "1"),
            *("--table", "coil", "--address", "0"),
        )
        asked = devices.asked()
    finally:
        holder.communicate("\n", timeout=PATIENCE_SECONDS)
        devices.close()

    assert asked == []
    for said in (scan, read):
        assert said.code == ExitCode.REFUSED
        assert f"process {holder.pid}" in said.err
        assert "systemctl stop fire-gateway" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--port", "/dev/nope", "--units", "1"), ExitCode.UNREACHABLE, "No such file"),
        (("--host", "127.0.0.1:1", "--units", "1"), ExitCode.UNREACHABLE, "switched on"),
        (("--host", "127.0.0.1:99999"), ExitCode.BAD_INPUT, "from 1 to 65535"),
        (("--host", "[::1]:x"), ExitCode.BAD_INPUT, "is no HOST[:PORT]"),
        (("--port", "x", "--host", "y"), ExitCode.BAD_INPUT, "either --port or --host"),
        (("--port", "x", "--units", "0"), ExitCode.BAD_INPUT, "from 1 to 255"),
        (("--port", "x", "--units", "5-"), ExitCode.BAD_INPUT, "no number and no range"),
        (("--port", "x", "--baud", "9601"), ExitCode.BAD_INPUT, "--baud: all, or a list"),
        (("--port", "x", "--parity", "odd,mark"), ExitCode.BAD_INPUT, "--parity: all"),
        (("--port", "x", "--listen", "nan"), ExitCode.BAD_INPUT, "from 0 to 60 s"),
        (("--port", "x", "--within", "nan"), ExitCode.BAD_INPUT, "from 0.01 to 5 s"),
        (("--port", "x", "--profiles", "/nope"), ExitCode.BAD_INPUT, "no such folder"),
    ],
)
def test_what_cannot_be_searched_is_one_line(capsys, arguments, code, said):
    done = firegw(capsys, "scan", *arguments)

    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_without_arguments_it_lists_what_there_is_and_is_content(capsys):
    said = firegw(capsys, "scan", "--json")

    assert said.code == ExitCode.OK
    assert set(said.json) == {"ports", "chips", "silent_chips"}

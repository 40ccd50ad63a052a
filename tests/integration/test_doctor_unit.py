"""Each fault of the unit itself that the doctor claims to find is made, and found.

What a folder must be, whom a file belongs to, a full disk, a port that another program has: all of
it is real. Only what no machine without the board has (its voltage alarm, its kernel's console) and
what systemd says stands in a folder of the test.
"""

import contextlib
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_disk
from daemon_process import wait_for
from unit_body import Body, faults, is_root

from drivers.gpio.chips import LineNow
from gateway.clock import ClockSources
from gateway.doctor import look_at_board as board
from gateway.doctor import look_at_files as files
from gateway.doctor import look_at_lines as lines
from gateway.doctor import look_at_people as people
from gateway.doctor import look_at_service as service
from gateway.doctor.finding import Unlooked, Verdict
from gateway.doctor.look_at_lines import is_taken
from gateway.doctor.view import commands_of
from rules.instant import seconds

ROOT = pytest.mark.skipif(not is_root, reason="only root can give files to another user")
NOBODY = 65534
WITH_TLS = """\
site: {id: CS0001, name: Chợ, province: "33", commune: "12345"}
gateway: {id: GW-1}
buses: [{id: inputs, gpio: {}}]
zones: [{id: hall, name: Sảnh}]
detectors:
  - {id: panel, zone: hall, bus: inputs, profile: dry-contact, kind: panel-alarm, line: 17}
rules: [{id: fire, zone: hall, raises: fire-alarm, when: panel.contact}]
uplink:
  paths:
    - {id: lan, host: 127.0.0.1, port: 1, username: gw, password_file: SECRET}
    - {id: 4g, host: 127.0.0.1, port: 2, tls: {}}
"""


@pytest.fixture
def body() -> Iterator[Body]:
    """A unit whose folders any user may reach: pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="firegw-test-"))
    folder.chmod(0o755)
    yield Body(folder)
    shutil.rmtree(folder)


@pytest.fixture
def well_body(body) -> Body:
    """The same, everything the gateway's."""
    for place in (body.site.parent, body.site, body.state):
        os.chown(place, -1 if place != body.state else NOBODY, NOBODY if place.is_dir() else -1)
    shutil.chown(body.site, group=NOBODY)
    body.site.chmod(0o640)
    return body


@pytest.fixture
def terminal() -> Iterator[str]:
    """A pseudo-terminal, as a serial port."""
    ours, theirs = pty.openpty()
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


# Files


def test_a_site_file_that_is_not_there_is_found(body):
    body.site.unlink()

    assert faults(files.site_file(body.patient())) == ["site-unreadable"]


def test_mistakes_and_warnings_of_the_site_file_are_found_as_check_finds_them(body):
    text = body.site.read_text()
    assert faults(files.site_file(body.patient())) == []

    body.write_site(text.replace("pm2_5", "nonsense"))
    [mistake] = files.site_file(body.patient())
    body.write_site(text.replace("raises: fire-alarm", "raises: pre-alarm"))
    warned = faults(files.site_file(body.patient()))

    assert mistake.fault == "site-mistakes"
    assert "site.yaml:6" in mistake.values["first"]
    assert warned == ["site-warnings"]


@ROOT
def test_a_settings_folder_that_others_may_look_into_or_write_is_found(well_body):
    assert faults(files.settings_folder(well_body.patient())) == []

    well_body.site.parent.chmod(0o755)
    assert faults(files.settings_folder(well_body.patient())) == ["settings-open"]
    well_body.site.parent.chmod(0o777)
    assert faults(files.settings_folder(well_body.patient())) == ["settings-writable"]


@ROOT
def test_a_site_file_that_the_gateways_user_may_not_read_is_found(well_body):
    well_body.site.chmod(0o600)

    [finding] = files.settings_folder(well_body.patient())

    assert finding.fault == "settings-closed"
    assert finding.values["place"] == str(well_body.site)


@ROOT
def test_a_secret_that_is_missing_open_or_anothers_is_found(well_body):
    secret = well_body.folder / "secret"
    well_body.write_site(WITH_TLS.replace("SECRET", str(secret)))

    def found() -> list[str]:
        return faults(files.secrets(well_body.patient()))

    assert found() == ["secret-missing"]
    secret.write_text("password")
    secret.chmod(0o640)
    assert found() == ["secret-open"]
    secret.chmod(0o600)
    assert found() == ["secret-closed"]
    os.chown(secret, 2, 2)
    assert found() == ["secret-closed"]
    os.chown(secret, NOBODY, NOBODY)
    assert found() == []


@ROOT
def test_a_state_directory_that_is_missing_anothers_or_open_is_found(well_body):
    def found() -> list[str]:
        return faults(files.state_directory(well_body.patient()))

    assert found() == []
    well_body.state.chmod(0o755)
    assert found() == ["state-open"]
    (well_body.state / "journal.db").touch(mode=0o600)
    assert found() == ["state-closed"]
    shutil.rmtree(well_body.state)
    assert found() == ["state-missing"]


@ROOT
def test_a_key_that_the_gateway_cannot_use_is_found(well_body):
    key = well_body.state / "device.key"
    key.write_text("no key")
    os.chown(key, NOBODY, NOBODY)
    key.chmod(0o600)
    [unusable] = [each for each in files.state_directory(well_body.patient()) if each.fault]
    os.chown(key, 0, 0)

    assert unusable.fault == "key-unusable"
    assert "is no key" in unusable.values["why"]
    assert faults(files.state_directory(well_body.patient())) == ["key-unusable"]


# Users and groups


def test_a_user_that_is_not_there_is_found(body):
    body.user = "no-such-user"

    assert faults(people.gateway_user(body.patient())) == ["user-missing"]


def test_a_user_outside_the_groups_of_chips_and_ports_is_found(body):
    port_alone = faults(people.gateway_user(body.patient()))
    body.write_site(WITH_TLS.replace("SECRET", "/nowhere"))

    assert port_alone == ["no-dialout-group"]
    assert faults(people.gateway_user(body.patient())) == ["no-gpio-group"]


# The service


RUNS = {
    "LoadState": "loaded",
    "UnitFileState": "enabled",
    "ActiveState": "active",
    "SubState": "running",
    "NRestarts": "0",
    "NeedDaemonReload": "no",
    "Result": "success",
}


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ({}, None),
        ({"LoadState": "not-found"}, "service-missing"),
        ({"UnitFileState": "disabled"}, "service-disabled"),
        ({"UnitFileState": "masked"}, "service-disabled"),
        ({"ActiveState": "failed", "Result": "exit-code"}, "service-down"),
        ({"ActiveState": "inactive", "SubState": "dead"}, "service-down"),
        (
            {"ActiveState": "activating", "SubState": "auto-restart", "NRestarts": "7"},
            "service-restarting",
        ),
        ({"NRestarts": "4"}, "service-restarted"),
        ({"NeedDaemonReload": "yes"}, "service-changed"),
    ],
)
def test_a_service_that_is_not_as_it_should_be_is_found(body, shown, fault):
    body.units({"fire-gateway.service": RUNS | shown})

    assert faults(service.service(body.patient())) == [each for each in [fault] if each]


def test_a_link_that_leads_to_no_release_is_found(body):
    body.units({"fire-gateway.service": RUNS})
    shutil.rmtree(body.folder / "current")
    (body.folder / "current").symlink_to("releases/gone")

    assert faults(service.service(body.patient())) == ["release-broken"]


def test_without_systemd_the_service_is_not_looked_at(body):
    (body.folder / "systemd").rmdir()

    [finding] = service.service(body.patient())

    assert finding.why is Unlooked.NO_SYSTEMD


def test_a_program_that_writes_to_new_usb_ports_is_found(body):
    body.units({"ModemManager.service": {"ActiveState": "active"}})
    body.write_site(port="/dev/ttyUSB0")

    assert "modem-manager" in faults(service.programs(body.patient()))


def test_two_gateways_on_one_unit_are_found(body):
    waits = "import time; time.sleep(60)"
    command = [sys.executable, "-c", waits, "/usr/bin/firegw", "run", "site.yaml"]
    with contextlib.ExitStack() as running:
        for _ in range(2):
            process = running.enter_context(subprocess.Popen(command))
            running.callback(process.kill)

        found = wait_for(
            lambda: [e for e in service.programs(body.patient()) if e.fault], "the two of them"
        )

        assert found[0].fault == "two-gateways"
        assert str(process.pid) in found[0].values["pids"]


# Ports and lines


def test_a_console_of_the_kernel_on_a_port_of_the_site_is_found(body):
    port = body.folder / "dev" / "ttyAMA0"
    port.touch()
    (body.folder / "dev" / "serial0").symlink_to("ttyAMA0")
    body.write_site(port=str(port))
    assert faults(lines.console(body.patient())) == []

    for word in ("console=serial0,115200 console=tty1", "console=ttyAMA0"):
        body.boot.write_text(f"{word} root=/dev/mmcblk0p2\n")
        [finding] = lines.console(body.patient())
        assert finding.fault == "console-on-port"
        assert finding.values["word"] == word.partition(",")[0]
        assert "sudo reboot" in list(commands_of(finding))


def test_a_login_on_a_port_of_the_site_is_found(body):
    body.write_site(port="/dev/ttyAMA0")
    body.units({"serial-getty@ttyAMA0.service": {"ActiveState": "active"}})

    [finding] = lines.console(body.patient())

    assert finding.fault == "login-on-port"
    assert list(commands_of(finding)) == ["sudo systemctl mask --now serial-getty@ttyAMA0.service"]


def test_a_port_that_is_not_there_is_found(body):
    body.write_site(port="/dev/serial/by-id/usb-none")

    assert faults(lines.ports(body.patient())) == ["port-missing"]


def test_a_port_that_another_program_has_open_is_found_and_the_program_named(body, terminal):
    body.write_site(port=terminal)
    opens = "import os,sys; os.open(sys.argv[1], os.O_RDWR); print(1, flush=True); os.read(0, 1)"
    # Nor may this process have it open, which looks.
    before = faults(lines.ports(body.patient()))

    with subprocess.Popen(
        [sys.executable, "-c", opens, terminal], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        held = [each for each in lines.ports(body.patient()) if each.fault == "port-held"]
        other.stdin.close()

    assert "port-held" not in before
    assert held[0].values["pid"] == str(other.pid)
    assert held[0].values["command"].startswith("python")


@ROOT
def test_a_port_that_the_gateways_user_may_not_open_is_found(body):
    port = body.folder / "dev" / "ttyAMA0"
    port.touch()
    port.chmod(0o660)
    body.write_site(port=str(port))

    [finding] = [each for each in lines.ports(body.patient()) if each.fault]

    assert finding.fault == "port-closed"
    assert finding.values["mode"] == "0660"


def test_a_port_by_a_name_that_changes_is_found(body, monkeypatch):
    found = lines.serial_ports.__globals__["SerialPort"](
        path="/dev/serial/by-id/usb-FTDI-1",
        leads_to="/dev/ttyUSB0",
        is_open_to_us=True,
        holders=(),
    )
    monkeypatch.setattr(lines, "serial_ports", lambda: (found,))

    assert lines._stable_name("/dev/ttyUSB0") == found.path
    assert lines._stable_name("/dev/ttyUSB1") is None
    assert lines._stable_name(found.path) is None
    body.write_site(port="/dev/ttyUSB0")
    monkeypatch.setattr(lines.Path, "exists", lambda _: True)
    monkeypatch.setattr(lines, "in_the_way", lambda *_: None)
    assert faults(lines.ports(body.patient())) == ["port-name-changes"]


def test_a_chip_that_is_not_there_is_found(body):
    body.write_site(WITH_TLS.replace("SECRET", "/nowhere"))

    assert faults(lines.gpio(body.patient())) == ["gpio-chip-missing"]


@ROOT
def test_a_chip_that_the_gateways_user_may_not_open_is_found(body):
    chip = body.folder / "dev" / "gpiochip0"
    chip.touch(mode=0o600)

    assert faults(lines.closed_chip(body.patient(), "inputs", chip)) == ["gpio-closed"]


@pytest.mark.parametrize(
    ("used", "consumer", "runs", "taken"),
    [
        (False, "", False, False),
        (True, "lg", True, False),
        (True, "lg", False, True),
        (True, "w1", True, True),
    ],
)
def test_a_line_is_anothers_unless_the_gateway_runs_and_holds_it(used, consumer, runs, taken):
    assert is_taken(LineNow(used, consumer), gateway_runs=runs) is taken


def test_a_line_that_the_kernel_shows_as_anothers_is_found():
    """What the kernel says of a line that is held is tried on a kernel, in tests/kernel."""
    shown = {17: LineNow(True, "w1"), 27: LineNow(False, ""), 22: None}

    found = list(
        lines.taken_lines(
            "inputs", dict.fromkeys(shown, "detector/panel"), shown.get, gateway_runs=True
        )
    )

    assert faults(found) == ["gpio-line-taken"]
    assert found[0].values == {"line": "17", "what": "detector/panel", "consumer": "w1"}


# The board


def test_a_weak_supply_is_found_by_the_kernels_alarm_by_its_word_and_by_vcgencmd(body):
    def found() -> list[str]:
        return [each for each in faults(board.board(body.patient())) if "voltage" in each]

    assert found() == []
    body.kernel("class/hwmon/hwmon0/name", "rpi_volt")
    body.kernel("class/hwmon/hwmon0/in0_lcrit_alarm", "1")
    assert found() == ["under-voltage"]
    body.kernel("class/hwmon/hwmon0/in0_lcrit_alarm", "0")
    assert found() == []
    vcgencmd = body.folder / "vcgencmd"
    vcgencmd.write_text("#!/bin/sh\necho throttled=0x50000\n")
    vcgencmd.chmod(0o755)
    assert found() == ["under-voltage-before"]
    body.kernel("devices/platform/soc/soc:firmware/get_throttled", "1")
    assert found() == ["under-voltage"]


def test_heat_is_found_and_that_the_board_is_slowed_down(body):
    body.kernel("class/thermal/thermal_zone0/type", "cpu-thermal")
    body.kernel("class/thermal/thermal_zone0/temp", "82400")
    body.kernel("devices/platform/soc/soc:firmware/get_throttled", "e0004")

    found = {each.fault: each for each in board.board(body.patient()) if each.fault}

    assert found["hot"].values["celsius"] == "82"
    assert "throttled" in found


def test_too_little_memory_and_much_of_it_on_the_card_are_found(body):
    proc = body.folder / "proc"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text(
        "MemTotal: 430000 kB\nMemAvailable: 9000 kB\nSwapTotal: 204800 kB\nSwapFree: 10 kB\n"
    )

    found = faults(board.board(body.patient(proc=proc)))

    assert [each for each in found if each in ("memory-low", "swap-used")] == [
        "memory-low",
        "swap-used",
    ]


def test_a_disk_that_fills_is_full_is_read_only_or_forgets_is_found(body):
    body.state.rmdir()
    with small_disk.mounted(body.state) as disk:

        def found() -> list[str]:
            return faults(board.board(body.patient()))

        assert found() == ["disk-forgets"]
        ballast = body.state / "most"
        ballast.write_bytes(bytes(2_000_000))
        assert "disk-low" in found()
        disk.fill()
        assert "disk-full" in found()
        disk.set_read_only()
        assert "read-only" in found()


def test_a_disk_on_which_no_more_files_can_be_made_is_found(body):
    body.state.rmdir()
    with small_disk.mounted(body.state):
        small_disk.run("mount", "-o", "remount,nr_inodes=20", str(body.state))
        for number in range(19):
            (body.state / str(number)).touch()

        [finding] = [e for e in board.board(body.patient()) if e.fault == "no-more-files"]

        assert finding.values["left"] == "0"


def test_errors_of_the_file_system_are_found(body):
    device = body.state.stat().st_dev
    block = body.folder / "sys" / "dev" / "block"
    block.mkdir(parents=True)
    (block / f"{os.major(device)}:{os.minor(device)}").symlink_to("../../devices/mmcblk0p2")
    body.kernel("fs/ext4/mmcblk0p2/errors_count", "3")

    [finding] = [e for e in board.board(body.patient()) if e.fault == "file-system-errors"]

    assert finding.values["count"] == "3"
    assert finding.verdict is Verdict.WRONG


def test_a_clock_that_nobody_keeps_or_that_is_in_the_past_is_found(body):
    kept = ClockSources(is_synchronised=lambda _: True)
    lost = ClockSources(is_synchronised=lambda _: False)
    old = ClockSources(time_ns=lambda: seconds(86_400), is_synchronised=lambda _: True)

    def found(sources: ClockSources) -> list[str]:
        return [each for each in faults(board.clock(body.patient(sources))) if each != "clock-zone"]

    assert found(kept) == []
    assert found(lost) == ["clock-unknown"]
    assert found(old) == ["clock-in-the-past"]
    says = body.folder / "timedatectl"
    says.write_text("#!/bin/sh\necho NTPSynchronized=yes\n")
    says.chmod(0o755)
    assert found(lost) == []


def test_a_time_zone_that_is_not_the_places_is_found(body, monkeypatch):
    kept = ClockSources(is_synchronised=lambda _: True)
    try:
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        [_, finding] = board.clock(body.patient(kept))
        monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
        time.tzset()
        at_home = faults(board.clock(body.patient(kept)))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert finding.fault == "clock-zone"
    assert (finding.values["system"], finding.values["site"]) == ("+09:00", "+07:00")
    assert at_home == []


def test_a_watchdog_that_is_missing_or_not_fed_is_found(body):
    missing = faults(board.watchdog(body.patient()))
    (body.folder / "dev" / "watchdog0").touch()
    body.units({"": {"RuntimeWatchdogUSec": "0"}})
    unused = faults(board.watchdog(body.patient()))
    body.units({"": {"RuntimeWatchdogUSec": "15s"}})

    assert missing == ["watchdog-missing"]
    assert unused == ["watchdog-unused"]
    assert faults(board.watchdog(body.patient())) == []

"""The unit's own supply, heat and disk, as the whole daemon sees and tells them."""

import os
from pathlib import Path

import pytest
import small_disk
from daemon_process import DAEMON, HEAD, Centre, Daemon, Played, the_event, wait_for

from gateway.own_health.look import Places, look
from gateway.own_health.vitals import Part

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: door, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: open, zone: hall, raises: fire-alarm, when: door.contact}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""


class Board:
    """What a Raspberry Pi's kernel shows of its supply and its heat."""

    def __init__(self, folder: Path) -> None:
        self._class = folder / "class"
        self._write("hwmon/hwmon0/name", "cpu_thermal")
        self._write("hwmon/hwmon1/name", "rpi_volt")
        self._write("thermal/thermal_zone0/type", "cpu-thermal")
        self.supply(is_low=False)
        self.heat(48_312)

    @property
    def folder(self) -> Path:
        return self._class

    def supply(self, *, is_low: bool) -> None:
        self._write("hwmon/hwmon1/in0_lcrit_alarm", str(int(is_low)))

    def heat(self, millidegrees: int) -> None:
        self._write("thermal/thermal_zone0/temp", str(millidegrees))

    def _write(self, name: str, text: str) -> None:
        file = self._class / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")


@pytest.fixture
def board(tmp_path) -> Board:
    return Board(tmp_path / "sys")


def test_the_kernels_files_are_read_and_what_is_no_number_is_unknown(board, tmp_path):
    places = Places(state=tmp_path, sys=tmp_path / "sys")
    seen = look(places)
    board.supply(is_low=True)
    board.heat(81_900)
    other = look(places)
    for file in board.folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\xff\x1b[2J" * 9000)

    assert (seen.under_voltage, seen.celsius) == (False, 48.312)
    assert seen.memory is not None
    assert seen.room is not None
    assert seen.read_only is False
    assert (other.under_voltage, other.celsius) == (True, 81.9)
    assert look(places).celsius is None


def test_where_the_kernel_has_no_alarm_the_firmwares_word_is_read(tmp_path):
    word = tmp_path / "devices/platform/soc/soc:firmware/get_throttled"
    word.parent.mkdir(parents=True)
    word.write_text("50005\n")

    seen = look(Places(state=tmp_path, sys=tmp_path))

    assert (seen.under_voltage, seen.throttled) == (True, True)


def test_of_a_place_that_is_not_there_nothing_is_known(tmp_path):
    nowhere = tmp_path / "nowhere"

    seen = look(Places(state=nowhere, sys=nowhere, proc=nowhere))

    assert seen == type(seen)()


@ROOT
def test_a_full_and_a_read_only_disk_are_seen(tmp_path):
    with small_disk.mounted(tmp_path / "disk") as disk:
        disk.fill()
        full = look(Places(state=disk.folder))
        disk.set_read_only()

        assert full.room == Part(0, 2 * 1024 * 1024)
        assert full.read_only is False
        assert look(Places(state=disk.folder)).read_only is True


@ROOT
def test_the_whole_daemon_tells_of_a_weak_supply_and_of_a_disk_that_fills(
    tmp_path, board, mosquitto
):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, broker=mosquitto.port)
    # The board's files in the place of this machine's, for the daemon alone.
    mounted = f'mount --bind {board.folder} /sys/class && exec "$0" "$@"'
    program = ("unshare", "--mount", "sh", "-c", mounted, *DAEMON)
    with (
        small_disk.mounted(tmp_path / "state") as disk,
        Daemon(tmp_path, site, program=program) as daemon,
        Centre(mosquitto.port) as centre,
    ):
        daemon.start().until_up()
        board.supply(is_low=True)
        weak = the_event(
            wait_for(
                lambda: centre.events("trouble", source="gateway/supply", condition="fault"),
                "the fault of the supply",
            )
        )
        disk.fill()
        low = the_event(
            wait_for(
                lambda: centre.events("trouble", source="gateway/disk", condition="supervisory"),
                "the warning of the disk",
            )
        )

    assert weak["data"]["cause"] == "under-voltage"
    assert weak["data"]["contact_id"]["code"] == "300"
    assert low["data"]["contact_id"]["code"] == "623"

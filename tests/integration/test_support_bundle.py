"""What `firegw support-bundle` gathers, and what never gets into it, wherever it was planted."""

import json
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_disk
from certificates import Authority
from daemon_process import HEAD, Daemon, Played, wait_for
from firegw_command import firegw
from mosquitto_broker import Mosquitto

from gateway.cli.outcome import ExitCode
from gateway.control.client import ask
from gateway.control.protocol import Request, Verb
from gateway.doctor import bundle
from gateway.doctor.personal import people_of
from gateway.text import Language, speak
from tests.unit.golden_file import assert_golden

PASSWORD = 'hunter2"\\ü-Trần'
PLANTED = {
    "the password": PASSWORD,
    "the password as JSON": json.dumps(PASSWORD)[1:-1],
    "the user name": "gw-login-77",
    "a contact's name": "Nguyễn Văn Bình",
    "a contact's number": "0912 345 678",
    "a number in a zone's name": "0987654321",
    "the facility's name": "Chợ Bí Mật",
    "the address": "12 Phố Kín",
    "the place": "20.64711",
    "a password in a comment": "comment-pa55",
    "the key": "PRIVATE KEY-----\n",
}
SITE = """\
# password: comment-pa55
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: "Sảnh, gọi 0987654321"}}]
detectors: [{{id: door, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: open, zone: hall, raises: fire-alarm, when: door.contact}}]
contacts: [{{name: Nguyễn Văn Bình, phone: 0912 345 678}}]
uplink:
  paths:
    - id: lan
      host: 127.0.0.1
      port: {broker}
      username: gw-login-77
      password_file: {password}
"""


class Planted:
    """A unit with secrets everywhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Mosquitto(folder).start()
        password = folder / "password"
        password.touch(mode=0o600)
        password.write_text(f"{PASSWORD}\n")
        pair = Authority(folder).issue("GW-1")
        self.key_lines = pair.key.read_text().splitlines()[1:-1]
        building = Played(folder / "script")
        building.set("door", 0)
        head = HEAD.replace("Chợ Phố Hiến", "Chợ Bí Mật").replace(
            'commune: "12345"',
            'commune: "12345", address: 12 Phố Kín, latitude: 20.64711, longitude: 106.1',
        )
        site = head + SITE.format(script=building.path, broker=self.broker.port, password=password)
        self.daemon = Daemon(folder, site)

    @property
    def options(self) -> tuple[object, ...]:
        daemon = self.daemon
        return (
            *("--site", daemon.site, "--state-directory", daemon.state),
            *("--socket", daemon.socket),
        )

    def device_key(self) -> str:
        return (self.daemon.state / "device.key").read_text().strip()


@pytest.fixture(scope="module")
def unit(tmp_path_factory) -> Iterator[Planted]:
    made = Planted(tmp_path_factory.mktemp("unit"))
    with made.daemon as daemon:
        daemon.start().until_up()
        wait_for(lambda: daemon.status().paths[0].connected, "the path")
        ask(str(daemon.socket), Request(verb=Verb.DISABLE, target="detector/door"))
        yield made
    made.broker.stop()


def read(file: Path) -> dict[str, str]:
    with tarfile.open(file) as archive:
        return {
            member.name.removeprefix("support-bundle/"): archive.extractfile(member).read().decode()
            for member in archive
        }


def leaks(texts: dict[str, str], unit: Planted) -> list[str]:
    everything = "\n".join(texts.values())
    found = [what for what, secret in PLANTED.items() if secret in everything]
    found += [line for line in (*unit.key_lines, unit.device_key()) if line in everything]
    return found


def test_a_bundle_of_a_running_gateway_says_much_and_none_of_what_was_planted(
    unit, capsys, tmp_path
):
    file = tmp_path / "bundle.tar.gz"

    said = firegw(capsys, "support-bundle", file, *unit.options)

    texts = read(file)
    assert (said.code, said.err) == (ExitCode.OK, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size < 10_000_000
    for name in ("versions.json", "status.json", "doctor.json", "events.json", "journal.json"):
        assert json.loads(texts[name]), name
    assert json.loads(texts["journal-verify.json"])["finding"] is None
    assert json.loads(texts["status.json"])["gateway"] == "GW-1"
    assert {each["kind"] for each in json.loads(texts["events.json"])} >= {"notice.started"}
    assert "password_file: /" in texts["site.yaml"]
    assert "profile: simulated-contact" in texts["site.yaml"]
    assert "status.json" in texts["README.txt"]
    assert leaks(texts, unit) == []
    assert leaks({"said": said.out}, unit) == []


def test_who_acted_is_not_told(unit):
    status = unit.daemon.status()
    authors = {each.author for each in status.now.conditions if each.author}
    assert authors, "what is disabled has an author"

    found = people_of(status)

    assert authors <= found
    assert bundle.Hiding({"binh"}).out_of("by binh, binhh, BINH") == (
        "by [hidden], binhh, [hidden]"
    )


def test_a_bundle_is_made_where_the_gateway_is_dead_and_its_site_file_is_broken(
    tmp_path, capsys, unit
):
    site = tmp_path / "site.yaml"
    site.write_text("site: {name: x\n  password: hunter3000\n *a [")
    options = ("--site", site, "--state-directory", unit.daemon.state, "--socket", tmp_path / "no")
    file = tmp_path / "bundle.tar.gz"

    said = firegw(capsys, "support-bundle", file, "--json", *options, "--offline")

    texts = read(file)
    assert said.code == ExitCode.OK
    assert said.json["bytes"] == file.stat().st_size
    assert {"doctor.json", "events.json", "journal.json"} <= set(said.json["holds"])
    assert any(each.startswith("status.json: ") for each in said.json["lacks"])
    assert "site.yaml" not in texts
    assert "hunter3000" not in "\n".join(texts.values())
    assert any(each["kind"] == "notice.started" for each in json.loads(texts["events.json"]))


def test_a_site_file_that_would_grow_without_end_is_left_out(tmp_path, capsys):
    site = tmp_path / "site.yaml"
    grows = [f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    site.write_text("k0: &a0 [x]\n" + "\n".join(grows))
    options = ("--site", site, "--state-directory", tmp_path, "--socket", tmp_path / "no")

    said = firegw(capsys, "support-bundle", tmp_path / "b.tar.gz", "--json", *options, "--offline")

    assert said.code == ExitCode.OK
    assert "site.yaml" not in said.json["holds"]


def test_a_file_that_is_there_is_never_written_over_nor_followed(tmp_path, capsys):
    kept = tmp_path / "kept"
    kept.write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    over = firegw(capsys, "support-bundle", kept)
    through = firegw(capsys, "support-bundle", tmp_path / "link")
    nowhere = firegw(capsys, "support-bundle", tmp_path / "none" / "b")

    assert over.code == through.code == nowhere.code == ExitCode.BAD_INPUT
    assert kept.read_text() == "precious"
    assert not (tmp_path / "elsewhere").exists()
    assert [len(each.err.splitlines()) for each in (over, through, nowhere)] == [1, 1, 1]


def test_on_a_full_disk_nothing_half_made_is_left(tmp_path, capsys):
    places = ("--site", tmp_path / "n", "--state-directory", tmp_path, "--socket", tmp_path / "no")
    with small_disk.mounted(tmp_path / "disk") as disk:
        disk.fill()
        file = disk.folder / "b.tar.gz"

        said = firegw(capsys, "support-bundle", file, "--offline", *places)

        assert said.code == ExitCode.BAD_INPUT
        assert "no space" in said.err.lower()
        assert not file.exists()


def test_what_is_too_long_keeps_its_end():
    text = bundle._cut("a" * bundle.LARGEST_PIECE + "the end")

    assert text.startswith("[the first 7 characters are left out]")
    assert text.endswith("the end")


@pytest.mark.parametrize("language", Language)
def test_what_it_says_is_as_a_person_found_it_good(capsys, monkeypatch, tmp_path, language):
    monkeypatch.chdir(tmp_path)
    made = bundle.Bundle(
        packed=bytes(41_000),
        holds=("versions.json", "doctor.json", "service.log"),
        lacks=("status.json: /run/fire-gateway/control.sock: no such socket",),
    )
    monkeypatch.setattr("gateway.cli.support_bundle.gather", lambda _: made)
    speak(language)

    lines = [
        firegw(capsys, "support-bundle", *words)
        for words in (["gw-0001.tar.gz"], ["gw-0001.tar.gz"], ["gw-2.tar.gz", "--json"])
    ]
    speak(Language.ENGLISH)

    shown = [f"{each.out}{each.err}[{each.code}]" for each in lines]
    assert_golden(f"said-support-bundle.{language}", "\n".join(shown))
    assert Path("gw-0001.tar.gz").read_bytes() == made.packed

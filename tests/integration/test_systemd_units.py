"""The units, as the systemd of this machine judges them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "systemd"
SERVICE = "fire-gateway.service"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
ALL_UNITS = sorted(path.name for path in UNITS.glob("fire-gateway*.*") if path.is_file())

HIGHEST_EXPOSURE = 2.0  # the design's bound, of systemd-analyze's 10
BACKOFF_SINCE = 254  # the first systemd that knows the drop-in's keys; install.sh asks likewise

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def analyze(*arguments: str) -> str:
    """Give what systemd-analyze says on both streams; a complaint may come with exit code 0."""
    done = subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    said = done.stdout + done.stderr
    return said if done.returncode == 0 else f"{said}exit code {done.returncode}"


def systemd_version() -> int:
    return int(re.search(r"systemd (\d+)", analyze("--version")).group(1))


@pytest.fixture
def machine(tmp_path):
    """Give a root with this machine's own units and ours, and a program where ours expects it."""
    own = next(path for path in map(Path, ("/usr/lib/systemd", "/lib/systemd")) if path.exists())
    shutil.copytree(own / "system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    shutil.copytree(UNITS, tmp_path / "etc/systemd/system")
    if systemd_version() < BACKOFF_SINCE:
        shutil.rmtree(tmp_path / f"etc/systemd/system/{SERVICE}.d")
    for program in ("opt/fire-gateway/current/bin/firegw", "usr/bin/install", "usr/bin/grep"):
        (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", tmp_path / program)
    return tmp_path


def verify(machine: Path, *units: str) -> str:
    return analyze("verify", "--man=no", f"--root={machine}", *(units or (SERVICE,)))


def test_systemd_finds_nothing_to_say_about_the_units(machine):
    assert verify(machine, *ALL_UNITS) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("ProtectHome", "ProtectHom"), ("/current/bin/firegw", "/current/bin/firegww")],
)
def test_systemd_would_find_a_mistake_in_the_unit(machine, right, wrong):
    unit = machine / "etc/systemd/system" / SERVICE
    unit.write_text(unit.read_text().replace(right, wrong))

    assert wrong in verify(machine)


@pytest.mark.parametrize("service", SERVICES)
def test_each_sandbox_is_as_tight_as_the_design_asks(service):
    said = analyze("security", "--offline=true", "--no-pager", str(UNITS / service))

    exposure = re.search(r"Overall exposure level .*: ([\d.]+)", said)
    assert exposure is not None, said
    assert float(exposure.group(1)) <= HIGHEST_EXPOSURE


@pytest.mark.skipif(
    shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is not installed"
)
def test_sysusers_makes_a_user_with_the_hardware_groups_and_one_that_may_only_view(tmp_path):
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (etc / "group").write_text("root:x:0:\ndialout:x:20:\n")

    subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", UNITS / "sysusers.d/fire-gateway.conf"],
        check=True,
        capture_output=True,
        timeout=60,
    )

    groups = {
        name: members
        for name, _, _, members in (
            line.split(":") for line in (etc / "group").read_text().splitlines()
        )
    }
    assert groups["gpio"] == groups["dialout"] == "firegw"
    assert groups["firegw-view"] == "firegw-page"
    assert [groups[f"firegw-{level}"] for level in ("operate", "admin")] == ["", ""]
    assert "firegw" in groups

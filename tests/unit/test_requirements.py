"""The locked dependencies: each pinned by hash, from nowhere in particular, one version in all."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)(?: ; [^\\]+)? \\$", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text()))


def normal(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement).group()
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock):
    lines = [line for line in lock.read_text().splitlines() if line and not line.startswith("#")]

    # No index, no folder of wheels, no address: where packages come from is the machine's affair.
    strange = [
        line
        for line in lines
        if not PIN.match(line) and not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line)
    ]
    assert strange == []
    assert len(re.findall(r"\\\n    --hash", lock.read_text())) >= len(pins(lock)) > 0


def test_what_a_unit_gets_is_what_was_tested():
    tested = pins(ROOT / "requirements/dev.txt")

    for lock in LOCKS:
        assert pins(lock).items() <= tested.items()


def test_each_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    assert (
        set(map(normal, project["dependencies"])) <= pins(ROOT / "requirements/runtime.txt").keys()
    )
    assert set(map(normal, extras["demo"])) <= pins(ROOT / "requirements/demo.txt").keys()
    assert set(map(normal, extras["dev"])) <= pins(ROOT / "requirements/dev.txt").keys()

"""A small site that loads without a problem, for tests to change one thing of."""

from pathlib import Path

from gateway.settings.loader import load_site
from gateway.settings.model import Settings
from rules.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "config" / "examples"
PROFILES = {str(file): file.read_bytes() for file in (ROOT / "config/profiles").glob("*.yaml")}

SITE = """\
site: {id: CS0001, name: Chợ Phố Hiến, province: "33", commune: "12345"}
gateway: {id: GW-0001}
buses:
  - id: panel
    gpio: {poll_every: 4 s}
  - id: line
    modbus: {host: 127.0.0.1}
zones:
  - {id: hall, name: Sảnh chính}
detectors:
  - {id: call-point, zone: hall, bus: panel, profile: dry-contact, kind: manual-call-point,
     line: 17}
  - {id: hall-co, zone: hall, bus: line, profile: jxct-jxbs-3001-co, unit: 1}
outputs:
  - {id: siren, bus: panel, kind: siren, line: 22}
  - {id: trouble, bus: panel, kind: fault-relay, line: 23}
rules:
  - id: hall-gas
    zone: hall
    raises: gas-alarm
    when: hall-co.co > 60 ppm
uplink:
  paths:
    - {id: lan, host: mqtt.example, tls: {}}
"""


def load(
    text: str = SITE, *changes: tuple[str, str], profiles: dict[str, bytes] = PROFILES
) -> tuple[Settings | None, tuple[Problem, ...]]:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_site(text.encode(), "site.yaml", profiles)


def loaded(*changes: tuple[str, str]) -> Settings:
    """Load the site with some changes that are no mistakes."""
    settings, problems = load(SITE, *changes)
    assert settings is not None, [str(problem) for problem in problems]
    return settings


def said(*changes: tuple[str, str]) -> list[str]:
    """Load the site with some changes, and give the problems as they are shown."""
    return [str(problem) for problem in load(SITE, *changes)[1]]

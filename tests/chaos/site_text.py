"""The site file of a building."""

from collections.abc import Mapping
from pathlib import Path

from chaos.network import CABLES, PORT
from daemon_process import HEAD

CONDITIONS = {
    "fire-1": "fire-alarm",
    "fire-2": "gas-alarm",
    "pre-1": "pre-alarm",
    "door-1": "supervisory",
}
"""What a contact raises: the rule has its name. The first two latch."""

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
{detectors}
rules:
{rules}
uplink:
  paths:
{paths}
{delivered}
"""
DETECTOR = "  - {{id: {id}, zone: hall, bus: played, profile: simulated-contact}}"
RULE = "  - {{id: {id}, zone: hall, raises: {condition}, when: {id}.contact}}"
WAY = (
    "    - {{id: {path}, host: {host}, port: {port}, insecure: true, interface: {gateway},"
    " keep_alive: 1 s}}"
)
DELIVERED = """\
  delivered_when: centre
  centres: [{centres}]
"""
CENTRE = '{{id: {id}, key: "{key}"}}'


def site(script: Path, keys: Mapping[str, str], *, centre_decides: bool) -> str:
    """Write it.

    Args:
        script: of the simulated contacts.
        keys: the public key of each centre, by its id.
        centre_decides: whether an event is delivered only by the word of all of them.
    """
    centres = ", ".join(CENTRE.format(id=id_, key=key) for id_, key in keys.items())
    return HEAD + SITE.format(
        script=script,
        detectors="\n".join(DETECTOR.format(id=contact) for contact in CONDITIONS),
        rules="\n".join(
            RULE.format(id=contact, condition=condition)
            for contact, condition in CONDITIONS.items()
        ),
        paths="\n".join(
            WAY.format(path=each.path, host=each.host, port=PORT, gateway=each.gateway)
            for each in CABLES.values()
        ),
        delivered=DELIVERED.format(centres=centres) if centre_decides else "",
    )

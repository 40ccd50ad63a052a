"""The JSON Schema says of a file what the loader says, as far as a schema can."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from settings_sites import EXAMPLES, PROFILES, SITE, load

from drivers.registry import DRIVERS
from gateway.settings.field_plan import plan_of
from gateway.settings.schema import profile_schema, site_schema
from gateway.settings.written import WrittenDetector, WrittenOutput, WrittenProfile
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, Style, read_yaml

SITE_VALIDATOR = Draft202012Validator(site_schema())
PROFILE_VALIDATOR = Draft202012Validator(profile_schema())


def as_json(node: Node) -> Any:
    """Resolve scalars as YAML 1.2's core schema does, and so does an editor."""
    if isinstance(node, MappingNode):
        return {key.text: as_json(value) for key, value in node.entries.values()}
    if not isinstance(node, ScalarNode):
        return [as_json(item) for item in node.items]
    if node.style is not Style.PLAIN:
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    if re.fullmatch(r"[-+]?[0-9]+|0x[0-9a-fA-F]+", node.text):
        return int(node.text, 16 if node.text.startswith("0x") else 10)
    if re.fullmatch(r"[-+]?[0-9]+\.[0-9]*", node.text):
        return float(node.text)
    return None if node.text in ("", "~", "null") else node.text


def errors(validator: Draft202012Validator, text: bytes) -> list[str]:
    node, problems = read_yaml(text, "file.yaml")
    assert not problems
    assert node is not None
    return [error.message for error in validator.iter_errors(as_json(node))]


@pytest.mark.parametrize("schema", [site_schema(), profile_schema()], ids=["site", "profile"])
def test_the_schema_is_a_schema_and_explains_each_key(schema):
    Draft202012Validator.check_schema(schema)

    json.dumps(schema)  # nothing in it that JSON has no word for
    assert all(
        "description" in value for value in schema["properties"].values() if "$ref" not in value
    )
    # A key that is a class is explained by the class, or beside it.
    for definition in schema["$defs"].values():
        assert definition["description"]
        for key, value in definition["properties"].items():
            assert "description" in value, key


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_each_example_is_valid(file: Path):
    assert errors(SITE_VALIDATOR, file.read_bytes()) == []


@pytest.mark.parametrize("file", sorted(PROFILES), ids=lambda file: file.rpartition("/")[2])
def test_each_profile_is_valid(file):
    assert errors(PROFILE_VALIDATOR, PROFILES[file]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Sảnh chính", "nam: Sảnh chính"),
        ("gateway: {id: GW-0001}\n", ""),
        ("kind: siren", "kind: sirene"),
        ("raises: gas-alarm", "raises: degraded"),
        ("poll_every: 4 s", "poll_every: 4"),
        ("poll_every: 4 s", "poll_every: 4 ppm"),
        ("unit: 1}", "unit: one}"),
        ("unit: 1}", "unit: 1, line: 4}"),
        ("    gpio: {poll_every: 4 s}\n", ""),
        ("    modbus: {host: 127.0.0.1}\n", "    modbus: {host: h}\n    simulated: {}\n"),
        ("line: 22", "line: 22, active_high: yes"),
        ("line: 22", "line: 22, driven_by: [fire-alarm, fire-alarm]"),
        ("name: Chợ Phố Hiến", "name: null"),
        ("line: 22", "line: 22, delay: 10"),
        ("line: 22", "line: 22, coincidence: two"),
        ("unit: 1}", "unit: 1, installed: 1/3/2025}"),
        ("60 ppm", "60 ppm\n    on_unknown: ignore"),
        ('commune: "12345"', 'commune: "12345", utc_offset: 7'),
        ('commune: "12345"', 'commune: "12345", holidays: [Tet]'),
        ("rules:", "schedules: [{id: a, on: [{days: [mo], from: 06:00, to: 07:00}]}]\nrules:"),
        ("rules:", "schedules: [{id: a, on: [{days: [mon], from: 6:00, to: 07:00}]}]\nrules:"),
        ("rules:", "schedules: [{id: a, on: [{days: [mon], to: 07:00}]}]\nrules:"),
    ],
)
def test_what_the_loader_refuses_of_one_key_the_schema_refuses_too(old, new):
    assert errors(SITE_VALIDATOR, SITE.encode()) == []
    assert SITE.count(old) == 1

    assert errors(SITE_VALIDATOR, SITE.replace(old, new).encode()) != []


def test_what_the_loader_takes_of_hours_and_dates_the_schema_takes_too():
    site = SITE.replace('"12345"', '"12345", utc_offset: "+07:00", holidays: [2026-09-02]')
    site = site.replace("unit: 1}", "unit: 1, installed: 2025-03-01}")
    site = site.replace("line: 22", "line: 22, delay: 30 s, coincidence: 1")
    site = site.replace("60 ppm", "60 ppm\n    on_unknown: alarm")
    site += "schedules:\n  - id: night\n    on:\n"
    site += (
        "      - {days: [mon, holiday], from: 22:00, to: '24:00'}\n    holidays: ['2026-09-02']\n"
    )

    assert errors(SITE_VALIDATOR, site.encode()) == []
    assert load(site)[0] is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lowest: 0 ppm", "lowest: 0"),
        ("highest: 500 ppm", "highest: 500 %LEL"),
        ("  co: {low", "  radon: {low"),
        ("type: uint16", "type: uint17"),
        ("driver: modbus", "driver: gpio"),
        ("driver: modbus", "driver: serial"),
    ],
)
def test_a_profile_that_the_loader_refuses_the_schema_refuses_too(old, new):
    text = next(data for file, data in PROFILES.items() if "jxct" in file).decode()
    assert text.count(old) == 1

    assert errors(PROFILE_VALIDATOR, text.replace(old, new).encode()) != []


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_drivers_options_have_help_and_are_not_named_as_common_keys(driver):
    kind = DRIVERS[driver]
    for common, options in (
        (WrittenDetector, kind.detector_options),
        (WrittenOutput, kind.output_options),
        (WrittenProfile, None),
    ):
        own = {plan.key for plan in plan_of(options)} if options is not None else {driver}
        assert not own & {plan.key for plan in plan_of(common)}
    for options in (kind.bus_options, kind.detector_options, kind.output_options, kind.profile):
        for plan in plan_of(options) if options is not None else ():
            assert plan.metadata.get("help"), plan.key

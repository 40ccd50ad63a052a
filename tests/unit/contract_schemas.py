"""The published schemas, to hold messages against."""

import json
from functools import cache
from pathlib import Path

import jsonschema

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "contract"


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((CONTRACT / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def valid(name: str, payload: bytes) -> dict:
    """Hold a message against its published schema, and give it decoded."""
    message = json.loads(payload, parse_constant=_no_constant)
    validator(name).validate(message)
    return message


def schema_of_topic(what: str, message: dict) -> str:
    """Name the schema of a message by the end of its topic."""
    if what.startswith("event/"):
        return message["dataschema"].rpartition(":")[2]
    return what.partition("/")[0]


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")

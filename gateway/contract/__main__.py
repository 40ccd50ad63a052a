"""Writes the contract with the centre: `python -m gateway.contract docs/contract`.

Also makes the tables and examples in `docs/contract.md` anew, where that page stands beside it.

JSON Schemas and the AsyncAPI document come from the types that encode the messages, the examples
from the functions that make them, so that the contract cannot say what the code does not do.
"""

import json
import sys
from pathlib import Path

import yaml

from gateway.contract.asyncapi import asyncapi
from gateway.contract.examples import examples
from gateway.contract.page import with_tables
from gateway.contract.schema import MESSAGES, schema_of
from gateway.contract.signed_examples import vectors


def files() -> dict[str, str]:
    """Give every file of the contract by its name below docs/contract."""
    made = {f"{name}.schema.json": _as_json(schema_of(name)) for name in MESSAGES}
    made["asyncapi.yaml"] = yaml.safe_dump(
        asyncapi(), allow_unicode=True, sort_keys=False, width=100
    )
    for name, (_, message) in examples().items():
        made[f"examples/{name}.json"] = _as_json(json.loads(message))
    made["signature-vectors.json"] = _as_json(vectors())
    return made


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write the contract into a directory."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m gateway.contract DIRECTORY\n")
        return 2
    directory = Path(arguments[0])
    for name, text in files().items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    page = directory.with_suffix(".md")
    if page.is_file():
        page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

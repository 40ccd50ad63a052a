"""Writes the contract with the centre: `python -m gateway.contract docs/contract`.

Also makes the tables and examples in `docs/contract.md` anew, where that page stands beside it.

JSON Schemas and the AsyncAPI document come from the types that encode the messages, the examples
from the functions that make them, so that the contract cannot say what the code does not do.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from gateway.contract.examples import examples
from gateway.contract.page import with_tables
from gateway.contract.schema import MESSAGES, schema_of
from gateway.messages.topics import CONTRACT
from gateway.uplink.mqtt_path import CLOUD_EVENT, JSON
from rules.condition import Lane

VERSION: Final = "1.2.0"
"""Of the contract: the second number grows with each field, the first stands in the topics."""


def files() -> dict[str, str]:
    """Give every file of the contract by its name below docs/contract."""
    made = {f"{name}.schema.json": _as_json(schema_of(name)) for name in MESSAGES}
    made["asyncapi.yaml"] = yaml.safe_dump(
        asyncapi(), allow_unicode=True, sort_keys=False, width=100
    )
    for name, (_, message) in examples().items():
        made[f"examples/{name}.json"] = _as_json(json.loads(message))
    return made


def asyncapi() -> dict[str, Any]:
    """Give the AsyncAPI 3 document."""
    channels = dict(_channels())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Fire gateway to centre",
            "version": VERSION,
            "description": "What a fire gateway publishes, as the centre reads it. Unknown fields "
            "are to be ignored; fields are added and never change meaning.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": JSON,
        "servers": {
            "centre": {
                "host": "mqtt.example.vn:8883",
                "protocol": "mqtts",
                "protocolVersion": "5.0",
                "description": "The centre's broker; MQTT 3.1.1 where a path asks for it.",
            }
        },
        "channels": channels,
        "operations": {
            f"send-{name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "bindings": {"mqtt": _binding(name)},
            }
            for name in channels
        },
        "components": {
            "messages": {
                name: {
                    "name": name,
                    "contentType": CLOUD_EVENT if name.endswith("-event") else JSON,
                    "payload": {
                        "schemaFormat": "application/schema+json;version=draft-2020-12",
                        "schema": {"$ref": f"./{name}.schema.json"},
                    },
                }
                for name in MESSAGES
            },
            "parameters": {
                "province": {"description": "official province code, two digits"},
                "site": {"description": "the facility's id"},
                "gateway": {"description": "the gateway's id"},
                "path": {"description": "the path's id"},
            },
        },
    }


CHANNELS: Final[Mapping[str, tuple[str, tuple[str, ...], str]]] = {
    **{
        f"event-{lane}": (
            f"event/{lane}",
            ("condition-event", "notice-event"),
            f"One event of the {lane} lane a message, in order.",
        )
        for lane in Lane
    },
    "state": ("state", ("state",), "The whole present, retained."),
    "presence": ("presence/{path}", ("presence",), "Birth, will and farewell, retained."),
    "inventory": ("inventory", ("inventory",), "What is installed, retained."),
    "heartbeat": ("heartbeat", ("heartbeat",), "A sign of life, about every 60 s."),
    "telemetry": ("telemetry", ("telemetry",), "Changed readings; expires after 300 s."),
}


def _channels() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, (topic, messages, description) in CHANNELS.items():
        address = f"pccc/{CONTRACT}/{{province}}/{{site}}/{{gateway}}/{topic}"
        yield (
            name,
            {
                "address": address,
                "description": description,
                "parameters": {
                    parameter: {"$ref": f"#/components/parameters/{parameter}"}
                    for parameter in re.findall(r"\{(\w+)\}", address)
                },
                "messages": {
                    message: {"$ref": f"#/components/messages/{message}"} for message in messages
                },
            },
        )


def _binding(channel: str) -> dict[str, Any]:
    binding: dict[str, Any] = {
        "qos": 0 if channel == "telemetry" else 1,
        "retain": channel in ("state", "presence", "inventory"),
        "bindingVersion": "0.2.0",
    }
    if channel == "telemetry":
        binding["messageExpiryInterval"] = 300
    return binding


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

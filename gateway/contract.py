"""Writes the contract with the centre: `python -m gateway.contract docs/contract`.

JSON Schemas and the AsyncAPI document come from the types that encode the messages, the examples
from the functions that make them, so that the contract cannot say what the code does not do.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_origin

import msgspec
import yaml

from gateway.contract_examples import examples
from gateway.messages.event import ConditionData, EventMessage, NoticeData
from gateway.messages.inventory import InventoryMessage
from gateway.messages.liveness import HeartbeatMessage, PresenceMessage
from gateway.messages.state import StateMessage
from gateway.messages.telemetry import TelemetryMessage
from gateway.messages.topics import CONTRACT
from gateway.mqtt_path import CLOUD_EVENT, JSON
from rules.condition import Lane

VERSION: Final = "1.0.0"
"""Of the contract: the second number grows with each field, the first stands in the topics."""

MESSAGES: Final[Mapping[str, Any]] = {
    "condition-event": EventMessage[ConditionData],
    "notice-event": EventMessage[NoticeData],
    "state": StateMessage,
    "presence": PresenceMessage,
    "inventory": InventoryMessage,
    "heartbeat": HeartbeatMessage,
    "telemetry": TelemetryMessage,
}

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def files() -> dict[str, str]:
    """Give every file of the contract by its name below docs/contract."""
    made = {f"{name}.schema.json": _as_json(schema_of(name)) for name in MESSAGES}
    made["asyncapi.yaml"] = yaml.safe_dump(
        asyncapi(), allow_unicode=True, sort_keys=False, width=100
    )
    for name, (_, message) in examples().items():
        made[f"examples/{name}.json"] = _as_json(json.loads(message))
    return made


def schema_of(name: str) -> dict[str, Any]:
    """Give the JSON Schema of a message, each field with what it means."""
    (reference,), components = msgspec.json.schema_components(
        [MESSAGES[name]], ref_template="#/$defs/{name}"
    )
    definitions = {_plain(key): value for key, value in components.items()}
    for struct in structs_of(MESSAGES[name]):
        _explain(definitions[_plain(_component_name(struct))], struct)
    text = json.dumps({"$defs": definitions, **reference})
    for key in components:
        text = text.replace(f'#/$defs/{key}"', f'#/$defs/{_plain(key)}"')
    return {"$schema": DIALECT, "$id": f"urn:pccc:{CONTRACT}:{name}", **json.loads(text)}


def structs_of(message: Any) -> list[Any]:
    """Give a message's type and every type in it, each once, the message first."""
    found: dict[str, Any] = {}
    waiting = [msgspec.inspect.type_info(message)]
    while waiting:
        info = waiting.pop(0)
        if isinstance(info, msgspec.inspect.StructType) and repr(info.cls) not in found:
            found[repr(info.cls)] = info.cls
            waiting += [field.type for field in info.fields]
        elif isinstance(info, msgspec.inspect.UnionType):
            waiting += info.types
        elif isinstance(info, msgspec.inspect.CollectionType):
            waiting.append(info.item_type)
        elif isinstance(info, msgspec.inspect.DictType):
            waiting += [info.key_type, info.value_type]
    return list(found.values())


def explanations(struct: Any) -> dict[str, str]:
    """Read what each field means from the docstrings of a type and of those it extends."""
    found: dict[str, str] = {}
    for cls in reversed(_class_of(struct).__mro__):
        _, _, attributes = (cls.__doc__ or "").partition("Attributes:\n")
        for name, text in re.findall(
            r"^ {8}(\w+): (.+?)(?=\n {8}\w+: |\n*\Z)", attributes, re.MULTILINE | re.DOTALL
        ):
            found[name] = " ".join(text.split())
    return {field.name: found[field.name] for field in msgspec.structs.fields(struct)}


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


def _explain(definition: dict[str, Any], struct: Any) -> None:
    """Say what each field means, and that every field is sent unless it says that it is not."""
    definition["description"] = (_class_of(struct).__doc__ or "").partition("\n")[0]
    meanings = explanations(struct)
    for name, schema in definition["properties"].items():
        definition["properties"][name] = {"description": meanings[name], **schema}
    definition["required"] = [
        field.name for field in msgspec.structs.fields(struct) if field.default is not msgspec.UNSET
    ]


def _class_of(struct: Any) -> Any:
    return get_origin(struct) or struct


def _component_name(struct: Any) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", msgspec.json.schema(struct)["$ref"].rpartition("/")[2])


def _plain(component: str) -> str:
    return component.replace("EventMessage_", "").replace("Data_", "Event")


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
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

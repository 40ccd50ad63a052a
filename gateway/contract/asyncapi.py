"""The AsyncAPI 3 document of the contract.

It speaks of the gateway: what it sends and what it receives.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gateway.contract.schema import BODY_OF, MESSAGES
from gateway.messages.content_types import CLOUD_EVENT, JSON
from gateway.messages.signed import SignedKind
from gateway.messages.topics import CONTRACT
from rules.condition import Lane

VERSION: Final = "1.2.0"
"""Of the contract: the second number grows with each field, the first stands in the topics."""

TELEMETRY_EXPIRES_S: Final = 300

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
    "ack": ("ack", ("ack",), "What a centre has stored, and that it hears the gateway."),
    "command": ("command", ("command",), "What a centre wants done."),
    "reply": ("reply", ("reply",), "The answer to a command; there is no other place for it."),
}
"""The end of the topic, the messages in it, and what it is, by name of the channel."""

RETAINED: Final = frozenset({"state", "presence", "inventory"})
RECEIVED: Final = frozenset(SignedKind)
"""Channels that the gateway reads; it sends in all others."""


def asyncapi() -> dict[str, Any]:
    """Give the document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Fire gateway to centre",
            "version": VERSION,
            "description": "What a fire gateway publishes, as the centre reads it, and what a "
            "centre says to it. Unknown fields are to be ignored; fields are added and never "
            "change meaning.",
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
        "channels": dict(_channels()),
        "operations": dict(_operations()),
        "components": {
            "messages": {name: _message(name) for name in MESSAGES if name not in BODY_OF.values()},
            "schemas": {name: _schema(name) for name in BODY_OF.values()},
            "parameters": {
                "province": {"description": "official province code, two digits"},
                "site": {"description": "the facility's id"},
                "gateway": {"description": "the gateway's id"},
                "path": {"description": "the path's id"},
            },
        },
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


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in CHANNELS:
        action = "receive" if name in RECEIVED else "send"
        operation = {
            "action": action,
            "channel": {"$ref": f"#/channels/{name}"},
            "bindings": {"mqtt": _binding(name)},
        }
        if name == "command":
            operation["reply"] = {
                "channel": {"$ref": "#/channels/reply"},
                "messages": [{"$ref": "#/channels/reply/messages/reply"}],
            }
        yield f"{action}-{name}", operation


def _message(name: str) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": name,
        "contentType": CLOUD_EVENT if name.endswith("-event") else JSON,
        "payload": _schema(name),
    }
    if name in BODY_OF:
        message["description"] = (
            f"Signed by a centre. `body` is JSON inside a text, of {BODY_OF[name]}.schema.json; "
            f"`signature` is Ed25519 (RFC 8032) over the line `pccc/{CONTRACT} {name}`, a line "
            "feed, and the bytes of `body` in UTF-8. Never retained: a retained one is refused."
        )
    return message


def _schema(name: str) -> dict[str, Any]:
    return {
        "schemaFormat": "application/schema+json;version=draft-2020-12",
        "schema": {"$ref": f"./{name}.schema.json"},
    }


def _binding(channel: str) -> dict[str, Any]:
    binding: dict[str, Any] = {
        "qos": 0 if channel == "telemetry" else 1,
        "retain": channel in RETAINED,
        "bindingVersion": "0.2.0",
    }
    if channel == "telemetry":
        binding["messageExpiryInterval"] = TELEMETRY_EXPIRES_S
    return binding

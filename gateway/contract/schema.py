"""JSON Schemas of every message, made from the types that encode them. Pure.

What a field means stands in its type's docstring, under "Attributes:", and nowhere else.
"""

import json
import re
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any, Final, get_origin

import msgspec

from gateway.messages.acknowledgement import AckBody
from gateway.messages.command import CommandBody, ReplyMessage
from gateway.messages.event import ConditionData, EventMessage, NoticeData
from gateway.messages.inventory import InventoryMessage
from gateway.messages.liveness import HeartbeatMessage, PresenceMessage
from gateway.messages.signed import SignedKind, SignedMessage
from gateway.messages.state import StateMessage
from gateway.messages.telemetry import TelemetryMessage
from gateway.messages.topics import CONTRACT

MESSAGES: Final[Mapping[str, Any]] = {
    "condition-event": EventMessage[ConditionData],
    "notice-event": EventMessage[NoticeData],
    "state": StateMessage,
    "presence": PresenceMessage,
    "inventory": InventoryMessage,
    "heartbeat": HeartbeatMessage,
    "telemetry": TelemetryMessage,
    "ack": SignedMessage,
    "ack-body": AckBody,
    "command": SignedMessage,
    "command-body": CommandBody,
    "reply": ReplyMessage,
}

BODY_OF: Final[Mapping[str, str]] = {kind: f"{kind}-body" for kind in SignedKind}
"""What stands in the body of a signed message."""

FROM_A_CENTRE: Final = frozenset([*BODY_OF, *BODY_OF.values()])
"""What the gateway reads. All else is what it sends."""

FIELD: Final = re.compile(r"^ {4}(\w+): (.+?)(?=\n {4}\w+: |\n*\Z)", re.MULTILINE | re.DOTALL)
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """Give the JSON Schema of a message, each field with what it means."""
    (reference,), components = msgspec.json.schema_components(
        [MESSAGES[name]], ref_template="#/$defs/{name}"
    )
    definitions = {_plain(key): value for key, value in components.items()}
    for definition in definitions.values():
        definition["description"] = definition["description"].partition("\n")[0]
    for struct in structs_of(MESSAGES[name]):
        _explain(definitions[title_of(struct)], struct, is_read=name in FROM_A_CENTRE)
    if name in BODY_OF:
        definitions[title_of(SignedMessage)]["properties"]["body"] |= {
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": f"urn:pccc:{CONTRACT}:{BODY_OF[name]}"},
        }
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
        # Python 3.13 strips the indentation of docstrings by itself, older ones do not.
        _, _, attributes = cleandoc(cls.__doc__ or "").partition("Attributes:\n")
        for name, text in FIELD.findall(attributes):
            found[name] = " ".join(text.split())
    return {field.name: found[field.name] for field in msgspec.structs.fields(struct)}


def title_of(struct: Any) -> str:
    """Give the name under which a type stands in the schemas."""
    return _plain(str(msgspec.json.schema(struct)["$ref"]).rpartition("/")[2])


def _explain(definition: dict[str, Any], struct: Any, *, is_read: bool) -> None:
    """Say what each field means, and which are always there.

    The gateway sends every field unless it says that it does not; of what it reads, it asks for
    no field that has a default.
    """
    definition["title"] = title_of(struct)
    meanings = explanations(struct)
    for name, schema in definition["properties"].items():
        definition["properties"][name] = {"description": meanings[name], **schema}
    definition["required"] = [
        field.name
        for field in msgspec.structs.fields(struct)
        if (field.required if is_read else field.default is not msgspec.UNSET)
    ]


def _class_of(struct: Any) -> Any:
    return get_origin(struct) or struct


def _plain(component: str) -> str:
    return component.replace("EventMessage_", "").replace("Data_", "Event")

"""Whether a program written for an earlier contract can read what is sent by a later one. Pure.

It compares JSON Schemas and AsyncAPI documents of what the gateway sends; each breach is a line
that says where and what. Allowed is what the page promises: further fields, fields that are always
sent where they were not, and further words, since whoever reads ignores the kinds that he does not
know. Only the words of CLOSED are all that there will be: a reader may decide by them.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

Schema = Mapping[str, Any]

CLOSED = frozenset(
    {"Lane", "Mode", "Qualifier", "ContactIdQualifier", "ClockQuality", "Protection"}
)
"""Titles of the vocabularies to which nothing is added within a version of the topics. Words that
stand in a field itself, without a title, are constants and closed as well."""


def schema_breaches(old: Schema, new: Schema) -> list[str]:
    """Say what a reader of the old schema would miss in, or not understand of, a new message."""
    found = list(_compared(_Node(old, old), _Node(new, new), "message"))
    for title, vocabulary in old["$defs"].items():  # keys of objects are referred to by nothing
        if "enum" in vocabulary:
            reference = {"$ref": f"#/$defs/{title}"}
            if title in new["$defs"]:
                found += _words(_Node(reference, old), _Node(reference, new), title)
            else:
                found.append(f"{title}: the words are gone")
    return found


def asyncapi_breaches(old: Schema, new: Schema) -> list[str]:
    """Say which topic, message, direction or way of sending is not what it was."""
    return [*_channel_breaches(old, new), *_operation_breaches(old, new)]


def read_by_the_old(schema: Schema) -> dict[str, Any]:
    """Give the schema as a reader holds it who ignores the words that he does not know."""
    opened = deepcopy(dict(schema))
    for title, definition in opened["$defs"].items():
        if "enum" in definition and title not in CLOSED:
            opened["$defs"][title] = {"type": "string"}
    return opened


class _Node:
    """A part of a schema, and the whole in which its references lead."""

    def __init__(self, schema: Schema, whole: Schema) -> None:
        self._whole = whole
        self.title = None
        while "$ref" in schema:
            self.title = schema["$ref"].rpartition("/")[2]
            schema = whole["$defs"][self.title]
        self.schema = schema

    def below(self, schema: Schema) -> "_Node":
        return _Node(schema, self._whole)

    @property
    def alternatives(self) -> "list[_Node]":
        if "anyOf" not in self.schema:
            return [self]
        return [each for part in self.schema["anyOf"] for each in self.below(part).alternatives]

    @property
    def kind(self) -> str:
        """Give the JSON type."""
        if "enum" in self.schema:
            return {str: "string", int: "integer"}[type(self.schema["enum"][0])]
        return self.schema.get("type", "any")


def _compared(old: _Node, new: _Node, where: str) -> Iterator[str]:
    """Compare what may stand in one place: each new alternative must be one of the old ones."""
    known = {each.kind: each for each in old.alternatives}
    for each in new.alternatives:
        before = known.get(each.kind)
        if before is None and each.kind == "integer":
            before = known.get("number")
        if before is None:
            yield f"{where}: is {each.kind}, was {' or '.join(sorted(known))}"
        else:
            yield from _same_kind(before, each, where)


def _same_kind(old: _Node, new: _Node, where: str) -> Iterator[str]:
    if old.schema.get("pattern") != new.schema.get("pattern"):
        yield f"{where}: is written otherwise"
    if "enum" in old.schema:
        yield from _words(old, new, where)
    if old.kind == "object":
        yield from _fields(old, new, where)
    for part in ("items", "additionalProperties"):
        if isinstance(old.schema.get(part), dict):
            if not isinstance(new.schema.get(part), dict):
                yield f"{where}: nothing is said of its {part}"
                continue
            yield from _compared(
                old.below(old.schema[part]), new.below(new.schema[part]), f"{where}[]"
            )


def _words(old: _Node, new: _Node, where: str) -> Iterator[str]:
    if "enum" not in new.schema:
        yield f"{where}: its words are not listed any more"
        return
    before, now = set(old.schema["enum"]), set(new.schema["enum"])
    yield from (f"{where}: the word {word} is gone" for word in sorted(before - now, key=str))
    if old.title is None or old.title in CLOSED:
        yield from (f"{where}: the word {word} is new" for word in sorted(now - before, key=str))


def _fields(old: _Node, new: _Node, where: str) -> Iterator[str]:
    fields = new.schema.get("properties", {})
    for name, field in old.schema.get("properties", {}).items():
        if name in fields:
            yield from _compared(old.below(field), new.below(fields[name]), f"{where}.{name}")
        else:
            yield f"{where}.{name}: is gone"
    dropped = set(old.schema.get("required", ())) - set(new.schema.get("required", ()))
    yield from (f"{where}.{name}: is not always sent any more" for name in sorted(dropped))


def _channel_breaches(old: Schema, new: Schema) -> Iterator[str]:
    for name, channel in old["channels"].items():
        now = new["channels"].get(name)
        if now is None:
            yield f"{name}: the channel is gone"
            continue
        if now["address"] != channel["address"]:
            yield f"{name}: the topic is {now['address']}, was {channel['address']}"
        for message in channel["messages"].keys() - now["messages"].keys():
            yield f"{name}: the message {message} is gone"


def _operation_breaches(old: Schema, new: Schema) -> Iterator[str]:
    for name, operation in old["operations"].items():
        now = new["operations"].get(name)
        if now is None:
            yield f"{name}: the operation is gone"
            continue
        for part in ("action", "channel"):
            if now[part] != operation[part]:
                yield f"{name}: {part} is {now[part]}, was {operation[part]}"
        before, bound = operation["bindings"]["mqtt"], now["bindings"]["mqtt"]
        for key in sorted((before.keys() | bound.keys()) - {"bindingVersion"}):
            if before.get(key) != bound.get(key):
                yield f"{name}: {key} is {bound.get(key)}, was {before.get(key)}"

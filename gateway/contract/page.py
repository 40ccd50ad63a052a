"""The parts of docs/contract.md that are made and not written: fields, codes, examples.

The page marks where they stand; everything between `<!-- made: NAME -->` and `<!-- end -->` is
replaced. The rest of the page is prose, by hand.
"""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gateway.contract.examples import examples
from gateway.contract.schema import MESSAGES, explanations, schema_of, structs_of, title_of
from gateway.contract.signed_examples import vectors
from gateway.messages.contact_id import MEANING

PART: Final = re.compile(r"(<!-- made: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

SHOWN: Final = ("ack-of-heartbeat", "command-identify")
"""The shortest of the examples of signatures."""

HEX_A_LINE: Final = 96


def with_tables(page: str) -> str:
    """Make the marked parts of a page anew."""
    return PART.sub(lambda match: f"{match[1]}\n{_part(match[2])}\n\n{match[3]}", page)


def _part(name: str) -> str:
    if name == "contact-id":
        rows = (f"| `{code}` | {meaning} |" for code, meaning in MEANING.items())
        return "\n".join(["| code | meaning |", "|---|---|", *rows])
    if name == "signature-vectors":
        return _signatures()
    if name in MESSAGES:
        return "\n\n".join(_tables(name))
    _, message = examples()[name]
    return f"```json\n{json.dumps(json.loads(message), ensure_ascii=False, indent=2)}\n```"


def _signatures() -> str:
    """Give the keys of the examples, and one of each kind byte by byte."""
    published = vectors()
    named = ("private_key", "public_key", "key")
    rows = [f"| `{name}` | `{published[name]}` |" for name in named]
    shown = [each for each in published["vectors"] if each["name"] in SHOWN]
    return "\n\n".join(["\n".join(["| | |", "|---|---|", *rows]), *map(_vector, shown)])


def _vector(vector: Mapping[str, str]) -> str:
    signed = "\n".join(textwrap.wrap(vector["signed_hex"], HEX_A_LINE))
    return (
        f"`{vector['name']}`: the body, what is signed (hexadecimal, without the line ends), and "
        f"the signature:\n\n```\n{vector['body']}\n\n{signed}\n\n{vector['signature']}\n```"
    )


def _tables(message: str) -> Iterator[str]:
    schema = schema_of(message)
    for struct in structs_of(MESSAGES[message]):
        title = title_of(struct)
        definition = schema["$defs"][title]
        rows = [
            f"| `{field}` | {_type(definition['properties'][field], schema['$defs'])} | {meaning} |"
            for field, meaning in explanations(struct).items()
        ]
        heading = f"**{title}**: {definition['description']}"
        yield "\n".join([heading, "", "| field | type | meaning |", "|---|---|---|", *rows])


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        words = definitions[name].get("enum")
        return name if words is None else _words(words)
    if "anyOf" in schema:
        return " or ".join(_type(each, definitions) for each in schema["anyOf"])
    if "enum" in schema:
        return _words(schema["enum"])
    if "prefixItems" in schema:
        return f"[{', '.join(_type(each, definitions) for each in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'], definitions)}"
    if schema.get("type") == "object":
        return f"object of {_type(schema.get('additionalProperties', {}), definitions)}"
    if "pattern" in schema:
        return "time"
    return str(schema.get("type", "any"))


def _words(words: list[Any]) -> str:
    return ", ".join(f"`{word}`" for word in words)

"""The published contract is what the code speaks, and its pages explain all of it."""

import json
import re

import jsonschema
import pytest
import yaml
from contract_schemas import CONTRACT, schema_of_topic, valid

from gateway.contract.__main__ import files, main
from gateway.contract.asyncapi import asyncapi
from gateway.contract.example_site import ORIGIN
from gateway.contract.examples import examples
from gateway.contract.page import with_tables
from gateway.contract.schema import MESSAGES, explanations, schema_of, structs_of
from gateway.messages.command import CommandOutcome, CommandWord
from gateway.messages.contact_id import MEANING
from gateway.messages.signed import Distrust
from gateway.settings.model import DeliveredWhen
from rules.condition import Condition, Lane
from rules.event import Change, Notice

pytestmark = pytest.mark.unmeasured  # schemas of every message

FILES = files()
EXAMPLES = examples()
PAGE = CONTRACT.parent / "contract.md"
PAGE_VI = CONTRACT.parent / "contract.vi.md"


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_published_files_are_current(name):
    """Made anew by: python -m gateway.contract docs/contract."""
    assert (CONTRACT / name).read_text("utf-8") == FILES[name]


def test_nothing_else_is_published():
    published = {str(file.relative_to(CONTRACT)) for file in CONTRACT.rglob("*") if file.is_file()}

    assert published == set(FILES)


@pytest.mark.parametrize("name", list(MESSAGES))
def test_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(schema_of(name))


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_examples_keep_to_their_schema(name):
    schema, message = EXAMPLES[name]

    valid(schema, message)


@pytest.mark.parametrize("name", list(MESSAGES))
def test_every_kind_of_message_has_an_example(name):
    assert name in {schema for schema, _ in EXAMPLES.values()}


@pytest.mark.parametrize(
    ("name", "field"),
    [("condition-event", "condition"), ("notice-event", "notice"), ("state", "overall")],
)
def test_a_schema_refuses_a_message_without_its_core(name, field):
    schema, message = next(each for each in EXAMPLES.values() if each[0] == name)
    decoded = json.loads(message)
    decoded.get("data", decoded).pop(field, None)
    decoded.pop(field, None)

    with pytest.raises(jsonschema.ValidationError):
        valid(schema, json.dumps(decoded).encode())


def test_what_an_example_of_a_test_is_called_tells_it_apart_from_a_fire():
    types = {json.loads(message).get("type", "") for _, message in EXAMPLES.values()}

    assert "vn.pccc.test.fire-alarm.entered" in types
    assert "vn.pccc.fire-alarm.entered" in types


def test_no_message_is_both_kinds_of_event():
    for schema, message in EXAMPLES.values():
        other = {"condition-event": "notice-event", "notice-event": "condition-event"}.get(schema)
        if other is not None:
            with pytest.raises(jsonschema.ValidationError):
                valid(other, message)


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        found = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return found + [ref for value in node.values() for ref in references(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in references(value)]
    return []


def test_every_reference_of_the_asyncapi_document_leads_somewhere():
    document = yaml.safe_load((CONTRACT / "asyncapi.yaml").read_text("utf-8"))
    found = references(document)

    assert document["asyncapi"] == "3.0.0"
    assert found
    for reference in found:
        if reference.startswith("./"):
            assert (CONTRACT / reference).is_file(), reference
            continue
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_the_asyncapi_document_knows_every_topic_of_the_gateway():
    document = yaml.safe_load((CONTRACT / "asyncapi.yaml").read_text("utf-8"))
    addresses = {
        channel["address"].format(
            province=ORIGIN.province, site=ORIGIN.site, gateway=ORIGIN.gateway, path="lan"
        )
        for channel in document["channels"].values()
    }

    assert addresses == {
        *(ORIGIN.event(lane) for lane in Lane),
        ORIGIN.state,
        ORIGIN.presence("lan"),
        ORIGIN.inventory,
        ORIGIN.heartbeat,
        ORIGIN.telemetry,
        ORIGIN.ack,
        ORIGIN.command,
        ORIGIN.reply,
    }


def test_the_gateway_receives_what_a_centre_signs_and_sends_all_else():
    operations = asyncapi()["operations"]
    received = {name for name, each in operations.items() if each["action"] == "receive"}

    assert received == {"receive-ack", "receive-command"}
    assert operations["receive-command"]["reply"]["channel"] == {"$ref": "#/channels/reply"}


def test_what_must_not_be_read_twice_is_never_retained():
    retained = {
        name
        for name, each in asyncapi()["operations"].items()
        if each["bindings"]["mqtt"]["retain"]
    }

    assert retained == {"send-state", "send-presence", "send-inventory"}


def fields() -> list[tuple[str, str]]:
    return sorted(
        {
            (struct.__name__ if isinstance(struct, type) else struct.__origin__.__name__, field)
            for message in MESSAGES.values()
            for struct in structs_of(message)
            for field in explanations(struct)
        }
    )


@pytest.mark.parametrize(("struct", "field"), fields())
def test_every_field_is_explained_on_the_page(struct, field):
    assert f"`{field}`" in PAGE.read_text("utf-8")


WORDS = [*Condition, *Change, *Notice, *Lane, *Distrust, *CommandWord, *CommandOutcome]
WORDS += DeliveredWhen


@pytest.mark.parametrize("word", [*WORDS, *MEANING])
def test_every_word_of_the_contract_is_explained_on_the_page(word):
    assert f"`{word}`" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_explained_in_vietnamese(word):
    assert f"`{word}`" in PAGE_VI.read_text("utf-8")


def test_the_tables_of_the_page_are_current():
    page = PAGE.read_text("utf-8")

    assert page == with_tables(page)


@pytest.mark.parametrize("page", [PAGE, PAGE_VI])
def test_the_pages_name_every_topic(page):
    text = page.read_text("utf-8")

    for topic in ("event/alarm", "event/trouble", "event/status", "state", "presence/"):
        assert topic in text
    for topic in ("inventory", "heartbeat", "telemetry", "ack", "command", "reply"):
        assert topic in text


def test_the_contract_is_written_where_it_is_asked_for(tmp_path):
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / "asyncapi.yaml").is_file()


def test_without_a_directory_it_says_how_it_is_used(capsys):
    assert main([]) == 2
    assert "usage: python -m gateway.contract" in capsys.readouterr().err


def test_a_message_is_found_its_schema_by_topic():
    assert schema_of_topic("presence/lan", {}) == "presence"
    assert (
        schema_of_topic("event/alarm", {"dataschema": "urn:pccc:v1:notice-event"}) == "notice-event"
    )


def test_no_telephone_number_has_a_place_in_any_message():
    names = {field for _, field in fields()}

    assert not [name for name in names if re.search("phone|contact_name|email", name)]

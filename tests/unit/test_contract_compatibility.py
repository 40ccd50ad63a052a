"""Whoever reads contract 1.1.0 can read what is sent now, and a breach of that would be seen."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
import yaml
from contract_compatibility import CLOSED, asyncapi_breaches, read_by_the_old, schema_breaches

from gateway.contract.asyncapi import VERSION, asyncapi
from gateway.contract.examples import examples
from gateway.contract.schema import MESSAGES, schema_of

PREVIOUS = Path(__file__).resolve().parents[1] / "contract-1.1.0"
OLD = {
    file.name.partition(".")[0]: json.loads(file.read_text("utf-8"))
    for file in sorted(PREVIOUS.glob("*.schema.json"))
}
OLD_ASYNCAPI = yaml.safe_load((PREVIOUS / "asyncapi.yaml").read_text("utf-8"))
FIELDS = [
    (name, title, field)
    for name, schema in OLD.items()
    for title, definition in schema["$defs"].items()
    for field in definition.get("properties", {})
]
WORDS = [
    (name, title, word)
    for name, schema in OLD.items()
    for title, definition in schema["$defs"].items()
    for word in definition.get("enum", ())
]


@pytest.mark.parametrize("name", OLD)
def test_what_is_sent_now_keeps_the_promises_of_the_previous_contract(name):
    assert schema_breaches(OLD[name], schema_of(name)) == []


def test_topics_and_the_way_of_sending_are_what_they_were():
    assert asyncapi_breaches(OLD_ASYNCAPI, asyncapi()) == []


SENT_BEFORE = [name for name, (schema, _) in examples().items() if schema in OLD]


@pytest.mark.parametrize("name", SENT_BEFORE)
def test_a_reader_of_the_previous_contract_reads_every_example(name):
    schema, message = examples()[name]

    jsonschema.Draft202012Validator(read_by_the_old(OLD[schema])).validate(json.loads(message))


def test_every_message_of_the_previous_contract_is_still_sent():
    assert set(OLD) <= set(MESSAGES)
    assert {examples()[name][0] for name in SENT_BEFORE} == set(OLD)


def test_the_version_has_grown_within_that_of_the_topics():
    before, now = (
        [int(part) for part in version.split(".")]
        for version in (OLD_ASYNCAPI["info"]["version"], VERSION)
    )

    assert now > before
    assert now[0] == before[0]


# The checker itself: whatever is taken from a contract is seen, wherever it stands.


@pytest.mark.parametrize("name", OLD)
def test_nothing_is_found_where_nothing_has_changed(name):
    assert schema_breaches(OLD[name], OLD[name]) == []


def changed(name: str) -> dict:
    return deepcopy(OLD[name])


def test_a_field_that_is_gone_is_seen():
    for name, title, field in FIELDS:
        schema = changed(name)
        del schema["$defs"][title]["properties"][field]

        assert schema_breaches(OLD[name], schema), (name, title, field)


def test_a_field_of_another_type_is_seen():
    for name, title, field in FIELDS:
        schema = changed(name)
        schema["$defs"][title]["properties"][field] = {"type": "another"}

        assert schema_breaches(OLD[name], schema), (name, title, field)


def test_a_field_that_may_be_null_of_late_is_seen():
    for name, title, field in FIELDS:
        schema = changed(name)
        before = schema["$defs"][title]["properties"][field]
        schema["$defs"][title]["properties"][field] = {"anyOf": [before, {"type": "null"}]}
        nullable = {"type": "null"} in before.get("anyOf", ())

        assert bool(schema_breaches(OLD[name], schema)) is not nullable, (name, title, field)


def test_a_field_that_is_not_always_sent_any_more_is_seen():
    for name, title, field in FIELDS:
        schema = changed(name)
        required = schema["$defs"][title]["required"]
        if field in required:
            required.remove(field)

            assert schema_breaches(OLD[name], schema), (name, title, field)


def test_a_word_that_is_gone_is_seen():
    for name, title, word in WORDS:
        schema = changed(name)
        schema["$defs"][title]["enum"].remove(word)

        assert schema_breaches(OLD[name], schema), (name, title, word)


def test_a_new_word_is_seen_only_where_all_words_are_known():
    for name, title in {(name, title) for name, title, _ in WORDS}:
        schema = changed(name)
        words = schema["$defs"][title]["enum"]
        words.append(9 if isinstance(words[0], int) else "word-of-tomorrow")

        assert bool(schema_breaches(OLD[name], schema)) is (title in CLOSED), (name, title)


def test_words_that_are_not_listed_any_more_are_seen():
    for name, title in {(name, title) for name, title, _ in WORDS if title != "ContactIdQualifier"}:
        schema = changed(name)
        schema["$defs"][title] = {"type": "string"}

        assert schema_breaches(OLD[name], schema), (name, title)


def test_a_time_that_is_written_otherwise_is_seen():
    for name, old in OLD.items():
        schema = json.loads(json.dumps(old).replace(r"\\.\\d{3}Z$", "Z$"))

        assert bool(schema_breaches(old, schema)) is (schema != old), name


def test_a_list_of_which_nothing_is_said_is_seen():
    schema = changed("state")
    del schema["$defs"]["StateMessage"]["properties"]["zones"]["items"]

    assert schema_breaches(OLD["state"], schema)


def test_a_field_that_is_new_or_always_sent_of_late_is_no_breach():
    for name, old in OLD.items():
        schema = changed(name)
        for definition in schema["$defs"].values():
            if "properties" in definition:
                definition["properties"]["field_of_tomorrow"] = {"type": "string"}
                definition["required"] = list(definition["properties"])

        assert schema_breaches(old, schema) == [], name


def test_an_integer_where_any_number_was_sent_is_no_breach():
    schema = changed("inventory")
    schema["$defs"]["InstalledRule"]["properties"]["for_s"] = {"type": "integer"}

    assert schema_breaches(OLD["inventory"], schema) == []


@pytest.mark.parametrize(
    ("section", "name", "part"),
    [
        ("channels", "event-alarm", "address"),
        ("operations", "send-event-alarm", "action"),
        ("operations", "send-event-alarm", "channel"),
    ],
)
def test_another_topic_or_direction_is_seen(section, name, part):
    document = deepcopy(OLD_ASYNCAPI)
    document[section][name][part] = "another"

    assert asyncapi_breaches(OLD_ASYNCAPI, document)


def test_another_way_of_sending_is_seen():
    for name, operation in OLD_ASYNCAPI["operations"].items():
        for key in ("qos", "retain", "messageExpiryInterval"):
            document = deepcopy(OLD_ASYNCAPI)
            binding = document["operations"][name]["bindings"]["mqtt"]
            binding[key] = not operation["bindings"]["mqtt"].get(key)

            assert asyncapi_breaches(OLD_ASYNCAPI, document), (name, key)


@pytest.mark.parametrize("section", ["channels", "operations"])
def test_a_channel_or_an_operation_that_is_gone_is_seen(section):
    for name in OLD_ASYNCAPI[section]:
        document = deepcopy(OLD_ASYNCAPI)
        del document[section][name]

        assert asyncapi_breaches(OLD_ASYNCAPI, document), name


def test_a_message_that_is_gone_from_its_channel_is_seen():
    document = deepcopy(OLD_ASYNCAPI)
    del document["channels"]["event-alarm"]["messages"]["notice-event"]

    assert asyncapi_breaches(OLD_ASYNCAPI, document) == [
        "event-alarm: the message notice-event is gone"
    ]

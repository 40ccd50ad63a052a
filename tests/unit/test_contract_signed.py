"""What the contract shows of signatures is what the gateway believes, and what others compute.

The other is the library `cryptography`, which the gateway does not sign with.
"""

import base64
import json
from hashlib import sha256

import pytest
from contract_schemas import CONTRACT, valid
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.contract.example_site import CENTRE_KEY, DEVICE_KEY, SETTINGS
from gateway.contract.signed_examples import SIGNED, signed_examples
from gateway.messages.acknowledgement import AckBody
from gateway.messages.command import CommandBody
from gateway.messages.signed import Distrust, NotTrustedError, SignedKind, opened

VECTORS = json.loads((CONTRACT / "signature-vectors.json").read_text("utf-8"))
KEYS = {CENTRE_KEY.public.id: CENTRE_KEY.public}
BODY = {SignedKind.ACK: AckBody, SignedKind.COMMAND: CommandBody}


def test_the_published_keys_belong_together():
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(VECTORS["private_key"]))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    assert base64.b64encode(public).decode() == VECTORS["public_key"]
    assert sha256(public).hexdigest()[:16] == VECTORS["key"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_another_library_signs_the_same(vector):
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(VECTORS["private_key"]))
    signed = f"pccc/v1 {vector['kind']}\n{vector['body']}".encode()

    assert signed.hex() == vector["signed_hex"]
    assert base64.b64encode(private.sign(signed)).decode() == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_gateway_believes_what_is_published_as_its_kind_only(vector):
    kind = SignedKind(vector["kind"])
    message = json.dumps(
        {"body": vector["body"], "key": VECTORS["key"], "signature": vector["signature"]}
    ).encode()
    other = next(each for each in SignedKind if each is not kind)

    key, body = opened(message, kind, KEYS, BODY[kind])

    assert (key, body) == (VECTORS["key"], SIGNED[vector["name"]][1])
    with pytest.raises(NotTrustedError) as refused:
        opened(message, other, KEYS, BODY[other])
    assert refused.value.why is Distrust.WRONG_SIGNATURE


@pytest.mark.parametrize("name", SIGNED)
def test_the_body_of_an_example_is_what_its_signature_is_about(name):
    examples = signed_examples()

    assert valid(*examples[name])["body"].encode() == examples[f"{name}-body"][1]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ack-body", {"centre": "c", "gateway": "g", "time": None}),
        (
            "command-body",
            {"centre": "c", "gateway": "g", "session": "s", "counter": 1, "command": "identify"},
        ),
    ],
)
def test_a_schema_asks_a_centre_for_no_more_than_the_gateway_does(name, fields):
    body = valid(name, json.dumps({**fields, "field_of_tomorrow": 1}).encode())

    kind = SignedKind(name.partition("-")[0])
    message = {"body": json.dumps(body), "key": CENTRE_KEY.public.id}
    signed = CENTRE_KEY.sign(f"pccc/v1 {kind}\n{message['body']}".encode())
    message["signature"] = base64.b64encode(signed).decode()
    assert opened(json.dumps(message).encode(), kind, KEYS, BODY[kind])[1].centre == "c"


def test_the_story_of_the_examples_is_of_one_gateway_and_one_centre():
    bodies = [body for _, body in SIGNED.values()]

    assert {body.gateway for body in bodies} == {SETTINGS.gateway.id}
    assert {body.centre for body in bodies} == {SETTINGS.uplink.centres[0].id}
    assert DEVICE_KEY.public != CENTRE_KEY.public

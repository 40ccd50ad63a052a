"""Examples of what a centre says and of how it is answered, and the signatures to check against.

Signed by a key that is published with them, so that an engineer can sign the same and compare.
Ed25519 has no randomness: the same body and key always give the same signature. Pure.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.command_desk import MOST_COMMANDS
from gateway.contract.example_site import BOOT, BOOTED_NS, CENTRE_KEY, EPOCH, ORIGIN, SETTINGS
from gateway.contract.schema import BODY_OF
from gateway.messages.acknowledgement import AckBody, Received
from gateway.messages.command import (
    CheckResult,
    CommandArguments,
    CommandBody,
    CommandOutcome,
    CommandWord,
    reply_message,
)
from gateway.messages.parts import Stamp, utc_time
from gateway.messages.signed import SignedKind, SignedMessage, sealed, signed_bytes
from gateway.record import ClockQuality
from gateway.self_test import summary_of
from rules.condition import Lane
from rules.instant import Instant, seconds

CENTRE: Final = SETTINGS.uplink.centres[0].id
NONCE: Final = "e3b0c44298fc1c149afbf4c8996fb924"
SESSION: Final = "5d0c9b4e7a12f386"
HEARD_AT: Final = BOOTED_NS + seconds(252)
STORED_AT: Final = BOOTED_NS + seconds(901)
ANSWERED_AT: Final = seconds(920)

NO_ARGUMENTS: Final = CommandArguments()

ACK_OF_EVENTS: Final = AckBody(
    centre=CENTRE,
    gateway=ORIGIN.gateway,
    time=utc_time(STORED_AT),
    received=[
        Received(epoch=EPOCH, lane=Lane.ALARM, ranges=[(1, 4), (6, 7)]),
        Received(epoch=EPOCH, lane=Lane.TROUBLE, ranges=[(7, 7)]),
    ],
)
ACK_OF_HEARTBEAT: Final = AckBody(
    centre=CENTRE, gateway=ORIGIN.gateway, time=utc_time(HEARD_AT), nonce=NONCE
)


def _command(
    counter: int, word: CommandWord, arguments: CommandArguments = NO_ARGUMENTS
) -> CommandBody:
    return CommandBody(
        centre=CENTRE,
        gateway=ORIGIN.gateway,
        session=SESSION,
        counter=counter,
        command=word,
        arguments=arguments,
    )


IDENTIFY: Final = _command(41, CommandWord.IDENTIFY)
SELF_TEST: Final = _command(42, CommandWord.SELF_TEST)
RESEND: Final = _command(
    43,
    CommandWord.RESEND,
    CommandArguments(epoch=EPOCH, lane=Lane.ALARM, first=5, last=5),
)


CHECKS: Final = (
    CheckResult(part="gateway/store", ok=True, detail="works"),
    CheckResult(part="path/lan", ok=True, detail="connected for 15 min"),
    CheckResult(
        part="detector/kitchen-heat-2",
        ok=False,
        detail="faulty: no-reply: line: no reply from unit 17 in 300 ms (3rd time)",
    ),
)
ANSWERED: Final = Stamp(
    boot_id=BOOT,
    at=Instant(ANSWERED_AT),
    wall_ns=BOOTED_NS + ANSWERED_AT,
    clock=ClockQuality.SYNCHRONISED,
)


SIGNED: Final[Mapping[str, tuple[SignedKind, AckBody | CommandBody]]] = {
    "ack-of-events": (SignedKind.ACK, ACK_OF_EVENTS),
    "ack-of-heartbeat": (SignedKind.ACK, ACK_OF_HEARTBEAT),
    "command-identify": (SignedKind.COMMAND, IDENTIFY),
    "command-self-test": (SignedKind.COMMAND, SELF_TEST),
    "command-resend": (SignedKind.COMMAND, RESEND),
}


def signed_examples() -> Mapping[str, tuple[str, bytes]]:
    """Give each example by its name: the name of its schema, and the message."""
    made: dict[str, tuple[str, bytes]] = {}
    for name, (kind, body) in SIGNED.items():
        made[name] = (kind, sealed(body, kind, CENTRE_KEY))
        made[f"{name}-body"] = (BODY_OF[kind], msgspec.json.encode(body))
    told = reply_message(
        ANSWERED,
        ORIGIN,
        SELF_TEST,
        outcome=CommandOutcome.DONE,
        detail=summary_of(CHECKS),
        checks=CHECKS,
    )
    refused = reply_message(
        ANSWERED,
        ORIGIN,
        RESEND,
        outcome=CommandOutcome.REFUSED,
        detail=f"too many commands: {MOST_COMMANDS} a minute at most",
    )
    return {**made, "reply-self-test": ("reply", told), "reply-refused": ("reply", refused)}


def vectors() -> dict[str, Any]:
    """Give the keys of the examples, and what is signed in each of them, byte for byte."""
    return {
        "about": "Ed25519 (RFC 8032). This private key is published: never name it in a site file.",
        "private_key": base64.b64encode(bytes(range(32))).decode(),
        "public_key": CENTRE_KEY.public.text,
        "key": CENTRE_KEY.public.id,
        "vectors": [_vector(name) for name in SIGNED],
    }


def _vector(name: str) -> dict[str, str]:
    kind, body = SIGNED[name]
    message = msgspec.json.decode(sealed(body, kind, CENTRE_KEY), type=SignedMessage)
    return {
        "name": name,
        "kind": kind,
        "body": message.body,
        "signed_hex": signed_bytes(message.body.encode(), kind).hex(),
        "signature": message.signature,
    }

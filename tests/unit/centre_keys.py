"""Centres that sign, and what they sign."""

from gateway.messages.acknowledgement import AckBody, Received
from gateway.messages.command import CommandArguments, CommandBody, CommandWord
from gateway.messages.signed import SignedKind, sealed
from gateway.settings.model import Centre
from gateway.signature import PrivateKey
from rules.condition import Lane

GATEWAY = "hy-0001"
EPOCH = "e1"
SESSION = "session-1"


def key_of(name: str) -> PrivateKey:
    """The key of a centre: made of its name, so that a failure can be repeated."""
    return PrivateKey(name.encode().ljust(32, b"."))


def centre(name: str, *, required: bool = True) -> Centre:
    return Centre(id=name, key=key_of(name).public.text, required=required)


def received(*ranges: tuple[int, int], epoch: str = EPOCH, lane: Lane = Lane.ALARM) -> Received:
    return Received(epoch=epoch, lane=lane, ranges=list(ranges))


def ack(
    name: str,
    *entries: Received,
    gateway: str = GATEWAY,
    nonce: str | None = None,
    key: PrivateKey | None = None,
    kind: SignedKind = SignedKind.ACK,
) -> bytes:
    """What a centre says it has, signed by its key or by another."""
    body = AckBody(centre=name, gateway=gateway, time=None, received=list(entries), nonce=nonce)
    return sealed(body, kind, key or key_of(name))


def command(
    name: str,
    word: CommandWord = CommandWord.IDENTIFY,
    *,
    counter: int = 1,
    session: str = SESSION,
    gateway: str = GATEWAY,
    key: PrivateKey | None = None,
    kind: SignedKind = SignedKind.COMMAND,
    **arguments,
) -> bytes:
    """What a centre wants done, signed by its key or by another."""
    body = CommandBody(
        centre=name,
        gateway=gateway,
        session=session,
        counter=counter,
        command=word,
        arguments=CommandArguments(**arguments),
    )
    return sealed(body, kind, key or key_of(name))

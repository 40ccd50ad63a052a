"""Asking a running gateway: one request over its control socket, answered within five seconds.

Blocking and without asyncio, since a command asks once and must start quickly. What goes wrong is
said in the person's language, with what to do about it.
"""

import contextlib
import socket
from collections.abc import Callable
from typing import Final

from gateway.clock import ClockSources
from gateway.control.layout import clean
from gateway.control.protocol import (
    GROUP_FOR,
    LONGEST_REPLY,
    RIGHT_FOR,
    NotUnderstoodError,
    Outcome,
    Reply,
    Request,
    Right,
    decode_reply,
    encode,
)
from gateway.control.refusal_words import said
from gateway.text import say, spoken
from rules.instant import Duration, in_seconds, seconds

ANSWER_WITHIN: Final = seconds(5)
CHUNK: Final = 64 * 1024
MONOTONIC: Final = ClockSources().monotonic_ns


class UnreachableError(Exception):
    """No gateway answers there, or not in words that are understood; the text says what to do."""


class NotPermittedError(Exception):
    """The person may not; the text says which group may."""


def ask(
    path: str,
    request: Request,
    within: Duration = ANSWER_WITHIN,
    now: Callable[[], int] = MONOTONIC,
) -> Reply:
    """Ask, and give the answer: done or refused. Everything else raises one of the errors above."""
    try:
        line = _converse(path, encode(request), within, now)
        reply = decode_reply(line)
    except (FileNotFoundError, NotADirectoryError):
        raise UnreachableError(say("reach.missing", path=path)) from None
    except ConnectionRefusedError:
        raise UnreachableError(say("reach.nobody", path=path)) from None
    except PermissionError:
        # The socket's file lets viewers in, and what they may do is asked behind it.
        groups = dict.fromkeys((GROUP_FOR[Right.VIEW], GROUP_FOR[RIGHT_FOR[request.verb]]))
        text = say("reach.permission", path=path, groups=",".join(groups))
        raise NotPermittedError(text) from None
    except (TimeoutError, BlockingIOError):  # the latter: its queue of callers is full
        limit = round(in_seconds(within))
        raise UnreachableError(say("reach.slow", path=path, limit=limit)) from None
    except OSError as error:
        detail = error.strerror or str(error)
        raise UnreachableError(say("reach.system", path=path, detail=detail)) from None
    except NotUnderstoodError as error:
        raise UnreachableError(say("reach.garbled", path=path, detail=error)) from None
    return _answered(request, reply, path)


def _converse(path: str, line: bytes, within: Duration, now: Callable[[], int]) -> bytes:
    """Send a line and read one; TimeoutError where both together take too long."""
    deadline = now() + within

    def left() -> float:
        if now() >= deadline:
            raise TimeoutError
        return in_seconds(deadline - now())

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(left())
        connection.connect(path)
        # A gateway that is busy answers without reading.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(line)
        received = bytearray()
        while not received.endswith(b"\n") and len(received) <= LONGEST_REPLY:
            connection.settimeout(left())
            chunk = connection.recv(CHUNK)
            if not chunk:
                break
            received += chunk
        return bytes(received)


def _answered(request: Request, reply: Reply, path: str) -> Reply:
    """Turn the outcomes that are no answer into errors."""
    detail = clean("; ".join(said(words, spoken()) for words in reply.words))
    if reply.outcome is Outcome.DENIED:
        group = GROUP_FOR[RIGHT_FOR[request.verb]]
        # The name, since whoever mends it may be another: $USER would be theirs.
        user = "$USER" if " " in reply.author else clean(reply.author)
        verb = say(f"verb.{request.verb}")
        text = say("reach.denied", author=clean(reply.author), verb=verb, group=group, user=user)
        raise NotPermittedError(text)
    if reply.outcome is Outcome.BUSY:
        raise UnreachableError(say("reach.busy"))
    if reply.outcome is Outcome.FAILED:
        raise UnreachableError(say("reach.failed", detail=detail))
    if reply.outcome is Outcome.MISUNDERSTOOD:
        raise UnreachableError(say("reach.garbled", path=path, detail=detail))
    return reply

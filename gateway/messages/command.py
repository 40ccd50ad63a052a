"""What a centre may ask a gateway to do, and how it is answered.

Nothing from afar silences, resets, disables or configures: the list is closed.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from gateway.messages.acknowledgement import Seq
from gateway.messages.parts import LONGEST_DETAIL, Stamp, Stamped, clipped
from gateway.messages.topics import Origin
from rules.condition import Lane

MOST_CHECKS: Final = 100
"""Checks of one reply: some 20 KiB, which every broker takes."""

Counter = Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class CommandWord(StrEnum):
    """The commands that there are."""

    IDENTIFY = "identify"  # say who and what this gateway is
    SELF_TEST = "self-test"  # look at every part, and send a periodic test through the whole chain
    RESEND = "resend"  # send events of a lane again


class CommandArguments(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command is about; absent where it needs nothing.

    Attributes:
        epoch: of `resend`: of which life of the journal.
        lane: of `resend`: of which stream.
        first: of `resend`: the first seq.
        last: of `resend`: the last seq.
    """

    epoch: str | None = None
    lane: Lane | None = None
    first: Seq | None = None
    last: Seq | None = None


class CommandBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `command`.

    Attributes:
        centre: the centre's id, as the site file names it.
        gateway: which gateway is meant.
        session: the session of the path on which it is sent, as in that path's `presence`: a
            command from before the connection is stale.
        counter: greater than that of every earlier command signed by the same key.
        command: what to do.
        arguments: about what.
    """

    centre: str
    gateway: str
    session: str
    counter: Counter
    command: CommandWord
    arguments: CommandArguments = CommandArguments()


class CommandOutcome(StrEnum):
    """How a command ended."""

    DONE = "done"
    REFUSED = "refused"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at.

    Attributes:
        part: what: `gateway/store`, `path/lan`, `bus/line`, `detector/…`.
        ok: whether it is as it should be.
        detail: in one line, for people.
    """

    part: str
    ok: bool
    detail: str


class ReplyMessage(Stamped, frozen=True, kw_only=True):
    """The answer to a command.

    Attributes:
        centre: whose command is answered.
        counter: its counter.
        command: what was asked.
        outcome: whether it was done.
        detail: in one line, for people.
        checks: of `self-test`: what was looked at.
    """

    centre: str
    counter: int
    command: CommandWord
    outcome: CommandOutcome
    detail: str
    checks: list[CheckResult]


def reply_message(  # noqa: PLR0913 - each is one thing that the message tells
    stamp: Stamp,
    origin: Origin,
    command: CommandBody,
    *,
    outcome: CommandOutcome,
    detail: str,
    checks: Sequence[CheckResult] = (),
) -> bytes:
    """Answer a command; of the checks no more than the first MOST_CHECKS are told."""
    return msgspec.json.encode(
        ReplyMessage(
            gateway=origin.gateway,
            time=stamp.time,
            clock=stamp.clock,
            boot=stamp.boot_id,
            monotonicns=str(stamp.at),
            centre=command.centre,
            counter=command.counter,
            command=command.command,
            outcome=outcome,
            detail=clipped(detail, LONGEST_DETAIL),
            checks=[
                CheckResult(part=clipped(check.part), ok=check.ok, detail=clipped(check.detail))
                for check in checks[:MOST_CHECKS]
            ],
        )
    )

"""The control socket: how people at the unit ask and order, by `firegw`.

One request a connection. Each connection has a task of its own, and each of its waits a bound, so
that a caller who says nothing, too much or reads nothing costs a place for a few seconds and holds
up nobody. What a caller may do is decided anew at each request, in `gateway.control.access`.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from gateway.control.access import Caller, user_id_of
from gateway.control.callers import Callers, NotToldApartError
from gateway.control.control_socket import listen_on
from gateway.control.orders import command_of, described
from gateway.control.protocol import (
    BEGINS_LONG,
    GROUP_FOR,
    LONGEST_APPLIED,
    LONGEST_REQUEST,
    RIGHT_FOR,
    NotUnderstoodError,
    Outcome,
    Reply,
    Request,
    Right,
    Verb,
    decode_request,
    encode,
)
from gateway.control.status import Status
from gateway.rule_view.shown import ShownRule
from rules.operator import Command

log = logging.getLogger(__name__)
PART: Final = {"part": "gateway/control"}

MOST_CALLERS: Final = 16
MOST_CALLERS_OF_A_USER: Final = 4  # one user's stuck programs leave room for three others
READ_WITHIN_S: Final = 5.0
WRITE_WITHIN_S: Final = 5.0
STOP_WITHIN_S: Final = 1.0


Answer = Callable[[Request, str], Awaitable[Reply]]
"""Answers a request of an author."""


def _ignore(_author: str, _request: str) -> None:
    """Tell nobody."""


def _no_rule(_name: str) -> ShownRule | None:
    """Know no rule."""
    return None


class ControlServer:
    """Serves the control socket.

    Attributes of the call:
        path: where the socket is made.
        status: gives the present; called in the event loop, so it must be quick.
        order: does what an operator ordered and gives the reasons why not; empty where it was done.
        operators: user ids that may operate beside the groups, for a trial run.
        denied: told of each request that was not allowed: the author and what was asked.

    Attributes:
        rule: gives what a rule or call point is now, by its id; None where there is none.
        callers: tells who asks.
        answers: by verb, who answers it, where that takes longer than a call in the event loop may.
            A caller who may not ask is refused before. It bounds its own time.
    """

    def __init__(
        self,
        path: Path,
        status: Callable[[], Status],
        order: Callable[[Command], tuple[str, ...]],
        operators: frozenset[int] = frozenset(),
        denied: Callable[[str, str], None] = _ignore,
    ) -> None:
        self._path = path
        self._status = status
        self._order = order
        self.callers = Callers(operators)
        self._denied = denied
        self.rule: Callable[[str], ShownRule | None] = _no_rule
        self.answers: dict[Verb, Answer] = {}
        self._long_line = asyncio.Lock()
        self._callers: dict[asyncio.Task[None], int] = {}

    async def run(self) -> None:
        """Serve until cancelled; raises ControlSocketError where the socket cannot be made."""
        listening = listen_on(self._path)
        try:
            server = await asyncio.start_unix_server(
                self._connected, sock=listening.socket, limit=LONGEST_REQUEST
            )
            try:
                await asyncio.Event().wait()
            finally:
                server.close()
                await self._drop_callers()
        finally:
            listening.remove()

    async def _drop_callers(self) -> None:
        for task in self._callers:
            task.cancel()
        if self._callers:
            await asyncio.wait(set(self._callers), timeout=STOP_WITHIN_S)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one caller; nothing that happens here may reach the others."""
        task = asyncio.current_task()
        assert task is not None  # asyncio runs this callback as a task
        try:
            user_id = user_id_of(writer.get_extra_info("socket"))
            if self._is_busy_for(user_id):
                await _send(writer, _BUSY)
                return
            self._callers[task] = user_id
            reply = await self._answer(reader, user_id)
            if reply is not None:
                await _send(writer, reply)
        except OSError as error:  # a TimeoutError is one too
            log.debug("a caller went away: %r", error, extra=PART)
        except asyncio.CancelledError:
            log.debug("a caller is left without an answer: the gateway ends", extra=PART)
        finally:
            self._callers.pop(task, None)
            # What could not be written within its bound is dropped, not kept.
            writer.transport.abort()

    def _is_busy_for(self, user_id: int) -> bool:
        of_user = Counter(self._callers.values())[user_id]
        return len(self._callers) >= MOST_CALLERS or of_user >= MOST_CALLERS_OF_A_USER

    async def _answer(self, reader: asyncio.StreamReader, user_id: int) -> Reply | None:
        """Read a request and answer it; None where the caller left without a word."""
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                line = await self._line(reader, user_id)
            request = decode_request(line)
        except asyncio.LimitOverrunError as error:
            return _misunderstood(f"a request of more than {error.consumed} bytes")
        except asyncio.IncompleteReadError as error:
            return _misunderstood("a line without its end") if error.partial else None
        except TimeoutError:
            return _misunderstood(f"no whole line within {READ_WITHIN_S:.0f} s")
        except NotUnderstoodError as error:
            return _misunderstood(str(error))
        except NotToldApartError:
            return _NOT_TOLD_APART
        try:
            caller = await self.callers.caller(user_id, RIGHT_FOR[request.verb])
        except NotToldApartError:
            return _NOT_TOLD_APART
        if RIGHT_FOR[request.verb] in caller.rights and request.verb in self.answers:
            return await self._ask_elsewhere(request, caller)
        return self._do(request, caller)

    async def _line(self, reader: asyncio.StreamReader, user_id: int) -> bytes:
        """Read a line: a short one of anybody; one that applies a site file may be long.

        Of those there is one at a time, since each may take a few MiB of memory.

        Raises:
            asyncio.LimitOverrunError: it is longer than this caller's may be; so much it may be.
        """
        try:
            return await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            caller = await self.callers.caller(user_id, Right.ADMINISTER)
            if Right.ADMINISTER not in caller.rights:
                raise asyncio.LimitOverrunError("too long", LONGEST_REQUEST) from None
        async with self._long_line:
            line = bytearray(await reader.read(LONGEST_REQUEST))
            if not line.startswith(BEGINS_LONG):
                raise asyncio.LimitOverrunError("too long", LONGEST_REQUEST)
            while len(line) <= LONGEST_APPLIED:
                line += (read := await reader.read(LONGEST_REQUEST))
                if line.endswith(b"\n"):
                    return bytes(line)
                if not read:
                    raise asyncio.IncompleteReadError(bytes(line), None)
        raise asyncio.LimitOverrunError("too long", LONGEST_APPLIED)

    def _do(self, request: Request, caller: Caller) -> Reply:
        right = RIGHT_FOR[request.verb]
        if right not in caller.rights:
            self._tell_denied(request, caller)
            group = GROUP_FOR[right]
            words = f"{caller.name} may not {request.verb}; members of group {group} may"
            return Reply(outcome=Outcome.DENIED, author=caller.name, words=(words,))
        try:
            if request.verb is Verb.STATUS:
                status = self._status()
                return Reply(outcome=Outcome.DONE, author=caller.name, status=status)
            if request.verb is Verb.EXPLAIN:
                return self._explain(request.rule or "", caller)
            command = command_of(request, caller.name)
            refusals = self._order(command)
        except NotUnderstoodError as error:
            return _misunderstood(str(error))
        except Exception as error:  # noqa: BLE001  # no mistake of ours must end the socket
            return _mistaken(request.verb, error)
        self._tell_ordered(command, refusals)
        outcome = Outcome.REFUSED if refusals else Outcome.DONE
        return Reply(outcome=outcome, author=caller.name, words=refusals)

    async def _ask_elsewhere(self, request: Request, caller: Caller) -> Reply:
        try:
            return await self.answers[request.verb](request, caller.name)
        except NotUnderstoodError as error:
            return _misunderstood(str(error))
        except Exception as error:  # noqa: BLE001  # no mistake of ours must end the socket
            return _mistaken(request.verb, error)

    def _explain(self, name: str, caller: Caller) -> Reply:
        rule = self.rule(name)
        if rule is None:
            words = (f"there is no rule or call point {name!r}",)
            return Reply(outcome=Outcome.REFUSED, author=caller.name, words=words)
        return Reply(outcome=Outcome.DONE, author=caller.name, rule=rule)

    def _tell_denied(self, request: Request, caller: Caller) -> None:
        key = ("denied", caller.name, request.verb)
        extra = PART | {"author": caller.name, "once_an_hour": key}
        log.warning("%s may not %s", caller.name, request.verb, extra=extra)
        self._denied(caller.name, request.verb)

    def _tell_ordered(self, command: Command, refusals: tuple[str, ...]) -> None:
        how = f"refused: {'; '.join(refusals)}" if refusals else "done"
        extra = PART | {"author": command.author}
        log.info("%s: %s", described(command), how, extra=extra)


_BUSY: Final = Reply(outcome=Outcome.BUSY, words=("too many callers just now",))
_NOT_TOLD_APART: Final = Reply(
    outcome=Outcome.FAILED,
    words=("the user database does not answer, so nobody can be told apart",),
)


def _misunderstood(what: str) -> Reply:
    return Reply(outcome=Outcome.MISUNDERSTOOD, words=(what,))


def _mistaken(verb: Verb, error: Exception) -> Reply:
    extra = PART | {"once_an_hour": ("mistake", verb)}
    log.error("cannot answer %s", verb, extra=extra, exc_info=error)
    return _failed(f"it made a mistake over {verb}; its log says more")


def _failed(what: str) -> Reply:
    return Reply(outcome=Outcome.FAILED, words=(what,))


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """Write a reply whole, or give up within the bound."""
    writer.transport.set_write_buffer_limits(high=0)  # so that drain waits for the last byte
    writer.write(encode(reply))
    async with asyncio.timeout(WRITE_WITHIN_S):
        await writer.drain()

"""A process with a control socket, as the daemon has one, or firegw, as another user.

    python control_process.py serve USER PATH [OPERATOR...]
    python control_process.py hang USER PATH [OPERATOR...]
    python control_process.py firegw USER ARGUMENT...

Serving, it prints a line of JSON for each order and each denial, and one once it can be asked. A
reset of zone "hall" is refused, an act in zone "mistake" ends in one. With `hang` the user database
of the network never answers. USER is a user id: all
that is needed is imported before it is taken, since that user may not read this interpreter.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import gateway.cli.ack
import gateway.cli.apply
import gateway.cli.confirm
import gateway.cli.disable
import gateway.cli.enable
import gateway.cli.reset
import gateway.cli.silence
import gateway.cli.status
import gateway.cli.test  # noqa: F401  firegw would import them when it is too late
from gateway.cli.firegw import run
from gateway.control.orders import described
from gateway.control.protocol import Verb
from gateway.control.server import ControlServer
from gateway.control.status import Status
from gateway.record import ClockQuality
from rules.condition import Lane
from rules.instant import Instant, seconds
from rules.operator import Act, Command, OperatorCommand
from rules.snapshot import Protection, SiteNow, ZoneNow

ORDERS = {
    *(Verb.ACKNOWLEDGE, Verb.SILENCE, Verb.RESET),
    *(Verb.DISABLE, Verb.ENABLE, Verb.TEST, Verb.END_TEST),
}


def status() -> Status:
    zones = (ZoneNow(id="hall", name="Sảnh chính", protection=Protection.FULL, conditions=()),)
    return Status(
        gateway="hy-0001",
        site_name="Chợ Phố Hiến",
        version="0.1.0",
        boot_id="boot",
        started=Instant(0),
        now=SiteNow(
            at=Instant(seconds(10)),
            zones=zones,
            conditions=(),
            detectors=(),
            outputs={},
            silenced=False,
        ),
        paths=(),
        outbox=dict.fromkeys(Lane, 0),
        clock=ClockQuality.UNKNOWN,
        utc_offsets={},
        store_ok=True,
    )


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def order(command: Command) -> tuple[str, ...]:
    if not isinstance(command, OperatorCommand):
        say(ordered=described(command), author=command.author)
        return ()
    say(act=command.act, zone=command.zone, author=command.author)
    if command.zone == "mistake":
        raise ZeroDivisionError
    if command.act is Act.RESET and command.zone == "hall":
        return ("no alarm is latched",)
    return ()


def denied(author: str, request: str) -> None:
    say(denied=request, author=author)


async def serve(path: Path, operators: frozenset[int], *, hangs: bool = False) -> None:
    server = ControlServer(path, status, order, operators, denied)
    if hangs:
        server.callers.look_up = hang
    serving = asyncio.create_task(server.run())
    await wait_for_socket(path)
    say(listening=True)
    await serving


def hang(_user: int, _operators: frozenset[int]) -> NoReturn:
    while True:
        signal.pause()


async def wait_for_socket(path: Path) -> None:
    """Wait until one can connect; the caller's time-out is the bound."""
    while not path.is_socket():  # noqa: ASYNC110, ASYNC240  nobody but the kernel knows
        await asyncio.sleep(0.01)


def become(user: int) -> None:
    if user != os.geteuid():
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


if __name__ == "__main__":
    logging.basicConfig(level=logging.CRITICAL)  # a test asks what it told, not what it logged
    what, user, *rest = sys.argv[1:]
    asyncio.run(asyncio.sleep(0))  # what asyncio imports late
    become(int(user))
    if what == "firegw":
        sys.exit(run(rest))
    operators = frozenset(map(int, rest[1:]))
    asyncio.run(serve(Path(rest[0]), operators, hangs=what == "hang"))

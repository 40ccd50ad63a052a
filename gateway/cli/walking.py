"""Staying with a walk test: ticking off each detector as it responds, until all have.

It asks the gateway twice a second and prints only what has changed: a line over slow SSH is cheap,
a screen that flickers is not. On a terminal the list is drawn over itself; where that cannot be
(a pipe, TERM=dumb, fewer than 80 columns, --json) each tick is a line. The test runs in the
gateway: whoever leaves, or loses the connection, ends nothing.
"""

import argparse
import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gateway.cli.asking import reply_to
from gateway.cli.confirming import YES
from gateway.cli.outcome import CommandError, ExitCode
from gateway.cli.walk_surfaces import Surface, surface_for
from gateway.clock import ClockSources
from gateway.commissioning.proof import progress_of, zones_under_test
from gateway.commissioning.walk_view import is_final
from gateway.control.protocol import Outcome, Request, Verb
from gateway.control.walk_status import WalkNow
from gateway.text import say
from rules.instant import in_seconds, seconds

ASK_EVERY: Final = seconds(0.5)
PATIENCE: Final = seconds(120)
"""For a gateway that does not answer: one that is upgraded or started anew is back well before."""

LEAVE, END = "q", "e"
MOST_KEYS: Final = 64  # of those that were typed within half a second, the last one counts
MONOTONIC: Final = ClockSources().monotonic_ns


def walk_now(arguments: argparse.Namespace) -> WalkNow:
    """Ask how the walk test of the zone, or of the site, stands."""
    reply = reply_to(Request(verb=Verb.WALK, zone=arguments.zone), arguments)
    if reply.outcome is Outcome.REFUSED:
        raise CommandError(ExitCode.REFUSED, say("act.refused", refusal="; ".join(reply.words)))
    if reply.walk is None:
        text = say("reach.garbled", path=arguments.socket, detail="no walk test in it")
        raise CommandError(ExitCode.UNREACHABLE, text)
    return reply.walk


def stay(arguments: argparse.Namespace) -> int:
    """Tick off what responds in the zones that are under test now."""
    walk = walk_now(arguments)
    zones = zones_under_test(walk)
    if not zones:
        raise CommandError(ExitCode.REFUSED, say("walk.none"))
    surface = surface_for(as_json=arguments.json)
    walker = _Walker(arguments, zones, walk, surface)
    with _keys() as has_keys:
        surface.begin(walk, walker.progress, has_keys=has_keys)
        try:
            why = walker.walk()
        except KeyboardInterrupt:
            why = ExitCode.INTERRUPTED
    return walker.leave(why)


class _Walker:
    """One walk, from joining to leaving."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        zones: frozenset[str],
        walk: WalkNow,
        surface: Surface,
    ) -> None:
        self._arguments = arguments
        self._zones = zones
        self._surface = surface
        self._answered_at = MONOTONIC()
        self._take(walk)

    def _take(self, walk: WalkNow) -> None:
        self._now = walk
        self.progress = progress_of(walk, self._zones)

    def walk(self) -> ExitCode | None:
        """Show what comes; give how it ended, or None where somebody leaves."""
        while True:
            walk = self._now
            self._surface.show(walk, self.progress)
            is_complete = not self.progress.waiting
            if not self.progress.running:
                return ExitCode.OK
            if is_complete and all(is_final(walk, tick) for tick in self.progress.ticks):
                return ExitCode.OK
            key = _key_within(in_seconds(ASK_EVERY))
            if key == LEAVE:
                return None
            if key == END:
                self._arguments.yes = True
                return ExitCode.OK
            self._take(self._asked_again())

    def _asked_again(self) -> WalkNow:
        """Ask anew; while nobody answers, what was known last is what is known."""
        try:
            walk = walk_now(self._arguments)
        except CommandError as error:
            if error.code is not ExitCode.UNREACHABLE:
                raise
            if MONOTONIC() - self._answered_at > PATIENCE:
                raise
            self._surface.remark(say("walk.lost"))
            return self._now
        self._answered_at = MONOTONIC()
        return walk

    def leave(self, why: ExitCode | None) -> int:
        """Say how it stands; end the test where a person wants that."""
        surface, progress = self._surface, self.progress
        if not progress.running:
            surface.over(self._now, progress)
            return ExitCode.OK
        if why is ExitCode.OK:
            if not progress.waiting:
                surface.complete(progress)
            if self._is_to_end():
                return self._end()
        surface.left(self._what(), progress)
        return ExitCode.INTERRUPTED if why is ExitCode.INTERRUPTED else ExitCode.OK

    def _is_to_end(self) -> bool:
        if self._arguments.yes:
            return True
        if self._arguments.json or not _has_keyboard():
            return False
        print(say("walk.ask-end"), end="", file=sys.stderr, flush=True)  # noqa: T201  a question
        return sys.stdin.readline().strip().lower() in YES

    def _what(self) -> str:
        """Give what names these tests on the command line."""
        if self._arguments.whole_site:
            return "--whole-site"
        return str(self._arguments.zone or " ".join(sorted(self._zones)[:1]))

    def _end(self) -> int:
        running = [test.zone for test in self.progress.running]
        zones = [None] if self._arguments.whole_site else running
        for zone in zones:
            reply = reply_to(Request(verb=Verb.END_TEST, zone=zone), self._arguments)
            self._take(walk_now(self._arguments))
            still = {test.zone for test in self.progress.running}
            if reply.outcome is not Outcome.DONE and (zone is None or zone in still):
                detail = "; ".join(reply.words)
                raise CommandError(ExitCode.REFUSED, say("act.refused", refusal=detail))
        self._surface.over(self._now, self.progress)
        return ExitCode.OK


# The keyboard.


@contextmanager
def _keys() -> Iterator[bool]:
    """Let single keys be read while it lasts; gives whether there is a keyboard."""
    if not _has_keyboard():
        yield False
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield True
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _has_keyboard() -> bool:
    # A closed standard input is None.
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _key_within(wait_s: float) -> str:
    """Give a key that is pressed within the time; nothing where none is."""
    ready, _, _ = select.select([sys.stdin] if _has_keyboard() else [], [], [], wait_s)
    if not ready:
        return ""
    try:
        pressed = os.read(sys.stdin.fileno(), MOST_KEYS)
    except OSError:
        pressed = b""
    if not pressed:  # the terminal is gone
        return LEAVE
    return pressed[-1:].decode("ascii", "ignore").lower()

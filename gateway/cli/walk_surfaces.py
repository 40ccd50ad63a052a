"""What a walk test is shown on: a list that is drawn over itself, lines, or JSON.

Only what has changed is printed: a line over slow SSH is cheap, a screen that flickers is not.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from gateway.cli.outcome import complain, show
from gateway.commissioning.proof import Progress, Tick
from gateway.commissioning.walk_view import DONE, WalkView, is_final
from gateway.commissioning.wording import Wording
from gateway.control.layout import WIDTH
from gateway.control.walk_status import WalkNow
from gateway.text import say, spoken


class Surface(Protocol):
    """What a walk is shown on."""

    def begin(self, walk: WalkNow, progress: Progress, *, has_keys: bool) -> None:
        """Show what is to come."""

    def show(self, walk: WalkNow, progress: Progress) -> None:
        """Show how it stands now."""

    def remark(self, text: str) -> None:
        """Say something besides, once."""

    def complete(self, progress: Progress) -> None:
        """Say that all have responded."""

    def over(self, walk: WalkNow, progress: Progress) -> None:
        """Say how the tests ended."""

    def left(self, what: str, progress: Progress) -> None:
        """Say that the tests go on."""


@dataclass
class Lines:
    """A line a tick."""

    view: WalkView

    def __post_init__(self) -> None:
        self._told: set[tuple[str, int]] = set()
        self._said = ""

    def begin(self, walk: WalkNow, progress: Progress, *, has_keys: bool) -> None:
        """Show what is to come."""
        for line in (self.view.head(progress), *self.view.ends(walk, progress)):
            show(line)
        if has_keys:
            show(say("walk.keys"))

    def show(self, walk: WalkNow, progress: Progress) -> None:
        """Show how it stands now."""
        for tick in _untold(walk, progress, self._told):
            show(self.view.ticked(walk, tick, progress))
        sys.stdout.flush()

    def remark(self, text: str) -> None:
        """Say something besides, once."""
        if text != self._said:
            self._said = text
            complain(text)

    def complete(self, progress: Progress) -> None:
        """Say that all have responded."""
        where = self.view.where(progress)
        show(say("walk.complete", total=len(progress.ticks), where=where))

    def over(self, walk: WalkNow, progress: Progress) -> None:
        """Say how the tests ended."""
        self.show(walk, progress)
        for line in self.view.over(progress):
            show(line)
        show(say("walk.report"))

    def left(self, what: str, progress: Progress) -> None:
        """Say that the tests go on."""
        del progress
        show(say("walk.left", what=what))


class Screen(Lines):
    """A list that is drawn over itself; only rows that have changed are written."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._drawn: list[str] = []

    def show(self, walk: WalkNow, progress: Progress) -> None:
        """Show how it stands now."""
        rows = shutil.get_terminal_size().lines
        if rows != self.view.rows:  # the window has another size: what was drawn may have moved
            self.view, self._drawn = replace(self.view, rows=rows), []
        lines = self.view.lines(walk, progress)
        if lines == self._drawn:
            return
        if len(lines) < len(self._drawn):
            lines += [""] * (len(self._drawn) - len(lines))
        up = len(self._drawn)
        written = f"\x1b[{up}A" if up else ""
        for place, line in enumerate(lines):
            is_same = place < up and self._drawn[place] == line
            written += "\n" if is_same else f"\r{line}\x1b[K\n"
        self._drawn = lines
        sys.stdout.write(written)
        sys.stdout.flush()

    def remark(self, text: str) -> None:
        """Say something besides, once."""
        if text != self._said:
            super().remark(text)
            self._drawn = []  # what was drawn has scrolled

    def over(self, walk: WalkNow, progress: Progress) -> None:
        """Say how the tests ended."""
        self.show(walk, progress)
        for line in (*self.view.over(progress), say("walk.report")):
            show(line)


class Json:
    """A line of JSON a tick, and one at the end."""

    def __init__(self) -> None:
        self._told: set[tuple[str, int]] = set()

    def begin(self, walk: WalkNow, progress: Progress, *, has_keys: bool) -> None:
        """Show what is to come."""

    def show(self, walk: WalkNow, progress: Progress) -> None:
        """Show how it stands now."""
        for tick in _untold(walk, progress, self._told):
            self._print({"tick": tick.response, "name": tick.detector.name, **_counts(progress)})

    def remark(self, text: str) -> None:
        """Say something besides, once."""

    def complete(self, progress: Progress) -> None:
        """Say that all have responded."""

    def over(self, walk: WalkNow, progress: Progress) -> None:
        """Say how the tests ended."""
        self.show(walk, progress)
        self._end("over", progress)

    def left(self, what: str, progress: Progress) -> None:
        """Say that the tests go on."""
        del what
        self._end("left", progress)

    def _end(self, how: str, progress: Progress) -> None:
        missing = [tick.detector.id for tick in progress.waiting]
        tests = progress.tests
        self._print({"ended": how, "tests": tests, "missing": missing, **_counts(progress)})

    def _print(self, line: dict[str, Any]) -> None:
        show(msgspec.json.encode(line).decode())
        sys.stdout.flush()


def _counts(progress: Progress) -> dict[str, int]:
    return {"done": len(progress.done), "total": len(progress.ticks)}


def _untold(walk: WalkNow, progress: Progress, told: set[tuple[str, int]]) -> Iterator[Tick]:
    """Give the ticks that can be told now and were not, in the order in which they came."""
    for tick in reversed(progress.done):
        response = tick.response
        if response is None or not (is_final(walk, tick) or not progress.running):
            continue
        name = (response.detector, response.measured.at)
        if name not in told:
            told.add(name)
            yield tick


def surface_for(*, as_json: bool) -> Surface:
    """Choose what fits this terminal, or who asks."""
    size = shutil.get_terminal_size()
    here = datetime.now(UTC).astimezone().tzinfo or UTC
    view = WalkView(wording=Wording(spoken(), here), rows=size.lines, has_letters=_can_print(DONE))
    if as_json:
        return Json()
    is_screen = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return Screen(view) if is_screen and size.columns >= WIDTH else Lines(view)


def _can_print(letter: str) -> bool:
    try:
        letter.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True

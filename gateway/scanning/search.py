"""The search itself: asks unit after unit, and finds out what those are that answer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drivers.modbus.codec import Block
from drivers.modbus.scan_line import Outcome, Reply, ScanLine
from gateway.scanning.finding import Finding, Presence
from gateway.scanning.identify import UnitReader, identify
from gateway.scanning.search_plan import ANYBODY, Ask, LineSettings, Step, found_first
from rules.instant import Duration
from rules.profile import Profile

OpenLine = Callable[[LineSettings | None], Awaitable[ScanLine]]
"""Opens the line with a setting (None: TCP). Raises LineDownError."""

ASKED_AGAIN: Final = 2  # after garbled bytes: noise comes once, two units with one number each time
NOBODY_BEHIND: Final = (10, 11)  # exceptions of a TCP gateway whose unit is not there
STRANGERS: Final = (197, 231, 243)
"""Units that hardly anybody gives: where all of them answer, the host heeds no unit at all."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: what is asked now, how many were found, and the time left at most."""

    settings: LineSettings | None
    unit: int
    found: int
    left: Duration


class Search:
    """A search; what was found so far can be seen at any time.

    Attributes:
        found: in the order of finding.
        heeds_no_unit: whether a TCP host answers whatever unit it is asked for.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        profiles: Sequence[Profile],
        open_line: OpenLine,
        within: Duration,
    ) -> None:
        self.found: list[Finding] = []
        self.heeds_no_unit = False
        self._steps = list(steps)
        self._profiles = profiles
        self._open_line = open_line
        self._within = within

    async def run(self, tell: Callable[[Progress], None], ended: Callable[[], bool]) -> None:
        """Ask all, until `ended` says that somebody has had enough.

        Raises:
            LineDownError: the line does not open, or was lost.
        """
        while self._steps and not ended():
            step = self._steps.pop(0)
            before = len(self.found)
            await self._take(step, tell, ended)
            if len(self.found) > before:
                self._steps = found_first(self._steps, step.settings)

    async def _take(
        self, step: Step, tell: Callable[[Progress], None], ended: Callable[[], bool]
    ) -> None:
        line = await self._open_line(step.settings)
        try:
            if step.settings is None and not self.found:
                await self._look_for_strangers(line)
            for number, ask in enumerate(step.asks):
                if ended() or (self.heeds_no_unit and self.found):
                    self._steps.clear()
                    return
                tell(self._progress(Step(step.settings, step.asks[number:]), ask.unit))
                outcome = await self._ask(line, ask)
                await self._note(line, step.settings, ask.unit, outcome)
        finally:
            await line.close()

    async def _look_for_strangers(self, line: ScanLine) -> None:
        """Find a host that answers as one device, whatever unit it is asked for."""
        for unit in STRANGERS:
            outcome = await line.read(unit, ANYBODY)
            nobody = outcome.reply is Reply.NOTHING or outcome.code in NOBODY_BEHIND
            if nobody:
                return
        self.heeds_no_unit = True

    def _progress(self, step: Step, unit: int) -> Progress:
        left = sum(each.takes(self._within) for each in (step, *self._steps))
        return Progress(step.settings, unit, len(self.found), Duration(left))

    async def _ask(self, line: ScanLine, ask: Ask) -> Outcome:
        """Ask a unit until it answers; anything at all is an answer."""
        outcome = Outcome(reply=Reply.NOTHING)
        for block in ask.blocks:
            outcome = await self._read(line, ask.unit, block)
            if outcome.reply is not Reply.NOTHING:
                return outcome
        return outcome

    async def _read(self, line: ScanLine, unit: int, block: Block) -> Outcome:
        outcome = await line.read(unit, block)
        for _ in range(ASKED_AGAIN):
            if outcome.reply is not Reply.GARBLED:
                break
            outcome = await line.read(unit, block)
            if outcome.reply is Reply.NOTHING:
                return outcome  # it was noise
        return outcome

    async def _note(
        self, line: ScanLine, settings: LineSettings | None, unit: int, outcome: Outcome
    ) -> None:
        finding = Finding(
            settings=settings,
            unit=unit,
            presence=Presence.ANSWERS,
            detail=outcome.detail,
            echo=line.echoes,
        )
        match outcome.reply:
            case Reply.NOTHING:
                return
            case Reply.EXCEPTION if settings is None and outcome.code in NOBODY_BEHIND:
                return
            case Reply.GARBLED:
                self.found.append(replace(finding, presence=Presence.GARBLED))
                return
        matches = await identify(UnitReader(line, unit), self._profiles)
        refuses = outcome.reply is Reply.EXCEPTION and not matches
        presence = Presence.REFUSES if refuses else Presence.ANSWERS
        self.found.append(replace(finding, presence=presence, matches=matches))

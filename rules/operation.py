"""What the acts of a person lead to: acknowledge, silence, reset (EN 54-2, access level 2)."""

from collections.abc import Mapping

from rules.condition import Condition, Mode
from rules.event import Notice, NoticeEvent
from rules.instant import Instant
from rules.occurrence import Occurrence, Occurrences
from rules.operator import Act, OperatorCommand
from rules.running_rule import RAISING, RunningRule
from rules.step import Outcome


def operate(  # noqa: PLR0913, PLR0917 - what a person acts on
    command: OperatorCommand,
    now: Instant,
    occurrences: Occurrences,
    rules: Mapping[str, RunningRule],
    heard: frozenset[Condition],
    outcome: Outcome,
) -> None:
    """Carry out a command on a known zone or the whole site, or refuse it in words.

    Args:
        command: the command.
        now: the instant.
        occurrences: the conditions in force.
        rules: by the source of what they raise.
        heard: the conditions that make something sound, beside alarms.
        outcome: gathers what it leads to.
    """
    chosen = _chosen(occurrences, command)
    match command.act:
        case Act.ACKNOWLEDGE:
            waiting = [each for each in chosen if each.acknowledged is None]
            for occurrence in waiting:
                occurrences.acknowledge(occurrence, command.author, now, outcome)
            if not waiting:
                outcome.refusals.append("nothing is waiting to be acknowledged")
        case Act.SILENCE:
            audible = RAISING | heard
            sounding = [each for each in chosen if each.condition in audible and not each.silenced]
            for occurrence in sounding:
                occurrences.silence(occurrence, command.author, now, outcome)
            if not sounding:
                outcome.refusals.append("no alarm is sounding")
        case Act.RESET:
            _reset(command, now, occurrences, rules, outcome)


def _chosen(occurrences: Occurrences, command: OperatorCommand) -> list[Occurrence]:
    return [each for each in occurrences if command.zone is None or each.zone == command.zone]


def _reset(
    command: OperatorCommand,
    now: Instant,
    occurrences: Occurrences,
    rules: Mapping[str, RunningRule],
    outcome: Outcome,
) -> None:
    """End each latched condition whose cause has gone; the others stay, each told why.

    One that does not latch ends by itself, unless its detector is dead: then a reset ends it too.
    Where detectors have given up latched over-range values for it, that alone was worth a reset.
    """
    ended = bool(outcome.changes)
    chosen = [
        each
        for each in _chosen(occurrences, command)
        if each.latched or (each.condition in RAISING and _is_open(rules.get(each.source), each))
    ]
    if not chosen and not ended:
        outcome.refusals.append("no alarm is latched")
        return
    for occurrence in chosen:
        rule = rules.get(occurrence.source)
        if rule is None or rule.definition.raises is not occurrence.condition:
            # Of a rule that the configuration no longer has, or that raises something else now.
            occurrences.leave(occurrence, now, outcome, cause="reset", author=command.author)
        elif not rule.reset(now, outcome, command.author):
            outcome.refusals.append(
                f"{occurrence.condition} of {occurrence.source} stands: its cause has not gone "
                f"({occurrence.detail})"
            )
            continue
        ended = True
    if ended:
        outcome.events.append(
            NoticeEvent(notice=Notice.RESET, at=now, author=command.author, zone=command.zone)
        )


def _is_open(rule: RunningRule | None, occurrence: Occurrence) -> bool:
    """Tell whether a condition stands though nobody can say that its cause does."""
    return (
        rule is not None
        and occurrence.mode is Mode.LIVE
        and occurrence.condition is rule.definition.raises
        and rule.life.is_open
    )

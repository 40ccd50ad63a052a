"""A rule over a recording: what it compared at each of many instants, and what was told of it."""

from collections.abc import Iterator

from gateway.recording.format import Recording
from gateway.recording.replay import Replay, begins, ends
from gateway.recording.replay_view import event_written
from gateway.rule_view.plot import SAMPLES, Bar, Curve, Mark, Plot
from gateway.rule_view.written import shown_unit, span_written
from rules.event import ConditionEvent
from rules.instant import Duration, Instant
from rules.language.render import written, written_left
from rules.language.syntax import Compared, Point, Window
from rules.site import SiteDefinition
from rules.trace import RuleNow, Traced


def rule_at(
    recording: Recording, site: SiteDefinition, source: str, at: Instant | None
) -> RuleNow | None:
    """Give what a rule was at an instant, or at the end; None where there is no such rule."""
    replay = Replay(recording, site, rings=True)
    for _ in replay.steps(at):
        pass
    return None if replay.engine is None else replay.engine.rule_now(source)


def plotted(recording: Recording, site: SiteDefinition, source: str) -> Plot | None:
    """Judge a recording and look at a rule at even steps; None where there is no such rule."""
    start, whole = begins(recording), max(ends(recording) - begins(recording), 1)
    looks = [Instant(start + whole * (number + 1) // SAMPLES) for number in range(SAMPLES)]
    samples: list[RuleNow] = []
    marks: list[Mark] = []
    wanted = 0
    replay = Replay(recording, site, rings=True)
    for replayed in replay.steps():
        while wanted < SAMPLES and replayed.now > looks[wanted]:
            _look(replay, source, samples)
            wanted += 1
        for event in replayed.step.events:
            if isinstance(event, ConditionEvent) and event.source == source:
                sample = min((event.at - start) * SAMPLES // whole, SAMPLES - 1)
                time = span_written(Duration(event.at - start))
                marks.append(Mark(sample, time, event_written(event)))
    if replay.engine is None or replay.engine.rule_now(source) is None:
        return None
    while len(samples) < SAMPLES:
        _look(replay, source, samples)
    branches = [list(_leaves(sample)) for sample in samples]
    return Plot(
        title=source,
        curves=tuple(_curves(branches)),
        bars=tuple(_bars(branches)),
        marks=tuple(marks),
        begins=span_written(Duration(0)),
        ends=span_written(Duration(whole)),
    )


def _look(replay: Replay, source: str, samples: list[RuleNow]) -> None:
    rule = None if replay.engine is None else replay.engine.rule_now(source)
    if rule is not None:
        samples.append(rule)


def _leaves(rule: RuleNow) -> Iterator[Traced]:
    """Give the branches that look at the world, of both expressions."""
    waiting = [rule.clear] if rule.clear is not None else []
    waiting.append(rule.when)
    while waiting:
        traced = waiting.pop()
        if traced.members:
            waiting += reversed(traced.members)
        else:
            yield traced


def _curves(samples: list[list[Traced]]) -> Iterator[Curve]:
    """Give a curve for each number that is compared, with all its thresholds."""
    thresholds: dict[Point | Window, dict[float, str]] = {}
    for traced in samples[0]:
        expression = traced.expression
        if isinstance(expression, Compared):
            known = thresholds.setdefault(expression.left, {})
            known.setdefault(expression.threshold, written(expression))
    for left, known in thresholds.items():
        unit, scale = shown_unit(left)
        yield Curve(
            title=f"{written_left(left)}, {unit}",
            values=tuple(_value_of(left, leaves, scale) for leaves in samples),
            thresholds=tuple(threshold * scale for threshold in known),
        )


def _value_of(left: Point | Window, leaves: list[Traced], scale: float) -> float | None:
    for traced in leaves:
        if isinstance(traced.expression, Compared) and traced.expression.left == left:
            return None if traced.value is None else traced.value * scale
    return None


def _bars(samples: list[list[Traced]]) -> Iterator[Bar]:
    """Give a bar for each branch that is no comparison."""
    seen = set()
    for position, traced in enumerate(samples[0]):
        if isinstance(traced.expression, Compared) or traced.expression in seen:
            continue
        seen.add(traced.expression)
        truths = tuple(leaves[position].truth for leaves in samples)
        yield Bar(title=written(traced.expression), values=truths)

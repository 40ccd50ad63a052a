"""firegw rules explain: why a rule is true, false or unknown, now or in a recording."""

import argparse
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.cli.recorded import recording_of, settings_of
from gateway.control.layout import clean
from gateway.control.protocol import Request, Verb
from gateway.control.refusal_words import said
from gateway.recording.format import Recording
from gateway.recording.plotted import rule_at
from gateway.recording.replay import begins, ends
from gateway.recording.replay_view import heading, wall_written
from gateway.rehearsal.read_words import span_of
from gateway.rule_view.shown import ShownRule, shown
from gateway.rule_view.tree import rule_lines
from gateway.rule_view.written import span_written
from gateway.text import say, spoken
from rules.instant import Instant
from rules.site import SiteDefinition


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the rule, and where to look at it."""
    parser.add_argument("rule", metavar="RULE", help=say("argument.rule"))
    recording = say("argument.explain-recording")
    parser.add_argument("--recording", metavar="FILE", type=Path, help=recording)
    parser.add_argument("--at", metavar="TIME", help=say("argument.explain-at"))
    parser.add_argument("--site", metavar="FILE", type=Path, help=say("argument.explain-site"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show it."""
    if arguments.recording is not None:
        rule, first = _recorded(arguments)
    elif arguments.at is not None or arguments.site is not None:
        raise CommandError(ExitCode.BAD_INPUT, say("explain.only-recording"))
    else:
        first = []
        reply = reply_to(Request(verb=Verb.EXPLAIN, rule=arguments.rule), arguments)
        if reply.rule is None:
            for words in reply.words:
                complain(clean(said(words, spoken())))
            return ExitCode.REFUSED
        rule = reply.rule
    if arguments.json:
        show(msgspec.json.encode(rule).decode())
        return ExitCode.OK
    for line in (*first, *rule_lines(rule, spoken())):
        show(line)
    return ExitCode.OK


def _recorded(arguments: argparse.Namespace) -> tuple[ShownRule, list[str]]:
    recording = recording_of(arguments.recording)
    site = settings_of(recording, arguments.site).definition
    at = _instant(arguments.at, recording)
    source = source_of(arguments.rule, site)
    rule = rule_at(recording, site, source, at)
    assert rule is not None  # the site has it
    time = wall_written(recording, at, spoken())
    after = span_written(at - begins(recording))
    words = say("explain.at", rule=arguments.rule, time=time, after=after)
    return shown(rule), [*heading(recording, spoken()), "", words, ""]


def _instant(text: str | None, recording: Recording) -> Instant:
    if text is None:
        return ends(recording)
    span = span_of(text)
    if span is None:
        raise CommandError(ExitCode.BAD_INPUT, say("explain.wrong-time", text=text))
    return Instant(begins(recording) + span)


def source_of(name: str, site: SiteDefinition) -> str:
    """Find a rule or call point by its id."""
    rules = [rule.id for rule in site.rules]
    if name in rules:
        return f"rule/{name}"
    if name in _call_points(site):
        return f"call-point/{name}"
    words = say("explain.none", name=repr(name), known=", ".join(rules))
    raise CommandError(ExitCode.BAD_INPUT, words)


def _call_points(site: SiteDefinition) -> Iterable[str]:
    return (each.id for each in site.detectors if each.kind == "manual-call-point")

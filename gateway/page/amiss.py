"""What is wrong, in a layperson's words, the gravest first. Pure."""

from collections.abc import Callable
from functools import partial
from typing import Final

from gateway.control.gist import ALARMS, GRAVEST_FIRST
from gateway.control.layout import clean
from gateway.control.status import TrialNow
from gateway.control.status_view import StatusView
from gateway.earnest import in_earnest
from gateway.page.page_view import Row
from gateway.page.tone import Tone
from gateway.text import TEXTS
from rules.condition import Condition
from rules.snapshot import ConditionNow

TONES: Final = {
    Condition.FIRE_ALARM: Tone.ALARM,
    Condition.GAS_ALARM: Tone.ALARM,
    Condition.PRE_ALARM: Tone.PRE_ALARM,
}


def amiss(words: StatusView) -> list[Callable[[], Row]]:
    """Find all that is wrong, out of service or under test; each is put into words when called.

    A large site may have more wrong than anybody reads.
    """
    here = [each for each in in_earnest(words.status.now) if each.condition in GRAVEST_FIRST]
    explained = {each.zone for each in here if each.condition is Condition.FAULT}
    explained |= {each.zone for each in words.disablements()}
    found: list[Callable[[], Row]] = [
        partial(_condition, words, each)
        for each in words.ordered(here)
        # That a zone is watched less is said where nothing says why.
        if each.condition is not Condition.DEGRADED or each.zone not in explained
    ]
    if not words.status.store_ok:
        found.append(partial(Row, tone=Tone.REDUCED, what=words.say("page.store")))
    found += [partial(_disabled, words, each) for each in words.disablements()]
    found += [partial(_tested, words, each) for each in words.standing(Condition.TEST)]
    if words.status.trial is not None:
        found.append(partial(_on_trial, words, words.status.trial))
    return found


def _disabled(words: StatusView, each: ConditionNow) -> Row:
    what = words.say("page.disabled", name=_named(words, each))
    return Row(tone=Tone.REDUCED, what=clean(what), more=_ordered(words, each))


def _tested(words: StatusView, each: ConditionNow) -> Row:
    what = f"{words.say('page.test')}: {words.place(each)}"
    return Row(tone=Tone.TEST, what=clean(what), more=_ordered(words, each))


def _on_trial(words: StatusView, trial: TrialNow) -> Row:
    until = words.until(trial.ends)
    return Row(
        tone=Tone.TEST, what=clean(words.say("page.trial", until=until, author=trial.author))
    )


def _condition(words: StatusView, each: ConditionNow) -> Row:
    more = [words.since(each.incident)]
    if each.condition in ALARMS:
        what = f"{words.say(f'condition.{each.condition}')}: {words.place(each)}"
        more += words.remarks(each)
    else:
        what = _trouble(words, each)
        more.append(words.why(each))
    tone = TONES.get(each.condition, Tone.REDUCED)
    return Row(tone=tone, what=clean(what), more=clean("; ".join(filter(None, more))))


def _trouble(words: StatusView, each: ConditionNow) -> str:
    name = _named(words, each)
    if each.condition is Condition.SUPERVISORY:
        return words.say("page.supervisory", name=name)
    if each.condition is Condition.DEGRADED:
        return f"{words.say('page.degraded')}: {words.place(each)}"
    kind = each.source.partition("/")[0]
    key = f"page.fault.{kind}"
    return words.say(key if key in TEXTS else "page.fault.other", name=name)


def _named(words: StatusView, each: ConditionNow) -> str:
    """Name what it is about, with its zone where that is another thing."""
    kind, _, name = each.source.partition("/")
    place = words.place(each)
    if each.zone is None:
        return name or each.source
    return place if kind == "zone" else f"{name.partition('/')[0] or each.source} ({place})"


def _ordered(words: StatusView, each: ConditionNow) -> str:
    """Say since when and until when, and by whom."""
    said = [words.since(each.incident)]
    if each.ends is not None:
        said.append(words.until(each.ends))
    if each.author is not None:
        said.append(words.say("status.by", author=each.author))
    return clean("; ".join(said))

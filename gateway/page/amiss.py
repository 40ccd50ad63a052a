"""What is wrong, in a layperson's words, the gravest first. Pure."""

from collections.abc import Iterator
from typing import Final

from gateway.control.gist import ALARMS, GRAVEST_FIRST
from gateway.control.layout import clean
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


def amiss(words: StatusView) -> Iterator[Row]:
    """Give all that is wrong, what is out of service and what is under test."""
    here = [each for each in in_earnest(words.status.now) if each.condition in GRAVEST_FIRST]
    explained = {each.zone for each in here if each.condition is Condition.FAULT}
    explained |= {each.zone for each in words.disablements()}
    for each in words.ordered(here):
        # That a zone is watched less is said where nothing says why.
        if each.condition is not Condition.DEGRADED or each.zone not in explained:
            yield _condition(words, each)
    if not words.status.store_ok:
        yield Row(tone=Tone.REDUCED, what=words.say("page.store"))
    for each in words.disablements():
        what = words.say("page.disabled", name=_named(words, each))
        yield Row(tone=Tone.REDUCED, what=what, more=_ordered(words, each))
    for each in words.standing(Condition.TEST):
        what = f"{words.say('page.test')}: {clean(words.place(each))}"
        yield Row(tone=Tone.TEST, what=what, more=_ordered(words, each))
    if words.status.trial is not None:
        trial = words.status.trial
        until = words.until(trial.ends)
        said = words.say("page.trial", until=until, author=clean(trial.author))
        yield Row(tone=Tone.TEST, what=said)


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

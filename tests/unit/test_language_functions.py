"""Every function of the rule language: the tree that it means, and what is said of its misuse."""

import re
from contextlib import suppress

import pytest
from scenario import RANGES, call_point, detector

from rules.condition import Condition
from rules.instant import seconds
from rules.language.check_voters import LARGEST_TREE
from rules.language.compile import FUNCTIONS, Scope, compile_expression
from rules.language.functions import GROUPS, unit_of
from rules.language.heat_class import CLASSES, STATIC
from rules.language.mistake import ExpressionError
from rules.language.notes import MOST_MISTAKES
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)
from rules.language.token import KEYWORDS, LONGEST_TEXT
from rules.profile import HazardousSide, QuantityRange
from rules.window_functions import WINDOW_FUNCTIONS

HOT = {**RANGES, "temperature": QuantityRange(lowest=-40, highest=200)}
THIN = {**RANGES, "oxygen": QuantityRange(lowest=0, highest=25, hazardous_side=HazardousSide.LOW)}
DETECTORS = [
    detector("s1", "smoke"),
    detector("s2", "smoke"),
    detector("s3", "smoke", "temperature", zone="attic"),
    detector("heat", "temperature", "humidity", ranges=HOT),
    detector("co-1", "co"),
    detector("o2", "oxygen", ranges=THIN),
    detector("slow", "temperature", every=40, zone="cellar", ranges=HOT),
    call_point("mcp"),
    call_point("door", zone="attic"),
]
SCOPE = Scope(
    "hall",
    {each.id: each for each in DETECTORS},
    zones=frozenset({"hall", "attic", "cellar", "garden"}),
    schedules=frozenset({"night", "market-day"}),
)
S1, S2, S3 = (Point(name, "smoke") for name in ("s1", "s2", "s3"))
HEAT, CO, MCP = Point("heat", "temperature"), Point("co-1", "co"), Point("mcp", "contact")
DOOR = Point("door", "contact")


def over(left, threshold):
    return Compared(left, Comparison.GREATER, threshold)


def at_least(left, threshold):
    return Compared(left, Comparison.GREATER_OR_EQUAL, threshold)


def window(function, point, span_s=0.0):
    return Window(function, point, seconds(span_s))


def two(*members):
    return Counted(members, Comparison.GREATER_OR_EQUAL, 2)


SMOKES = over(S1, 3.0), over(S2, 3.0)
STEEP = at_least(window("rate", HEAT, 60), 4 / 60)

GOOD = {
    # zones
    "any(attic: smoke > 3 %/m)": AnyOf((over(S3, 3.0),)),
    "all(hall, attic: not contact)": AllOf((Not(Active(MCP)), Not(Active(DOOR)))),
    "count(hall, attic: smoke > 3 %/m) >= 2": two(*SMOKES, over(S3, 3.0)),
    "count(attic,hall:smoke>3%/m)>=2": two(over(S3, 3.0), *SMOKES),
    "count(attic: smoke > 3 %/m and temperature > 40 °C) >= 1": Counted(
        (AllOf((over(S3, 3.0), over(Point("s3", "temperature"), 40.0))),),
        Comparison.GREATER_OR_EQUAL,
        1,
    ),
    # at_least
    "at_least(2, smoke > 3 %/m)": two(*SMOKES),
    "at_least(2, smoke > 3 %/m, temperature > 58 °C, mcp.contact)": two(
        *SMOKES, over(HEAT, 58.0), Active(MCP)
    ),
    "at_least(hall, attic: 2, contact, heat.temperature > 58 °C)": two(
        Active(MCP), Active(DOOR), over(HEAT, 58.0)
    ),
    "at_least(2, contact, schedule(night), condition(attic, fault))": two(
        Active(MCP), OnSchedule("night", when_unknown=True), InForce("attic", Condition.FAULT)
    ),
    # held
    "held(contact, 5 min)": Held(Active(MCP), seconds(300)),
    "held(co > 60 ppm or contact, 1 s)": Held(AnyOf((over(CO, 60.0), Active(MCP))), seconds(1)),
    "count(held(smoke > 3 %/m, 5 min)) >= 2": two(*(Held(each, seconds(300)) for each in SMOKES)),
    "held(count(smoke > 3 %/m) >= 2, 1 h)": Held(two(*SMOKES), seconds(3600)),
    "held(held(contact, 1 s), 2 s)": Held(Held(Active(MCP), seconds(1)), seconds(2)),
    # verified
    "verified(contact, 10 s, 1 min)": Verified(Active(MCP), seconds(10), seconds(60)),
    "verified(any(smoke > 3 %/m), 0 s, 30 min)": Verified(AnyOf(SMOKES), seconds(0), seconds(1800)),
    "any(verified(smoke > 3 %/m, 60 s, 1 s))": AnyOf(
        tuple(Verified(each, seconds(60), seconds(1)) for each in SMOKES)
    ),
    # conditions of zones
    "condition(hall, fire-alarm)": InForce("hall", Condition.FIRE_ALARM),
    "condition(garden, gas-alarm)": InForce("garden", Condition.GAS_ALARM),
    "not condition(attic, pre-alarm)": Not(InForce("attic", Condition.PRE_ALARM)),
    "condition(attic, supervisory)": InForce("attic", Condition.SUPERVISORY),
    "any(smoke > 3 %/m and condition(attic, fault))": AnyOf(
        tuple(AllOf((each, InForce("attic", Condition.FAULT))) for each in SMOKES)
    ),
    # functions over a while
    "min(temperature, 1 min) > 58 °C": over(window("min", HEAT, 60), 58.0),
    "max(heat.temperature, 90 s) < -4 °F": Compared(
        window("max", HEAT, 90), Comparison.LESS, pytest.approx(-20)
    ),
    "change(temperature, 5 min) > 10 K": over(window("change", HEAT, 300), 10.0),
    "change(temperature, 5 min) > 18 °F": over(window("change", HEAT, 300), pytest.approx(10.0)),
    "change(co, 1 min) < -20 ppm": Compared(window("change", CO, 60), Comparison.LESS, -20.0),
    "age(co) > 10 min": over(window("age", CO), 600.0),
    "age(contact) > 0 s": over(window("age", MCP), 0.0),
    "1 h <= age(mcp.contact)": at_least(window("age", MCP), 3600.0),
    "co_dose(co) >= 100 %": at_least(window("co_dose", CO), 100.0),
    "any(max(smoke, 30 s) > 3 %/m)": AnyOf(
        (over(window("max", S1, 30), 3.0), over(window("max", S2, 30), 3.0))
    ),
    # heat classes
    "heat_class(temperature, A1)": at_least(HEAT, 56.0),
    "heat_class(heat.temperature, BS)": at_least(HEAT, 74.0),
    "heat_class(temperature, A2R)": AnyOf(
        (at_least(HEAT, 60.0), AllOf((at_least(HEAT, 50.0), STEEP)))
    ),
    "any(heat_class(temperature, G))": AnyOf((at_least(HEAT, 149.0),)),
}


@pytest.mark.parametrize("text", GOOD)
def test_a_function_means_its_tree(text):
    assert GOOD[text] == compile_expression(text, SCOPE)


def test_every_function_has_an_example_that_compiles():
    detectors = [
        detector("kitchen-heat", "temperature"),
        detector("kitchen-co", "co"),
        *(detector(name, "smoke") for name in ("s1", "s2")),
        call_point("mcp"),
    ]
    scope = Scope("hall", {each.id: each for each in detectors}, schedules=frozenset({"night"}))
    limits = {"rate": "> 1 K/min", "change": "> 1 K", "age": "> 1 s", "co_dose": "> 1 %"}
    assert set(FUNCTIONS) >= set(WINDOW_FUNCTIONS) | set(GROUPS)
    assert not KEYWORDS & set(FUNCTIONS)

    for name, usage in FUNCTIONS.items():
        compared = f"{usage} {limits.get(name, '> 1 °C')}" if name in WINDOW_FUNCTIONS else usage
        compile_expression(compared, scope)


@pytest.mark.parametrize("name", CLASSES)
def test_a_heat_class_alarms_at_its_static_temperature(name):
    tree = compile_expression(f"heat_class(temperature, {name})", SCOPE)

    hot = tree.members[0] if isinstance(tree, AnyOf) else tree
    assert hot == at_least(HEAT, STATIC[name.rstrip("RS")])
    assert isinstance(tree, AnyOf) is name.endswith("R")


# What a schedule is while the clock is unknown: in `when` it lets the alarm come.
SCHEDULES = {
    "schedule(night)": True,
    "not schedule(night)": False,
    "not (contact and not schedule(night))": True,
    "contact and co > 60 ppm or schedule(night)": True,
    "held(not schedule(night), 1 min)": False,
    "verified(schedule(night), 1 s, 1 min)": True,
    "any(smoke > 3 %/m and schedule(night))": True,
    "at_least(2, contact, schedule(night))": True,
    "count(smoke > 3 %/m and schedule(night)) > 1": True,
    "count(smoke > 3 %/m and schedule(night)) < 2": False,
    "1 >= count(smoke > 3 %/m and schedule(night))": False,
    "not count(smoke > 3 %/m and schedule(night)) < 2": True,
    "count(smoke > 3 %/m and schedule(night)) == 2": None,
    "not count(smoke > 3 %/m and not schedule(night)) != 2": None,
}


@pytest.mark.parametrize("text", SCHEDULES)
def test_under_an_unknown_clock_a_schedule_makes_the_rule_more_sensitive(text):
    more = SCHEDULES[text]
    less = None if more is None else not more

    assert _schedules(compile_expression(text, SCOPE)) == {more}
    assert _schedules(compile_expression(text, SCOPE, clears=True)) == {less}


def _schedules(tree):
    match tree:
        case OnSchedule():
            return {tree.when_unknown}
        case Counted() | AllOf() | AnyOf():
            return set().union(*map(_schedules, tree.members))
        case Not() | Held() | Verified():
            return _schedules(tree.operand)
        case _:
            return set()


# In each text the offending part stands between « and »; the value is what is said and the hint.
BAD = {
    # zones
    "any(«garten»: smoke > 3 %/m)": ("there is no zone 'garten'", "did you mean garden?"),
    "any(hall, «hall»: smoke > 3 %/m)": ("zone hall is named twice", ""),
    "any(hall, garden: «smoke > 3 %/m»)": ("no detector of zone garden measures smoke", ""),
    "held(«hall»: contact, 1 min)": (
        "held looks at no zones",
        "zones stand in any, all, count and at_least",
    ),
    "avg(«hall»: co, 1 min) > 60 ppm": ("avg looks at no zones", None),
    "schedule(«hall»: night)": ("schedule looks at no zones", None),
    "«any(hall, attic)»": ("any takes one condition", "as in any(smoke > 3 %/m)"),
    "any(hall.smoke«:» smoke > 3 %/m)": (
        "':' stands where ')' is expected",
        "zones stand first in any, all, count and at_least: any(hall, attic: …)",
    ),
    "contact «:» contact": ("':' stands where the end", None),
    # any, all, count, at_least
    "any(«smok» > 3 %/m)": ("'smok' is no quantity", "did you mean smoke?"),
    "«any(contact, contact)»": ("any takes one condition", "as in any(smoke > 3 %/m)"),
    "at_least(«contact», contact)": ("at_least begins with how many must be true", None),
    "«at_least(2)»": ("at_least takes a number and conditions", None),
    "at_least(«2.5», contact, smoke > 3 %/m)": ("a count is compared with a whole number", None),
    "at_least(«2 s», contact, smoke > 3 %/m)": ("a count is compared with a whole number", None),
    "at_least(«0», contact)": ("always true: the count is from 0 to 1", None),
    "at_least(«4», contact, smoke > 3 %/m)": ("always false: the count is from 0 to 3", None),
    "at_least(«hall»: 1, mcp.contact)": (
        "nothing is looked for in the zones",
        "name a quantity alone",
    ),
    "at_least(1, «any(smoke > 3 %/m)»)": ("any cannot stand inside any, all, count", None),
    "any(smoke > 3 %/m and «at_least(1, smoke > 4 %/m)»)": (
        "at_least cannot stand inside any",
        None,
    ),
    "any(held(«any(smoke > 3 %/m)», 1 min))": ("any cannot stand inside any", None),
    "«at_least(1, contact)» > 1": ("this is true or false and cannot be compared", None),
    # held, verified
    "«held(contact)»": ("held takes a condition and a time", "as in held(contact, 5 min)"),
    "held(contact, «5»)": ("the time of held is a time with its unit", None),
    "held(contact, «0.5 s»)": ("the time of held is from 1 s to 1 h long", None),
    "held(contact, «61 min»)": ("the time of held is from 1 s to 1 h long", None),
    "held(«co», 5 min)": ("co is a number, not true or false", None),
    "«held(contact, 5 min)» > 1": ("this is true or false and cannot be compared", None),
    "avg(«held(contact, 5 min)», 5 min) > 1 ppm": ("avg works on one measured value", None),
    "«verified(contact, 10 s)»": ("verified takes a condition and two times", None),
    "verified(contact, «61 s», 1 min)": ("the time to settle is from 0 s to 60 s long", None),
    "verified(contact, «-1 s», 1 min)": ("the time to settle is from 0 s to 60 s long", None),
    "verified(contact, 10 s, «0 s»)": ("the time to confirm is from 1 s to 30 min long", None),
    "verified(contact, 10 s, «31 min»)": ("the time to confirm is from 1 s to 30 min long", None),
    "verified(contact, «60 ppm», 1 min)": ("the time to settle is a time with its unit", None),
    # schedules and conditions
    "schedule(«nigth»)": ("there is no schedule 'nigth'", "did you mean night?"),
    "schedule(«mcp.contact»)": ("the name of a schedule stands here, alone", ""),
    "schedule(«5 min»)": ("the name of a schedule stands here, alone", ""),
    "«schedule(night, night)»": ("schedule takes the name of a schedule", None),
    "«schedule(night)» > 1": ("this is true or false and cannot be compared", None),
    "condition(«hal», fire-alarm)": ("there is no zone 'hal'", "did you mean hall?"),
    "condition(hall, «fire»)": (
        "a rule cannot ask for 'fire'",
        "one of fire-alarm, gas-alarm, pre-alarm, supervisory, fault",
    ),
    "condition(hall, «degraded»)": ("a rule cannot ask for 'degraded'", None),
    "«condition(hall)»": ("condition takes a zone and a condition", None),
    # functions over a while
    "«min(co)» > 60 ppm": ("min takes a value and a time", None),
    "«age(co, 1 min)» > 1 min": ("age takes one value", "age(kitchen-co.co)"),
    "«co_dose(co, 1 min)» > 1 %": ("co_dose takes one value", "co_dose(kitchen-co.co)"),
    "age(«co > 60 ppm») > 1 min": ("age works on one measured value", None),
    "age(«age(co)») > 1 min": ("age works on one measured value", None),
    "min(«contact», 1 min) > 1 ppm": ("a contact is true or false, not a number", None),
    "change(«contact», 1 min) > 1 ppm": ("a contact is true or false, not a number", None),
    "co_dose(«temperature») > 50 %": ("a dose is one of carbon monoxide", None),
    "age(co) > «60 ppm»": ("ppm is a volume fraction, but a time is compared", "use s"),
    "age(co) > «60»": ("60 has no unit", "did you mean 60 s?"),
    "co_dose(co) > «50 ppm»": ("ppm is a volume fraction, but a dose is compared", "use %"),
    "«age(co)»": ("age(…) is a number", "compare it: age(…) > …"),
    # ranges
    "«min(temperature, 1 min) > 200 °C»": ("always false: the value lies between -40 and", None),
    "«max(co, 1 min) >= 0 ppm»": ("always true: the value lies between 0 and 500 ppm", None),
    "«change(co, 1 min) > 500 ppm»": ("always false: the value lies between -500 and 500", None),
    "«change(temperature, 1 min) >= -240 K»": ("always true: the value lies between -240", None),
    "«age(co) >= 0 s»": ("always true: the value is never below 0 s", None),
    "«age(co) < 0 min»": ("always false: the value is never below 0 s", None),
    "«co_dose(co) > 100 %»": ("always false: the value lies between 0 and 100 %", None),
    "«co_dose(co) >= 0 %»": ("always true: the value lies between 0 and 100 %", None),
    "«co > 500 ppm»": (
        "always false: the value lies between 0 and 500 ppm",
        "over-range is above every threshold: >= 500 ppm has it",
    ),
    "«oxygen < 0 %vol»": (
        "always false: the value lies between 0 and 25 %vol",
        "over-range is below every threshold: <= 0 %vol has it",
    ),
    "«oxygen > 25 %vol»": ("always false: the value lies between 0 and 25 %vol", ""),
    "«humidity > 100 %RH»": ("always false: the value lies between 0 and 100 %RH", ""),
    "«humidity < 0 %RH»": ("always false: the value lies between 0 and 100 %RH", ""),
    "«co <= 500 ppm»": ("always true: the value lies between 0 and 500 ppm", ""),
    # heat classes
    "«heat_class(temperature)»": ("heat_class takes a temperature and a class", None),
    "heat_class(temperature, «A3»)": ("there is no heat class 'A3'", None),
    "heat_class(temperature, «a1r»)": ("there is no heat class 'a1r'", "did you mean A1R?"),
    "heat_class(temperature, «H»)": (
        "there is no heat class 'H'",
        "A1 A2 B C D E F G, each with S or R",
    ),
    "heat_class(temperature, «5 °C»)": ("the name of a heat class stands here, alone", None),
    "heat_class(«co», A1)": ("a heat class is one of a measured temperature", None),
    "heat_class(«5 °C», A1)": ("a heat class is one of a measured temperature", None),
    "heat_class(s3.temperature, «F»)": (
        "class F alarms at 134 °C, and s3 measures from -40 to 120 °C",
        "",
    ),
    "heat_class(slow.temperature, «A1R»)": (
        "slow is read every 40 s: a window holds from 2 to 4096 readings",
        None,
    ),
    "«heat_class(temperature, A1)» > 5 °C": ("this is true or false and cannot", None),
    # words
    "co «≥» 60 ppm": ("'≥' has no meaning here", "write >="),
    "contact «AND» contact": ("'AND' stands where the end", "write and in small letters"),
    "smoke > 0«,»5 %/m": ("',' stands where the end", "did you mean 0.5 %/m?"),
    "co > «٣» ppm": ("'٣' has no meaning here", ""),
    'schedule(«"»night")': ("'\"' has no meaning here", "names stand without quotes"),
    f"«{'x' * 60}».co > 1 ppm": (f"there is no detector '{'x' * 39}…'", ""),
}


@pytest.mark.parametrize("marked", BAD)
def test_a_misuse_is_told_with_its_place_and_the_way_out(marked):
    before, bad, after = re.fullmatch(r"(.*)«(.*)»(.*)", marked).groups()
    said, hint = BAD[marked]

    with pytest.raises(ExpressionError) as caught:
        compile_expression(before + bad + after, SCOPE)

    (mistake,) = caught.value.mistakes
    assert said in mistake.what
    assert hint in (None, mistake.hint)
    assert (len(before), len(bad)) == (mistake.offset, mistake.length)


def test_mistakes_in_several_voters_and_arguments_are_told_at_once():
    text = "at_least(3, smok > 3 %/m, contact, co > 60) or held(schedule(nigth), 5 min)"

    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, SCOPE)

    places = [text[each.offset : each.offset + each.length] for each in caught.value.mistakes]
    assert places == ["smok", "60", "nigth"]


def test_no_more_mistakes_are_told_than_a_person_reads():
    with pytest.raises(ExpressionError) as caught:
        compile_expression(" or ".join(["smok > 3 %/m"] * 100), SCOPE)

    assert len(caught.value.mistakes) == MOST_MISTAKES


MANY = [detector(f"smoke-{number:03d}", "smoke", "co") for number in range(500)]
CROWD = Scope("hall", {each.id: each for each in MANY})


def test_voters_make_a_tree_of_a_stated_size():
    ten = "count(" + " or ".join(["smoke > 3 %/m"] * 9) + ") >= 2"
    twenty = "count(" + " or ".join(["smoke > 3 %/m"] * 20) + ") >= 2"

    assert len(compile_expression(ten, CROWD).members) == 500
    with pytest.raises(ExpressionError, match=f"500 voters .* may have {LARGEST_TREE} in all"):
        compile_expression(twenty, CROWD)
    with pytest.raises(ExpressionError, match=f"may have {LARGEST_TREE} in all"):
        compile_expression(f"{ten} and any(smoke > 3 %/m)", CROWD)


def test_of_many_misspelt_names_the_first_ones_are_guessed():
    names = [f"smok-{number:03d}" for number in range(0, 100, 5)]

    with pytest.raises(ExpressionError) as caught:
        compile_expression(" or ".join(f"{name}.co > 9 ppm" for name in names), CROWD)

    hints = [mistake.hint for mistake in caught.value.mistakes]
    assert hints[0] == "did you mean smoke-000?"
    assert hints[-1] == ""


def test_a_zone_may_be_named_that_only_its_detectors_tell_of():
    told_nothing = Scope("hall", {each.id: each for each in DETECTORS})

    assert compile_expression("any(attic: smoke > 3 %/m)", told_nothing)
    assert compile_expression("condition(hall, fault)", told_nothing)
    with pytest.raises(ExpressionError, match="there is no zone 'garden'"):
        compile_expression("condition(garden, fault)", told_nothing)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 999 + "contact" + ")" * 994,
        "any(" * 400,
        "not " * 500,
        "count(" + "hall, " * 328 + "hall: contact) > 1",
        "contact or " * 181,
        "at_least(1" + ", contact" * 200 + ")",
        "co" + ">" * 1998,
        "a" * LONGEST_TEXT,
        "a." * (LONGEST_TEXT // 2),
        "9" * LONGEST_TEXT,
        "1" + "," * 1999,
    ],
)
def test_a_text_of_the_longest_length_is_judged_whatever_it_is(text):
    assert len(text) <= LONGEST_TEXT
    with suppress(ExpressionError):
        compile_expression(text, SCOPE)


def test_what_is_compared_has_a_unit():
    symbols = [unit_of(window(name, CO)).symbol for name in ("avg", "change", "rate", "age")]

    assert [*symbols, unit_of(window("co_dose", CO)).symbol, unit_of(HEAT).symbol] == [
        "ppm",
        "ppm",
        "ppm/s",
        "s",
        "%",
        "°C",
    ]

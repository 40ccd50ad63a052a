"""The rule language: what it understands, and where it says that it does not."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scenario import call_point, detector

from rules.instant import seconds
from rules.language.compile import Scope, compile_expression, points_of, windows_of
from rules.language.grammar import DEEPEST
from rules.language.mistake import ExpressionError
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Not,
    Point,
    Window,
)
from rules.language.token import LONGEST_TEXT
from rules.unit import UNITS, convert, unit_named

DETECTORS = [
    detector("s1", "smoke"),
    detector("s2", "smoke"),
    detector("heat", "temperature", "humidity"),
    detector("slow-heat", "temperature", every=10, zone="attic"),
    detector("co-1", "co"),
    detector("g", "gas", zone="kitchen"),
    call_point("mcp"),
    detector("bếp-1", "smoke", zone="kitchen"),
]
SCOPE = Scope("hall", {each.id: each for each in DETECTORS})

S1, S2 = Point("s1", "smoke"), Point("s2", "smoke")
HEAT, CO, MCP = Point("heat", "temperature"), Point("co-1", "co"), Point("mcp", "contact")


def over(point, threshold):
    return Compared(point, Comparison.GREATER, threshold)


def under(point, threshold):
    return Compared(point, Comparison.LESS, threshold)


def window(function, point, span_s):
    return Window(function, point, seconds(span_s))


GOOD = {
    "heat.temperature > 58 °C": over(HEAT, 58.0),
    "temperature > 58 °C": over(HEAT, 58.0),  # the zone has only one detector with it
    "58 °C < temperature": over(HEAT, 58.0),
    "58 °C >= temperature": Compared(HEAT, Comparison.LESS_OR_EQUAL, 58.0),
    "temperature > -5 °C": over(HEAT, -5.0),
    "temperature>58°C": over(HEAT, 58.0),
    "contact": Active(MCP),
    "not mcp.contact": Not(Active(MCP)),
    "not not contact": Not(Not(Active(MCP))),
    "(((contact)))": Active(MCP),
    "bếp-1.smoke > 3 %/m": over(Point("bếp-1", "smoke"), 3.0),
    "all(smoke < 2 %/m)": AllOf((under(S1, 2.0), under(S2, 2.0))),
    "any(smoke > 3 %/m)": AnyOf((over(S1, 3.0), over(S2, 3.0))),
    "count(smoke > 3 %/m) >= 2": Counted(
        (over(S1, 3.0), over(S2, 3.0)), Comparison.GREATER_OR_EQUAL, 2
    ),
    "2 <= count(smoke > 3 %/m)": Counted(
        (over(S1, 3.0), over(S2, 3.0)), Comparison.GREATER_OR_EQUAL, 2
    ),
    "count(smoke > 3 %/m) != 1": Counted((over(S1, 3.0), over(S2, 3.0)), Comparison.NOT_EQUAL, 1),
    "count(smoke > 3 %/m) == 2or contact": AnyOf(
        (Counted((over(S1, 3.0), over(S2, 3.0)), Comparison.EQUAL, 2), Active(MCP))
    ),
    "count(smoke > 3 %/m and heat.temperature > 40 °C) >= 1": Counted(
        (AllOf((over(S1, 3.0), over(HEAT, 40.0))), AllOf((over(S2, 3.0), over(HEAT, 40.0)))),
        Comparison.GREATER_OR_EQUAL,
        1,
    ),
    "any(temperature > 58 °C or humidity > 90 %RH)": AnyOf(
        (AnyOf((over(HEAT, 58.0), over(Point("heat", "humidity"), 90.0))),)
    ),
    "any(avg(smoke, 1 min) > 3 %/m)": AnyOf(
        tuple(over(window("avg", point, 60), 3.0) for point in (S1, S2))
    ),
    # and binds closer than or, not closer than and
    "contact or co > 60 ppm and temperature > 40 °C": AnyOf(
        (Active(MCP), AllOf((over(CO, 60.0), over(HEAT, 40.0))))
    ),
    "(contact or co > 60 ppm) and temperature > 40 °C": AllOf(
        (AnyOf((Active(MCP), over(CO, 60.0))), over(HEAT, 40.0))
    ),
    "not contact and co > 60 ppm": AllOf((Not(Active(MCP)), over(CO, 60.0))),
    "contact and co > 60 ppm and co < 90 ppm": AllOf(
        (Active(MCP), over(CO, 60.0), under(CO, 90.0))
    ),
    "avg(co, 3 min) > 60 ppm": over(window("avg", CO, 180), 60.0),
    "rate(heat.temperature, 1 min) > 6 °C/s": over(window("rate", HEAT, 60), 6.0),
    "contact\n  or co > 60 ppm\n": AnyOf((Active(MCP), over(CO, 60.0))),
}


@pytest.mark.parametrize("text", GOOD)
def test_an_expression_means_its_tree(text):
    assert GOOD[text] == compile_expression(text, SCOPE)


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("temperature > 100 °F", (100 - 32) / 1.8),
        ("temperature > 100 degF", (100 - 32) / 1.8),
        ("temperature > -4 °F", -20.0),
        ("temperature > 330 K", 330 - 273.15),
        ("temperature > 58 degC", 58.0),
        ("co > 60000 ppb", 60.0),
        ("co > 0.006 %vol", 60.0),
        ("rate(temperature, 1 min) > 6 °C/min", 0.1),
        ("rate(temperature, 1 min) > 6 K/min", 0.1),  # a difference of 1 K is one of 1 °C
        ("rate(temperature, 1 min) > 18 °F/min", 1 / 6),
        ("rate(temperature, 1 min) > 360 °C/h", 0.1),
        ("rate(temperature, 1 min) > 0.1 °C/s", 0.1),
        ("rate(temperature, 1 min) > -6 °C/min", -0.1),
        ("rate(co, 1 min) > 0.006 %vol/min", 1.0),
        ("rate(co, 1 min) > 1200 ppb/s", 1.2),
        ("any(rate(smoke, 30 s) > 6 %/m/min)", 0.1),
        ("avg(temperature, 1 min) > 100 °F", (100 - 32) / 1.8),
    ],
)
def test_a_threshold_is_converted_to_the_canonical_unit(text, threshold):
    compared = compile_expression(text, SCOPE)
    if isinstance(compared, AnyOf):
        compared = compared.members[0]

    assert compared.threshold == pytest.approx(threshold, rel=1e-12, abs=1e-12)


def test_values_of_different_dimensions_do_not_convert():
    with pytest.raises(ValueError, match="ppm is a volume fraction, °C a temperature"):
        convert(1.0, UNITS["ppm"], UNITS["°C"])


@pytest.mark.parametrize("symbol", ["", "/", "°C/", "/min", "°C/°C", "min/", "celsius", "°C/min/h"])
def test_what_is_no_unit_is_none(symbol):
    assert unit_named(symbol) is None


@pytest.mark.parametrize(
    ("written", "span_s"), [("90 s", 90), ("1.5 min", 90), ("0.5 h", 1800), ("60000 ms", 60)]
)
def test_a_window_is_a_time_in_any_unit_of_time(written, span_s):
    (found,) = windows_of(compile_expression(f"avg(co, {written}) > 60 ppm", SCOPE))

    assert seconds(span_s) == found.span


def test_points_and_windows_are_found_wherever_they_stand():
    tree = compile_expression(
        "not (count(smoke > 3 %/m) >= 2 or contact) and rate(temperature, 1 min) > 8 °C/min", SCOPE
    )

    assert {S1, S2, MCP, HEAT} == points_of(tree)
    assert {window("rate", HEAT, 60)} == windows_of(tree)


# In each text the offending part stands between « and »; « » alone is the place after the text.
BAD = {
    # words
    "«»": "the expression ends where a detector, a function or a number is expected",
    "temperature > 58 °C «$» 3": "'$' has no meaning here",
    "temperature «=» 58 °C": "'=' has no meaning here",
    "contact «&» contact": "'&' has no meaning here",
    "co > «1000000001» ppm": "the number is beyond 1e+09",
    f"count(smoke > 3 %/m) >= «{'9' * 400}»": "the number is beyond 1e+09",
    # grammar
    "temperature > «»": "the expression ends where a detector",
    "(temperature > 58 °C«»": "the expression ends where ')' is expected",
    "temperature > 58 °C«)»": "')' stands where the end, and or or is expected",
    "temperature «58 °C»": "'58 °C' stands where the end, and or or is expected",
    "contact and«»": "the expression ends where",
    "«or» contact": "'or' stands where a detector",
    "contact «not» contact": "'not' stands where the end",
    "40 °C < temperature «<» 58 °C": "a comparison has two sides",
    "heat.«>» 58 °C": "'>' stands where a quantity of heat is expected",
    "heat.«»": "the expression ends where a quantity of heat is expected",
    "any(«)»": "')' stands where a detector",
    "avg(co «3 min») > 60 ppm": "'3 min' stands where ')' is expected",
    # names
    "«het».temperature > 58 °C": "there is no detector 'het'",
    "«heat.smoke» > 3 %/m": "heat does not measure 'smoke'",
    "«smok» > 3 %/m": "'smok' is no quantity",
    "«gas» > 20 %LEL": "no detector of zone hall measures gas",
    "«smoke» > 3 %/m": "2 detectors of zone hall measure smoke",
    "«mean»(co, 1 min) > 60 ppm": "there is no function 'mean'",
    "«median»(contact)": "there is no function 'median'",
    # units and dimensions
    "temperature > «58»": "58 has no unit",
    "temperature > «58 %»": "% is a dose, but a temperature is compared",
    "temperature > «58 °Q»": "'°Q' is no unit",
    "temperature > «3 %/m»": "%/m is an obscuration, but a temperature is compared",
    "temperature > «8 °C/min»": "is a temperature/time, but a temperature is compared",
    "rate(temperature, 1 min) > «8 °C»": "is a temperature, but a temperature/time is compared",
    "co > «5 %LEL»": "is an explosive fraction, but a volume fraction is compared",
    "rate(co, 1 min) > «5 ppm/°C»": "'ppm/°C' is no unit",
    "co > «1 bool»": "is a truth, but a volume fraction is compared",
    # true or false, and numbers
    "«temperature»": "temperature is a number, not true or false",
    "any(«smoke»)": "smoke is a number, not true or false",
    "«contact» > 0.5 bool": "a contact is true or false, not a number",
    "«58 °C»": "a number is neither true nor false",
    "«1 > 2»": "compares two numbers",
    "co > «temperature»": "a threshold is a number with its unit",
    "«count(smoke > 3 %/m)»": "count(…) is a number",
    "«avg(co, 1 min)»": "avg(…) is a number",
    "(«co > 60 ppm») > 1 ppm": "this is true or false and cannot be compared",
    "«any(smoke > 3 %/m)» > 1": "this is true or false and cannot be compared",
    "«co == 60 ppm»": "a measured value is never exactly equal",
    "«co != 60 ppm»": "a measured value is never exactly equal",
    # what can never be, or is always
    "«temperature > 120 °C»": "always false: the value lies between -40 and 120 °C",
    "«temperature < -40 °C»": "always false",
    "«temperature >= -40 °C»": "always true",
    "«300 °F < temperature»": "always false",
    "«avg(co, 1 min) > 500 ppm»": "always false: the value lies between 0 and 500 ppm",
    "any(«smoke > 30 %/m»)": "always false: the value lies between 0 and 20 %/m",
    "count(smoke > 3 %/m) >= «3»": "always false: the count is from 0 to 2",
    "count(smoke > 3 %/m) >= «0»": "always true",
    "count(smoke > 3 %/m) > «-1»": "always true",
    "count(smoke > 3 %/m) == «5»": "always false",
    # counting
    "count(smoke > 3 %/m) >= «2 ppm»": "a count is compared with a whole number without unit",
    "count(smoke > 3 %/m) >= «1.5»": "a count is compared with a whole number without unit",
    "any(«heat.temperature > 58 °C»)": "any needs a quantity without a detector",
    "count(«gas > 20 %LEL») >= 1": "no detector of zone hall measures gas",
    "all(«smoke > 3 %/m and co > 60 ppm»)": "no detector of zone hall measures co and smoke",
    "«any(contact, contact)»": "any takes one condition",
    "any(«any(smoke > 3 %/m)»)": "any cannot stand inside any, all, count or at_least",
    "all(smoke < 2 %/m or «count(smoke > 3 %/m)» >= 2)": "count cannot stand inside any, all",
    # windows
    "«avg(co)» > 60 ppm": "avg takes a value and a time",
    "«rate(co, 1 min, 2 min)» > 60 ppm": "rate takes a value and a time",
    "avg(«co > 5 ppm», 1 min) > 60 ppm": "avg works on one measured value",
    "avg(«avg(co, 1 min)», 1 min) > 60 ppm": "avg works on one measured value",
    "avg(co, «60») > 60 ppm": "a window is a time with its unit",
    "avg(co, «60 ppm») > 60 ppm": "a window is a time with its unit",
    "avg(co, «co») > 60 ppm": "a window is a time with its unit",
    "avg(co, «0.5 s») > 60 ppm": "a window is from 1 s to 1 h long",
    "avg(co, «61 min») > 60 ppm": "a window is from 1 s to 1 h long",
    "avg(co, «1000000000 d») > 60 ppm": "a window is from 1 s to 1 h long",
    "avg(co, «-5 s») > 60 ppm": "a window is from 1 s to 1 h long",
    "avg(slow-heat.temperature, «19 s») > 58 °C": "slow-heat is read every 10 s: a window holds",
    "rate(«contact», 1 min) > 1 °C/min": "a contact is true or false",
}


@pytest.mark.parametrize("marked", BAD)
def test_a_mistake_is_told_with_its_place(marked):
    before, bad, after = re.fullmatch(r"(.*)«(.*)»(.*)", marked).groups()

    with pytest.raises(ExpressionError) as caught:
        compile_expression(before + bad + after, SCOPE)

    (mistake,) = caught.value.mistakes
    assert (len(before), len(bad) or 1) == (mistake.offset, mistake.length)
    assert BAD[marked] in mistake.what


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("heta.temperature > 58 °C", "did you mean heat?"),
        ("temprature > 58 °C", "did you mean temperature?"),
        ("avrg(co, 1 min) > 60 ppm", "did you mean avg?"),
        ("co > 60", "did you mean 60 ppm?"),
        ("co > 60 pm", "did you mean ppm?"),
        ("temperature > 3 ppm", "use °C"),
        ("heat.smoke > 3 %/m", "it measures temperature, humidity"),
        ("smoke > 3 %/m", "name one, or use any(…), all(…) or count(…)"),
        ("temperature = 58 °C", "equal is written =="),
        ("40 °C < temperature < 58 °C", "join two comparisons with and"),
        ("temperature", "compare it: temperature > … °C"),
    ],
)
def test_a_mistake_shows_the_way_out(text, hint):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, SCOPE)

    assert hint == caught.value.mistakes[0].hint


def test_all_mistakes_are_told_at_once_in_the_order_of_the_text():
    text = "co > 60 °C or smok > 3 %/m and not (temperature > 58 or count(smoke > 3 %/m) >= 7)"

    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, SCOPE)

    places = [text[each.offset : each.offset + each.length] for each in caught.value.mistakes]
    assert places == ["60 °C", "smok", "58", "7"]


def test_a_mistake_inside_a_count_is_told_once_however_many_voters_there_are():
    with pytest.raises(ExpressionError) as caught:
        compile_expression("count(smoke > 3 ppm) >= 1", SCOPE)

    assert len(caught.value.mistakes) == 1


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(", ")"), ("not ", ""), ("not (", ")"), ("any(", ")"), ("(not ", ")")],
)
def test_nesting_ends_at_a_stated_depth(opening, closing):
    def nested(depth):
        return opening * depth + "contact" + closing * depth

    deep = DEEPEST // (opening.count("not") + opening.count("("))
    if opening != "any(":  # which may not stand in itself at all
        compile_expression(nested(deep), SCOPE)

    with pytest.raises(ExpressionError, match=f"nested deeper than {DEEPEST} levels"):
        compile_expression(nested(deep + 1), SCOPE)
    with pytest.raises(ExpressionError, match=f"nested deeper than {DEEPEST} levels"):
        compile_expression(nested(LONGEST_TEXT // 20), SCOPE)


def test_a_text_is_read_up_to_a_stated_length():
    padded = "contact".ljust(LONGEST_TEXT)

    assert Active(MCP) == compile_expression(padded, SCOPE)
    with pytest.raises(ExpressionError, match=f"longer than {LONGEST_TEXT} characters"):
        compile_expression(padded + " ", SCOPE)


VOCABULARY = """
( ) , . > >= < <= == != and or not = & $ ° % ³ - any( all( count( avg( rate( mean(
smoke temperature co gas contact humidity s1 heat mcp bếp-1 slow-heat
58_°C 3_%/m 60_ppm 8_°C/min 1_min 0.5_s 2 1.5 -3 99999999999999999999999999 ٣ ²
count(smoke_>_3_%/m)_>=_2 avg(co,_1_min) all(smoke_<_2_%/m)
"""
WORDS = st.sampled_from([*(word.replace("_", " ") for word in VOCABULARY.split()), "\n", "\t"])


@st.composite
def damaged(draw):
    """Draw a good expression in which a stretch was replaced by a few words."""
    text = draw(st.sampled_from(list(GOOD)))
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return text[:start] + " ".join(draw(st.lists(WORDS, max_size=2))) + text[end:]


@given(text=damaged() | st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
@settings(max_examples=400)
@example(text="9" * 1999)
@example(text="avg(co, " + "9" * 320 + " d) > 1 ppm")
@example(text="rate(co, 1 min) >= " + "9" * 309 + " %vol/s")
@example(text="count(smoke > 3 %/m) >= -0")
@example(text="any(" * 19 + "smoke > 3 %/m" + ")" * 19)
def test_any_text_is_an_expression_or_has_mistakes_that_lie_in_it(text):
    tree, mistakes = _tried(text)

    assert (tree is None) is bool(mistakes)
    for mistake in mistakes:
        assert 0 <= mistake.offset <= len(text)
        assert mistake.length >= 1
        # The place after the end has room for a caret.
        assert mistake.offset + mistake.length <= max(len(text), mistake.offset + 1)
        assert "\n" not in mistake.what + mistake.hint
    assert tree is None or points_of(tree) <= {
        Point(each.id, quantity) for each in DETECTORS for quantity in each.quantities
    }


def _tried(text):
    try:
        return compile_expression(text, SCOPE), ()
    except ExpressionError as error:
        return None, error.mistakes


COMPARED = st.sampled_from(
    ["contact", "co > 60 ppm", "temperature > 58 °C", "count(smoke > 3 %/m) >= 2"]
)


@given(
    tree=st.recursive(
        COMPARED,
        lambda inner: st.one_of(
            inner.map(lambda one: ("not", one)),
            st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
        ),
        max_leaves=8,
    )
)
def test_full_brackets_never_change_what_precedence_already_says(tree):
    """Writes a tree once with every bracket and once with the fewest."""
    assert compile_expression(_bracketed(tree), SCOPE) == compile_expression(_bare(tree)[0], SCOPE)


def _bracketed(tree):
    match tree:
        case str():
            return f"({tree})"
        case ("not", inner):
            return f"(not {_bracketed(inner)})"
        case (keyword, members):
            return "(" + f" {keyword} ".join(map(_bracketed, members)) + ")"


_OR, _AND, _NOT = 0, 1, 2


def _bare(tree):
    """Give the text and how tightly it binds."""
    match tree:
        case str():
            return tree, _NOT
        case ("not", inner):
            text, binds = _bare(inner)
            return (f"not {text}" if binds == _NOT else f"not ({text})"), _NOT
        case (keyword, members):
            binding = _AND if keyword == "and" else _OR
            parts = []
            for member in members:
                text, binds = _bare(member)
                parts.append(text if binds > binding else f"({text})")
            return f" {keyword} ".join(parts), binding

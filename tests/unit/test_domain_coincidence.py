"""EN 54-2: coincidence of types A, B and C, and delays to outputs, as the language has them."""

import pytest
from scenario import SIREN, Life, World, call_point, detector, rule, site, told
from settings_sites import SITE, load, loaded

from rules.condition import Condition
from rules.instant import seconds
from rules.language.compile import Scope, compile_expression
from rules.language.mistake import ExpressionError
from rules.output import OutputDefinition, OutputKind

MINUTE = 60
S1, S2 = detector("s1", "smoke"), detector("s2", "smoke")
MCP = call_point("mcp")
FIRE, PRE = Condition.FIRE_ALARM, Condition.PRE_ALARM

# -- type A: the first signal is held back and not indicated ---------------------------------------

TYPE_A = site(S1, MCP, rule("a", "verified(s1.smoke > 3 %/m, 60 s, 30 min)"), outputs=[SIREN])
QUIET_A = "0 s1.smoke 0, mcp.contact 0 | siren off"


def test_type_a_says_nothing_of_a_first_signal_that_no_second_confirms():
    World(hall=TYPE_A).run(f"""
        {QUIET_A}
        5    s1.smoke 4 |
        10   s1.smoke 0 |
        2400            |
    """)


def test_type_a_holds_a_first_signal_that_lasts_for_60_s_and_no_longer():
    World(hall=TYPE_A).run(f"""
        {QUIET_A}
        5    s1.smoke 4 |
        65              | alarm: entered fire-alarm rule/a
                        | siren on
    """)


@pytest.mark.parametrize(("second", "alarms"), [(64, False), (65, True), (65 + 1800, True)])
def test_type_a_takes_a_confirmation_within_30_minutes_after_the_first_60_s(second, alarms):
    life = Life(TYPE_A)
    life.read(4, "s1", "smoke", 0.0)
    life.read(5, "s1", "smoke", 4.0)
    life.read(6, "s1", "smoke", 0.0)

    step = life.read(second, "s1", "smoke", 4.0)

    assert ("alarm: entered fire-alarm rule/a" in told(step)) is alarms


def test_type_a_makes_a_first_signal_of_one_that_comes_after_its_30_minutes():
    life = Life(TYPE_A)
    life.read(5, "s1", "smoke", 4.0)
    life.read(6, "s1", "smoke", 0.0)

    assert told(life.read(65 + 1801, "s1", "smoke", 4.0)) == []
    assert "alarm: entered fire-alarm rule/a" in told(life.read(1926, "s1", "smoke", 4.0))


@pytest.mark.parametrize(
    "when",
    ["verified(s1.smoke > 3 %/m, 61 s, 30 min)", "verified(s1.smoke > 3 %/m, 60 s, 31 min)"],
)
def test_type_a_cannot_be_written_longer_than_60_s_and_30_minutes(when):
    with pytest.raises(ExpressionError):
        compile_expression(when, Scope("hall", {"s1": S1}))


def test_type_a_does_not_hold_a_manual_call_point_back():
    World(hall=TYPE_A).run(f"""
        {QUIET_A}
        5    s1.smoke 4     |
        10   mcp.contact 1  | alarm: entered fire-alarm call-point/mcp because call-point
                            | siren on
    """)


# -- type B: the first alarm is indicated, and cancels itself after 5 minutes ----------------------

TYPE_B = site(
    S1,
    S2,
    rule("first", "any(held(smoke > 3 %/m, 5 min))", PRE),
    rule("b", "count(held(smoke > 3 %/m, 5 min)) >= 2"),
    outputs=[SIREN],
)
QUIET_B = "0 s1.smoke 0, s2.smoke 0 | siren off"


def test_26_a_second_detector_within_the_window_makes_it_a_fire_alarm():
    World(hall=TYPE_B).run(f"""
        {QUIET_B}
        5    s1.smoke 4 | alarm: entered pre-alarm rule/first
        10   s1.smoke 0 |
        305  s2.smoke 4 | alarm: spread pre-alarm rule/first
                        | alarm: entered fire-alarm rule/b
                        | siren on
    """)


def test_26_a_first_alarm_alone_is_shown_for_five_minutes_and_then_expires():
    world = World(hall=TYPE_B)
    world.run(f"""
        {QUIET_B}
        5    s1.smoke 4 | alarm: entered pre-alarm rule/first
        6    s1.smoke 0 |
        304.9           |
    """)
    assert (PRE, "rule/first") in world.life.in_force()

    world.run("""
        305             | alarm: left pre-alarm rule/first
        310  s2.smoke 4 | alarm: entered pre-alarm rule/first
        600             |
    """)


# -- type C: the alarm at once, its outputs with the second detector -------------------------------

WITHHELD = OutputDefinition(id="door", kind=OutputKind.RELAY, coincidence=2)


def test_27_one_detector_is_an_alarm_at_once_and_the_outputs_wait_for_the_second():
    any_smoke = rule("c", "any(smoke > 3 %/m)")
    World(hall=site(S1, S2, MCP, any_smoke, outputs=[SIREN, WITHHELD])).run("""
        0    s1.smoke 0, s2.smoke 0, mcp.contact 0 | siren off, door off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/c
                            | siren on
        900                 |
        901  s2.smoke 4     | alarm: spread fire-alarm rule/c
                            | door on
    """)


def test_a_manual_call_point_is_enough_for_outputs_that_wait_for_a_second_detector():
    any_smoke = rule("c", "any(smoke > 3 %/m)")
    World(hall=site(S1, S2, MCP, any_smoke, outputs=[WITHHELD])).run("""
        0    s1.smoke 0, s2.smoke 0, mcp.contact 0 | door off
        5    mcp.contact 1  | alarm: entered fire-alarm call-point/mcp because call-point
                            | door on
    """)


# -- delays ----------------------------------------------------------------------------------------

LATE = OutputDefinition(id="siren", kind=OutputKind.SIREN, delay=seconds(30))
DELAYED = site(S1, MCP, rule("fire", "s1.smoke > 3 %/m"), outputs=[LATE])
DELAY_ON = (Condition.DISABLED, "output/siren/delay")


def test_28_a_delay_of_30_s_is_a_disablement_that_stands_during_the_fire_too():
    world = World(hall=DELAYED)
    world.run("""
        0    s1.smoke 0, mcp.contact 0 | trouble: entered disabled output/siren/delay because delay
                                       | siren off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/fire
        34                  |
    """)
    assert DELAY_ON in world.life.in_force()

    world.run("""
        35                  | siren on
    """)
    assert DELAY_ON in world.life.in_force()


def test_28_a_manual_call_point_overrides_a_delay_that_runs():
    World(hall=DELAYED).run("""
        0    s1.smoke 0, mcp.contact 0 | trouble: entered disabled output/siren/delay because delay
                                       | siren off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/fire
        6    mcp.contact 1  | alarm: entered fire-alarm call-point/mcp because call-point
                            | siren on
    """)


SIREN_LINE = "kind: siren, line: 22}"


def test_a_delay_is_ten_minutes_at_most_and_nothing_waits_unless_told_to():
    delayed = loaded((SIREN_LINE, "kind: siren, line: 22, delay: 10 min}"))
    refused, problems = load(SITE, (SIREN_LINE, "kind: siren, line: 22, delay: 601 s}"))

    assert delayed.definition.outputs[0].delay == seconds(10 * MINUTE)
    assert refused is None
    assert "must be 10 min at most" in str(problems[0])
    plain = loaded().definition
    assert [(output.delay, output.coincidence) for output in plain.outputs] == [(0, 1), (0, 1)]
    assert [each.hold for each in plain.rules] == [0]

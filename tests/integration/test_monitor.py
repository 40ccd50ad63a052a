"""`firegw monitor` before a real gateway, on a real terminal: what is seen, and what keys do."""

import json
import os
import re
import signal
import subprocess
import sys
import termios

import pytest
from daemon_process import ROOT, wait_for
from monitored_building import LOCALE, MonitoredBuilding, Watched

from gateway.cli.outcome import ExitCode
from gateway.control.client import ask
from gateway.control.protocol import Outcome, Request, Verb

FIRE = "F I R E   A L A R M"
PROTECTED = "        P R O T E C T E D"  # not after NOT


@pytest.fixture(scope="module")
def building(tmp_path_factory):
    made = MonitoredBuilding(tmp_path_factory.mktemp("building"))
    yield made
    made.close()


def monitor(building, *arguments: str, **how: object) -> Watched:
    return Watched("monitor", "--socket", str(building.daemon.socket), *arguments, **how)


def ordered(building, **request: object) -> None:
    reply = ask(str(building.daemon.socket), Request(**request))
    assert reply.outcome is Outcome.DONE, reply.words


def alarms(building) -> list[str]:
    conditions = building.daemon.status().now.conditions
    return [each.condition for each in conditions if each.condition.endswith("alarm")]


def test_a_person_follows_a_fire_from_the_first_smoke_to_the_reset(building):
    played = building.building
    with monitor(building) as screen:
        screen.until(PROTECTED, "all quiet: 3 zones protected", "nothing waits", "gateway started")

        played.set("hall-smoke-1", 3.0, "smoke")
        screen.until("P R E - A L A R M", "PRE-ALARM in Sảnh chính", "NOT ACKNOWLEDGED")

        played.set("hall-smoke-1", 6.0, "smoke")
        screen.until(FIRE, "FIRE ALARM in Sảnh chính", "2 alarms · NOT ACKNOWLEDGED")

        screen.answer("a", "Acknowledge all alarms", "n")
        screen.until("nothing was changed", FIRE, "NOT ACKNOWLEDGED")
        screen.answer("a", "Acknowledge all alarms")
        screen.until(FIRE, "2 alarms · acknowledged", "acknowledged in the whole site, as ")

        screen.answer("s", "Silence the sirens of the whole site?")
        screen.until(FIRE, "2 alarms · acknowledged · sirens silenced")

        screen.answer("r", "Reset every latched alarm")
        screen.until(FIRE, "refused: ")

        played.set("hall-smoke-1", 0.1, "smoke")
        screen.until(FIRE, "latched; its cause has gone")
        screen.answer("r", "Reset every latched alarm")
        screen.until(PROTECTED, "reset in the whole site, as ", without=(FIRE,))


def test_a_detector_that_fails_and_one_out_of_service_are_seen_and_the_protection_with_them(
    building,
):
    played = building.building
    with monitor(building) as screen:
        screen.until(PROTECTED)

        played.set("store-smoke-1", "silent", "smoke")
        screen.until("N O T   P R O T E C T E D", "NOT PROTECTED: Kho sơn", without=(PROTECTED,))
        screen.press("2")
        screen.press("f")
        screen.until("store-smoke-1", "faulty", "1 of 6, 1 not in order", "unknown")
        screen.press("f")
        screen.press("1")
        played.set("store-smoke-1", 0.2, "smoke")
        screen.until(PROTECTED)

        ordered(building, verb=Verb.DISABLE, target="detector/hall-smoke-2", reason="hàn ở sảnh")
        screen.until("detector hall-smoke-2", "out of service", "hàn ở sảnh", without=(PROTECTED,))
        ordered(building, verb=Verb.ENABLE, target="detector/hall-smoke-2")
        screen.until(PROTECTED)


def test_a_zone_is_walked_and_each_detector_ticked_off(building):
    played = building.building
    with monitor(building) as screen:
        screen.until(PROTECTED)
        screen.press("t")
        screen.until("Choose a zone by the arrow keys first.")
        screen.press("\x1b[B")
        screen.until("zone hall", "› hall")
        screen.answer("t", "Test zone hall for 2 h?")
        screen.until("U N D E R   T E S T", "UNDER TEST: Sảnh chính")
        screen.press("4")
        screen.until("0 of 3 responded", "[ ] hall-smoke-1")
        played.set("hall-smoke-1", 6.0, "smoke")
        screen.until("1 of 3 responded", "[✓] hall-smoke-1", "sent in 0.")
        played.set("hall-smoke-1", 0.1, "smoke")
        screen.answer("t", "End the test of zone hall")
        screen.until(PROTECTED, "the test of zone hall has ended")


def test_a_lost_path_and_a_gateway_that_is_gone_are_never_shown_as_protected(building):
    with monitor(building) as screen:
        screen.until(PROTECTED)

        building.broker.stop()
        screen.until("NO PATH TO THE CENTRE", "lan  NOT CONNECTED", without=(PROTECTED,))
        building.broker.start()
        screen.until(PROTECTED, "lan  connected", without=("NO PATH",))

        building.daemon.process.send_signal(signal.SIGSTOP)
        screen.until("N O   A N S W E R", "is not known here", without=(PROTECTED,))
        screen.press("a")
        screen.until("The gateway does not answer: nothing was changed.")
        building.daemon.process.send_signal(signal.SIGCONT)
        screen.until(PROTECTED, without=("N O   A N S W E R",))

        screen.press("q")
        assert screen.end() == ExitCode.OK
        assert termios.tcgetattr(screen.terminal) == screen.attributes


def test_text_that_is_pasted_and_keys_pressed_at_random_order_nothing(building):
    # another detector than in the other tests: an alarm that flaps is held for a while
    building.building.set("stall-heat-1", 70, "temperature")
    try:
        with monitor(building) as screen:
            screen.until(FIRE)
            before = alarms(building)
            screen.press("ay")  # faster than anybody reads
            screen.until("Acknowledge all alarms", "y Yes, do it")
            screen.press("z")
            screen.until("nothing was changed")
            screen.press("yyYzx\t\x1b[A0$\x1b[200~ay sy ry\x1b[201~\r\n ")
            screen.until("NOT ACKNOWLEDGED")
            screen.press("q")
            screen.end()

        assert before
        assert alarms(building) == before
        conditions = building.daemon.status().now.conditions
        assert [each.acknowledged for each in conditions if each.condition == "fire-alarm"] == [
            None
        ]
    finally:
        building.building.set("stall-heat-1", 27, "temperature")
        wait_for(lambda: not building.daemon.status().now.conditions[0].standing, "no heat")
        ordered(building, verb=Verb.RESET)


def test_an_old_terminal_without_colours_and_utf_8_gets_neither(building):
    with monitor(building, term="vt100", LANG="C") as screen:
        shown = screen.until(PROTECTED, "Sanh chinh", "Day quay vai - tang 1")
        screen.press("2")
        shown += screen.until("_")
        screen.press("q")
        screen.end()

    assert shown.isascii()
    assert bytes(screen.sent).isascii()
    assert colours(screen) == set()
    assert b"\x1b[1;7m" in screen.sent, "the banner is bold and reversed"
    for modern in (b"\x1b]", b"$p", b"\x1b[>", b"\x1b[<", b"\x1b[?1004", b"\x1b[?1000"):
        assert modern not in screen.sent


def test_whoever_wants_no_colour_gets_words_in_bold_and_reversed_letters(building):
    with monitor(building, "--no-colour") as screen:
        screen.until(PROTECTED, "Sảnh chính")
        screen.press("2")
        screen.until("Only not in order")
        screen.press("q")
        screen.end()

    assert colours(screen) == set()
    assert screen.screen.buffer[0][40].reverse
    assert screen.screen.buffer[0][40].bold


def test_in_colour_it_speaks_vietnamese_by_locale(building):
    with monitor(building, LANG="vi_VN.UTF-8") as screen:
        screen.until("Đ Ư Ợ C   B Ả O   V Ệ", "bình thường: 3 khu vực", "q Thoát")
        screen.press("2")
        screen.until("Chỉ bất thường")
        screen.press("q")
        screen.end()

    assert 42 in colours(screen), "the banner is green"


def colours(screen: Watched) -> set[int]:
    """Give the codes of colour that were sent."""
    codes = re.findall(rb"\x1b\[([0-9;]*)m", bytes(screen.sent))
    numbers = {int(number) for code in codes for number in code.split(b";") if number}
    return {number for number in numbers if number >= 30}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (lambda screen: screen.press("\x03"), ExitCode.INTERRUPTED),
        (lambda screen: os.kill(screen.process, signal.SIGTERM), -signal.SIGTERM),
        (lambda screen: os.kill(screen.process, signal.SIGHUP), -signal.SIGHUP),
    ],
    ids=["ctrl-c", "sigterm", "sighup"],
)
def test_the_terminal_is_left_as_it_was_found(building, how, code):
    with monitor(building) as screen:
        screen.until(PROTECTED)
        screen.press("2")
        screen.until("Only not in order")
        how(screen)

        assert screen.end() == code
        assert termios.tcgetattr(screen.terminal) == screen.attributes
    assert screen.sent.rstrip().endswith(b"\x1b[?1049l")
    assert screen.sent.rindex(b"\x1b[?25h") > screen.sent.rindex(b"\x1b[?25l")


def test_a_screen_that_was_stopped_and_comes_back_is_painted_anew(building):
    with monitor(building) as screen:
        screen.until(PROTECTED)
        screen.press("2")
        screen.until("Only not in order")

        os.kill(screen.process, signal.SIGTSTP)
        wait_for(
            lambda: screen.read(0) and b"\x1b[?1049l" in screen.sent, "the terminal given back"
        )
        screen.screen.reset()  # somebody else had it
        os.kill(screen.process, signal.SIGCONT)

        screen.until(PROTECTED, "Only not in order", "hall-smoke-1")
        screen.press("q")
        screen.end()


def test_a_window_that_is_too_small_says_so_and_still_says_what_the_building_is(building):
    with monitor(building, size=(60, 12), NO_COLOR="1") as screen:
        shown = screen.until("60 columns and 12 rows", "P R O T E C T E D")
        screen.press("q")
        screen.end()

    assert "Sảnh" not in shown
    assert colours(screen) == set()


def firegw(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "gateway.cli.firegw", "monitor", *arguments),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **LOCALE},
        timeout=60,
        check=False,
    )


def test_without_a_terminal_it_prints_the_overview_once_and_with_json_the_status(building):
    socket = str(building.daemon.socket)

    printed = firegw("--socket", socket)
    as_json = firegw("--socket", socket, "--once", "--json")
    nobody = firegw("--socket", socket + ".none")

    assert printed.returncode == ExitCode.OK
    assert printed.stdout.split("\n")[0].strip() == "P R O T E C T E D"
    assert "Sảnh chính" in printed.stdout
    assert "\x1b" not in printed.stdout
    assert json.loads(as_json.stdout)["gateway"] == "GW-1"
    assert nobody.returncode == ExitCode.UNREACHABLE
    assert nobody.stderr.count("\n") == 1
    assert nobody.stdout == ""

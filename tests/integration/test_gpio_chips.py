"""Chips are found in /dev and chosen by their labels."""

import os
from pathlib import Path

import pytest

from drivers.bus import LineDownError
from drivers.gpio.chips import MOST_CHIPS, ChipsHere, FoundChip, choose_chip, find_chips

SYSTEM = FoundChip(0, "gpio-brcmstb@107d508500", 32)
PI_5 = FoundChip(4, "pinctrl-rp1", 54)
PI_4 = FoundChip(0, "pinctrl-bcm2711", 58)
PI_3 = FoundChip(0, "pinctrl-bcm2835", 54)
EXPANDER = FoundChip(7, "pcf8574", 8)


@pytest.mark.parametrize("header", [PI_5, PI_4, PI_3])
def test_the_header_is_found_on_every_model_whatever_its_number(header: FoundChip) -> None:
    assert choose_chip(ChipsHere((EXPANDER, header)), None) == header


def test_a_chip_is_chosen_by_its_label() -> None:
    assert choose_chip(ChipsHere((SYSTEM, PI_5, EXPANDER)), "pcf8574") == EXPANDER


def test_where_no_chip_is_a_header_the_error_names_those_that_are_there() -> None:
    with pytest.raises(LineDownError) as caught:
        choose_chip(ChipsHere((SYSTEM, EXPANDER)), None)

    assert "pinctrl-rp1 or pinctrl-bcm2711 or pinctrl-bcm2835" in str(caught.value)
    assert "gpiochip7 (pcf8574, 8 lines)" in str(caught.value)


def test_two_chips_of_one_label_are_not_chosen_between() -> None:
    twin = FoundChip(8, EXPANDER.label, 8)

    with pytest.raises(LineDownError, match="more than one chip is labelled pcf8574"):
        choose_chip(ChipsHere((EXPANDER, twin)), "pcf8574")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_chip_that_this_user_may_not_open_is_told_and_the_group_named(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").touch(mode=0)

    here = find_chips(tmp_path)

    with pytest.raises(LineDownError, match=r"gpiochip0 .*Permission denied.*group gpio"):
        choose_chip(here, None)


def test_a_file_that_is_no_chip_is_told_and_keeps_none_from_the_rest(tmp_path: Path) -> None:
    for number in (0, 3):
        (tmp_path / f"gpiochip{number}").touch()

    here = find_chips(tmp_path)

    assert here.found == ()
    assert [f"gpiochip{number}" in text for number, text in zip((0, 3), here.silent, strict=True)]
    with pytest.raises(LineDownError, match=r"gpiochip0 .*gpiochip3 "):
        choose_chip(here, None)


def test_links_of_older_numbers_and_strange_names_are_no_chips(tmp_path: Path) -> None:
    (tmp_path / "gpiochip4").symlink_to("/dev/null")
    (tmp_path / "gpiochip-x").touch()
    (tmp_path / "gpiochip999").touch()

    assert find_chips(tmp_path) == ChipsHere(())


def test_no_more_chips_are_looked_at_than_any_machine_has(tmp_path: Path) -> None:
    for number in range(MOST_CHIPS + 10):
        (tmp_path / f"gpiochip{number}").touch()

    assert len(find_chips(tmp_path).silent) == MOST_CHIPS

"""docs/devices.md is true: every profile of a product has its row, with its delivered settings."""

import re

import pytest
from settings_sites import PROFILES, ROOT

from gateway.settings.read_profile import load_profile
from rules.profile import Profile

ROW = re.compile(r"^\| \[`([^`]+)`\]\(\.\./config/profiles/([^)]+)\.yaml\) \|(.*)\|$", re.MULTILINE)
COLUMNS = 5  # behind the profile: device, as delivered, measures, traps and wiring, source
UNIT = {"devices.md": "unit", "devices.vi.md": "địa chỉ"}
OWN_SETTING = "notifier-afp-2800"  # a panel's port is set in the panel


def rows(page: str) -> dict[str, list[str]]:
    found = ROW.findall((ROOT / "docs" / page).read_text())
    assert all(name == file for name, file, _ in found)
    return {name: [cell.strip() for cell in cells.split(" | ")] for name, _, cells in found}


def products() -> dict[str, Profile]:
    found = {}
    for file, data in PROFILES.items():
        profile, _ = load_profile(data, file)
        if not re.match(r"no(ne)?\b", profile.source) and profile.driver in {"modbus", "serial"}:
            found[profile.id] = profile
    return found


def delivered(profile: Profile, unit: str) -> str:
    """Give the settings as people write them, or nothing where the maker states none."""
    device = profile.device
    said = device.as_delivered if profile.driver == "modbus" else device
    if said is None:
        return ""
    text = f"{said.baud} 8{said.parity[0].upper()}{said.stop_bits}"
    number = getattr(said, "unit", None)
    return text if number is None else f"{text}, {unit} {number}"


@pytest.mark.parametrize("page", UNIT)
def test_every_product_has_its_row_and_every_row_its_cells(page):
    table = rows(page)

    assert sorted(table) == sorted(products())
    assert {name: cells for name, cells in table.items() if len(cells) != COLUMNS} == {}
    assert {name for name, cells in table.items() if not all(cells)} == set()


@pytest.mark.parametrize("page", UNIT)
def test_each_row_has_the_settings_of_the_profile(page):
    table = rows(page)
    wanted = {name: delivered(each, UNIT[page]) for name, each in products().items()}

    assert {
        name: (table[name][1], setting)
        for name, setting in wanted.items()
        if setting and name != OWN_SETTING and table[name][1] != setting
    } == {}


@pytest.mark.parametrize("page", UNIT)
def test_what_belongs_to_no_product_is_named_too(page):
    text = (ROOT / "docs" / page).read_text()
    names = {file.rpartition("/")[2].removesuffix(".yaml") for file in PROFILES}

    assert {name for name in names if f"`{name}`" not in text} == set()

"""config/README.md is true: its files load, and its tables name all that there is."""

import re

import pytest
from settings_sites import PROFILES, ROOT, load

from drivers.registry import DRIVERS
from gateway.settings.field_plan import plan_of
from gateway.settings.model import Centre, DeliveredWhen, Tls, Uplink
from gateway.settings.model import Path as MqttPath
from gateway.settings.owner import Contact, Page
from gateway.settings.read_profile import load_profile
from gateway.settings.written import WrittenDetector, WrittenOutput, WrittenRule, WrittenSite
from gateway.settings.written_schedule import WrittenPeriod, WrittenSchedule
from rules.language.functions import FUNCTIONS
from rules.output import OutputKind
from rules.profile import DetectorKind, EndOfLine, QuantityRange
from rules.quantity import QUANTITIES

README = (ROOT / "config" / "README.md").read_text()
SITE, SCHEDULES, UPLINK, OWNER, PROFILE = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_its_site_loads_without_problem_or_warning():
    settings, problems = load(SITE)

    assert [str(problem) for problem in problems] == []
    assert settings is not None


def test_its_uplink_with_a_centre_loads_in_the_place_of_the_sites_own():
    before, _, _ = SITE.partition("uplink:")

    settings, problems = load(before + UPLINK)

    assert [str(problem) for problem in problems] == []
    assert settings.uplink.delivered_when is DeliveredWhen.CENTRE


def test_its_contacts_and_its_page_load_beside_its_site():
    settings, problems = load(SITE + OWNER)

    assert [str(problem) for problem in problems] == []
    assert settings.page == Page(interface="eth0")
    assert [contact.name for contact in settings.contacts] == ["Nguyễn Văn Bình", "Phòng trực"]


def test_its_profile_loads_without_problem_or_warning():
    profile, problems = load_profile(PROFILE.encode(), "some-co-transmitter.yaml")

    assert [str(problem) for problem in problems] == []
    assert profile is not None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_names_every_function_of_rules(function):
    assert f"`{function}(" in README


@pytest.mark.parametrize(
    "word",
    [
        *DRIVERS,
        *DetectorKind,
        *OutputKind,
        *QUANTITIES,
        *(
            plan.key
            for cls in (
                WrittenSite,
                WrittenDetector,
                WrittenOutput,
                WrittenRule,
                WrittenSchedule,
                WrittenPeriod,
                QuantityRange,
                EndOfLine,
                Uplink,
                Centre,
                MqttPath,
                Tls,
                Contact,
                Page,
            )
            for plan in plan_of(cls)
        ),
        "utc_offset",
        "holidays",
        *(
            plan.key
            for kind in DRIVERS.values()
            for options in (kind.bus_options, kind.detector_options, kind.output_options)
            if options is not None
            for plan in plan_of(options)
        ),
        *(file.rpartition("/")[2].removesuffix(".yaml") for file in PROFILES),
    ],
)
def test_it_names_every_word_that_may_be_written(word):
    assert f"`{word}`" in README

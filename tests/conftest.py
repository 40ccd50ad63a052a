"""What holds for all tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

INTEGRATION = Path(__file__).parent / "integration"

# How long an example takes is the machine's: a test that is slow under load has found nothing.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)  # before they are chosen and handed out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say what of a test its file need not: where it runs, and whether coverage is measured.

    Tests that share a costly fixture stay on one worker; all others go wherever there is room.
    Coverage is of the pure modules and by the tests that were written for them: random cases take
    three times as long where it is measured, and what starts processes shows nothing to it.
    """
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        if any(each[-1].scope == "module" for each in fixtures):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
        if INTEGRATION in item.path.parents or is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.unmeasured)
    if hasattr(config, "workerinput"):  # one of several at once
        _mix(items)


def _mix(items: list[pytest.Item]) -> None:
    """Run what waits beside what reckons, so that the cores have work all along."""
    kinds = [[], []]
    for item in items:
        kinds[INTEGRATION in item.path.parents].append(item)
    place = {
        item.nodeid: position / len(kind) for kind in kinds for position, item in enumerate(kind)
    }
    items.sort(key=lambda item: place[item.nodeid])

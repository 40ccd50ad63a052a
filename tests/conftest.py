"""What holds for all tests."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "tests" / "integration"

# How long an example takes is the machine's: a test that is slow under load has found nothing.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


class FixturesStayTogether(LoadScopeScheduling):
    """Keeps the tests of a file on one worker where they share a fixture of the whole file.

    All others go wherever there is room, so that no worker is left alone with a long file. (xdist
    has `--dist=loadgroup` for that, which does nothing with pytest 9.2.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if _shares(file) else nodeid


@cache
def _shares(file: str) -> bool:
    return 'scope="module"' in (ROOT / file).read_text()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FixturesStayTogether:
    """Choose who runs what, where several run at once."""
    return FixturesStayTogether(config, log)


@pytest.hookimpl(tryfirst=True)  # before some are chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say of each test whether coverage is measured.

    It is of the pure modules, by the tests that were written for them: random cases take three
    times as long where it is measured, and what starts processes shows nothing to it.
    """
    for item in items:
        if INTEGRATION in item.path.parents or is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.unmeasured)
    if hasattr(config, "workerinput"):
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

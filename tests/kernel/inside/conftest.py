"""Prints a line for each test, as the other long targets do, and the sum at the end."""

import sys
from collections.abc import Iterator

import pytest
from simulated_chip import SimulatedChip, Traced

MOST_LINES = 40  # lgpio can be talkative
counts = {"passed": 0, "failed": 0}


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _tell(report, "failed", "FAILED")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _tell(report, "failed", "FAILED")
    elif report.skipped:
        print(f"left    {_claim(report)}: {report.longrepr[2]}", file=sys.__stdout__)
    elif report.when == "call":
        _tell(report, "passed", "ok    ")


def pytest_sessionfinish() -> None:
    print(f"{counts['passed']} passed, {counts['failed']} failed", file=sys.__stdout__)


def _tell(report: pytest.CollectReport | pytest.TestReport, count: str, word: str) -> None:
    counts[count] += 1
    print(f"{word}  {_claim(report)}", file=sys.__stdout__)
    if report.failed:
        for text in (report.longreprtext, *(text for _, text in report.sections)):
            print("\n".join(text.splitlines()[-MOST_LINES:]), file=sys.__stdout__)
    sys.__stdout__.flush()


def _claim(report: pytest.CollectReport | pytest.TestReport) -> str:
    return report.nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")


@pytest.fixture
def header() -> Iterator[SimulatedChip]:
    """The header of a Raspberry Pi 4B."""
    chip = SimulatedChip("header", "pinctrl-bcm2711", lines=58)
    yield chip
    chip.remove()


@pytest.fixture
def traced() -> Iterator[Traced]:
    traced = Traced()
    yield traced
    traced.stop()

"""Rules at one instant, for the views that show them."""

from pathlib import Path

from gateway.rehearsal.read_tests import read_tests
from gateway.rehearsal.rehearse import rehearse
from gateway.rehearsal.verdict import judge
from gateway.settings.findings import Findings
from gateway.settings.yaml_nodes import read_yaml
from gateway.site_file import read_site

ROOT = Path(__file__).parents[2]
MARKET = ROOT / "config/examples/market.yaml"


def market():
    return read_site(MARKET).settings


def read(text: str, settings=None):
    """Give the tests of a file over the market, and what is wrong with it as lines."""
    findings = Findings()
    root, problems = read_yaml(text.encode(), "x.test.yaml")
    findings.add(*problems)
    tests = () if root is None else read_tests(root, settings or market(), findings)
    return tests, [str(problem) for problem in sorted(findings.problems, key=lambda p: p.place)]


def verdicts(text: str, settings=None):
    settings = settings or market()
    tests, problems = read(text, settings)
    assert problems == []
    return [judge(test, rehearse(settings.definition, test)) for test in tests]

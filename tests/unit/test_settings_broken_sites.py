"""A broken file for every rule of the grammar: each gives one problem, at its place.

The first line of each file says which: `# expect LINE:COLUMN: text`.
"""

import re
from pathlib import Path

import pytest

from gateway.settings.loader import load_site
from gateway.settings.read_profile import load_profile

ROOT = Path(__file__).resolve().parents[2]
PROFILES = {str(file): file.read_bytes() for file in (ROOT / "config/profiles").glob("*.yaml")}
BROKEN_SITES = sorted((ROOT / "tests/broken-sites").glob("*.yaml"))
BROKEN_PROFILES = sorted((ROOT / "tests/broken-profiles").glob("*.yaml"))


def expected(data: bytes) -> tuple[int, int, str]:
    first = data.split(b"\n", 1)[0].decode()
    match = re.fullmatch(r"# expect (\d+):(\d+): (.+)", first)
    assert match is not None, first
    return int(match[1]), int(match[2]), match[3]


@pytest.mark.parametrize("file", BROKEN_SITES, ids=lambda file: file.stem)
def test_a_broken_site_gives_its_one_problem_at_its_place(file):
    data = file.read_bytes()
    line, column, said = expected(data)

    settings, problems = load_site(data, file.name, PROFILES)

    assert len(problems) == 1, [str(problem) for problem in problems]
    (problem,) = problems
    assert str(problem).startswith(f"{file.name}:{line}:{column}: "), str(problem)
    assert said in str(problem)
    assert (settings is not None) == problem.warning == file.stem.startswith("warning-")


@pytest.mark.parametrize("file", BROKEN_PROFILES, ids=lambda file: file.stem)
def test_a_broken_profile_gives_its_one_problem_at_its_place(file):
    data = file.read_bytes()
    line, column, said = expected(data)

    profile, problems = load_profile(data, str(file))

    assert [str(problem) for problem in problems] == [str(problem) for problem in problems[:1]]
    assert str(problems[0]).startswith(f"{file}:{line}:{column}: "), str(problems[0])
    assert said in str(problems[0])
    assert profile is None

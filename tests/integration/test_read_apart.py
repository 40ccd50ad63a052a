"""What a child of the process makes is what the process gets, whatever becomes of the child."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.read_apart import made_apart
from gateway.site_file import read_site

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "config" / "examples").rglob("*[0-9a-z].yaml"))


@pytest.mark.parametrize(
    "file", [each for each in EXAMPLES if ".test." not in each.name], ids=lambda file: file.stem
)
def test_a_site_read_by_a_child_is_the_site(file: Path) -> None:
    read = read_site(file)

    assert read.settings is not None
    assert made_apart(lambda: read_site(file)) == read


def test_it_is_made_by_another_process() -> None:
    assert made_apart(os.getpid) != os.getpid()


def test_what_a_child_cannot_make_or_tell_is_made_here() -> None:
    here = os.getpid()

    def dies_in_a_child() -> int:
        if os.getpid() != here:
            os._exit(3)
        return 7

    assert made_apart(dies_in_a_child) == 7
    assert made_apart(lambda: dies_in_a_child)() == 7  # a closure cannot be pickled


def test_what_is_wrong_with_it_is_raised_here() -> None:
    def fails() -> None:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        made_apart(fails)


NOT_FOR_THE_DAEMON = (
    "anyio",
    "cryptography",
    "gateway.settings.loader",
    "gateway.settings.timing",
    "gateway.texts.tables",
    "jinja2",
    "pyte",
    "rich",
    "selenium",
    "starlette",
    "textual",
    "uvicorn",
    "yaml",
)
"""What reads a site file, and what only commands need: some MiB each, or many."""


def test_what_reads_a_site_or_serves_people_does_not_stay_with_the_gateway(tmp_path: Path) -> None:
    site = ROOT / "config" / "examples" / "market.yaml"
    program = (
        "import sys\n"
        "from functools import partial\n"
        "from pathlib import Path\n"
        "from gateway.cli.firegw import main\n"
        "from gateway.cli.run import _read, made_apart\n"
        f"started = made_apart(partial(_read, Path({str(site)!r}), Path({str(tmp_path)!r})))\n"
        "assert started.settings.definition.rules\n"
        f"print([name for name in {NOT_FOR_THE_DAEMON} if name in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "[]\n", ran.stdout


def test_all_that_a_site_says_survives_the_way() -> None:
    read = read_site(ROOT / "config" / "examples" / "market.yaml")

    assert pickle.loads(pickle.dumps(read.settings)) == read.settings

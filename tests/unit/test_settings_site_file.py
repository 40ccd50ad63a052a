"""Site files and profiles on a real disk."""

import os
from pathlib import Path

import pytest
from settings_sites import ROOT, SITE

from gateway.site_file import read_site
from gateway.site_texts import shipped_profiles


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site.yaml"
    file.write_text(SITE)
    return file


def test_a_site_is_read_with_the_profiles_that_are_shipped(site):
    read = read_site(site)

    assert read.problems == ()
    assert read.settings is not None
    assert read.texts[str(site)] == SITE.encode()
    assert shipped_profiles() == ROOT / "config" / "profiles"


def test_a_profile_beside_the_site_wins(site):
    own = site.parent / "profiles" / "jxct-jxbs-3001-co.yaml"
    own.parent.mkdir()
    shipped = (ROOT / "config/profiles/jxct-jxbs-3001-co.yaml").read_text()
    own.write_text(shipped.replace("500 ppm, haz", "2000 ppm, haz"))

    settings = read_site(site).settings

    assert settings is not None
    assert settings.profiles["jxct-jxbs-3001-co"].quantities["co"].highest == 2000


def test_a_broken_profile_beside_the_site_is_told_of_only_where_it_is_named(site):
    folder = site.parent / "profiles"
    folder.mkdir()
    (folder / "other.yaml").write_text("[")
    (folder / "notes.txt").write_text("[")
    assert read_site(site).problems == ()
    own = folder / "dry-contact.yaml"
    own.write_text("id: dry-contact\n")

    problems = read_site(site).problems

    assert {problem.place.file for problem in problems} == {str(own)}


def test_a_profile_that_cannot_be_read_matters_only_where_it_is_named(site):
    folder = site.parent / "profiles"
    folder.mkdir()
    (folder / "other.yaml").symlink_to(site.parent / "nowhere")
    assert read_site(site).settings is not None
    (folder / "dry-contact.yaml").mkdir()

    read = read_site(site)

    assert read.settings is None
    assert [str(problem.place.file) for problem in read.problems] == [
        str(site),
        str(folder / "dry-contact.yaml"),
        str(folder / "other.yaml"),
    ]
    assert "there is no profile dry-contact" in read.problems[0].what


def test_a_site_that_is_not_there_is_one_problem(tmp_path):
    read = read_site(tmp_path / "site.yaml")

    assert read.settings is None
    assert [str(problem) for problem in read.problems] == [
        f"{tmp_path}/site.yaml:1:1: cannot be read: no such file or directory (look at the path)"
    ]


def test_a_pipe_in_place_of_a_site_blocks_nobody(tmp_path):
    os.mkfifo(tmp_path / "site.yaml")

    (problem,) = read_site(tmp_path / "site.yaml").problems

    assert problem.what == "cannot be read: not a file"

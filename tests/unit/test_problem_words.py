"""Every mistake that a file can have is told in Vietnamese too, with its place."""

import pytest
import test_language
import test_language_functions
from test_settings_broken_sites import BROKEN_PROFILES, BROKEN_SITES, PROFILES
from test_text import placeholders

from gateway.problem_words import hint_in_vietnamese, said, what_in_vietnamese
from gateway.settings.loader import load_site
from gateway.settings.read_profile import load_profile
from gateway.text import Language
from gateway.texts.field_helps import FIELD_TEXTS
from gateway.texts.problem_hints import HINT_TEXTS
from gateway.texts.problems_language import LANGUAGE_HINT_TEXTS, LANGUAGE_TEXTS, PLACE_TEXTS
from gateway.texts.problems_profile import PROFILE_TEXTS
from gateway.texts.problems_rules import RULE_TEXTS
from gateway.texts.problems_site import SITE_TEXTS, TAKEN_TEXTS
from gateway.texts.problems_written import (
    NOUN_TEXTS,
    REASON_TEXTS,
    VALUE_TEXTS,
    WRITTEN_TEXTS,
    YAML_TEXTS,
)
from rules.language.compile import compile_expression
from rules.language.mistake import ExpressionError
from rules.problem import Place, Problem

ALL_TEXTS = (
    *(*LANGUAGE_TEXTS, *PLACE_TEXTS, *LANGUAGE_HINT_TEXTS, *FIELD_TEXTS, *REASON_TEXTS),
    *(*WRITTEN_TEXTS, *YAML_TEXTS, *VALUE_TEXTS, *NOUN_TEXTS),
    *(*SITE_TEXTS, *TAKEN_TEXTS, *RULE_TEXTS, *PROFILE_TEXTS, *HINT_TEXTS),
)


def problem_of(file) -> Problem:
    """The one problem of a broken file."""
    if file in BROKEN_SITES:
        _, [problem] = load_site(file.read_bytes(), file.name, PROFILES)
    else:
        _, [problem] = load_profile(file.read_bytes(), str(file))
    return problem


@pytest.mark.parametrize(
    "file", [*BROKEN_SITES, *BROKEN_PROFILES], ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_the_problem_of_every_broken_file_is_told_in_vietnamese(file):
    problem = problem_of(file)

    assert what_in_vietnamese(problem.what) is not None, problem.what
    assert not problem.hint or hint_in_vietnamese(problem.hint) is not None, problem.hint
    shown = said(problem, Language.VIETNAMESE)
    assert shown.startswith(f"{problem.place}: ")
    assert "{" not in shown or "{" in str(problem)
    assert said(problem, Language.ENGLISH) == str(problem)


@pytest.mark.parametrize(
    ("marked", "scope"),
    [
        *((marked, test_language.SCOPE) for marked in test_language.BAD),
        *((marked, test_language_functions.SCOPE) for marked in test_language_functions.BAD),
    ],
)
def test_every_mistake_in_an_expression_is_told_in_vietnamese(marked, scope):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(marked.replace("«", "").replace("»", ""), scope)

    for mistake in caught.value.mistakes:
        assert what_in_vietnamese(mistake.what) is not None, mistake.what
        assert not mistake.hint or hint_in_vietnamese(mistake.hint) is not None, mistake.hint


@pytest.mark.parametrize("text", ALL_TEXTS, ids=lambda text: text.en)
def test_both_languages_name_the_same_places(text):
    assert text.vi.strip()
    assert placeholders(text.en) == placeholders(text.vi)


def test_no_sentence_stands_in_the_book_twice():
    sentences = [text.en for text in ALL_TEXTS]

    twice = {each for each in sentences if sentences.count(each) > 1}
    assert twice == {"one of {names}", "one value"}  # of two books each


@pytest.mark.parametrize(
    ("what", "vietnamese"),
    [
        ("unknown key adress", "không có mục adress"),
        (
            "for: ppm is a unit of volume fraction, not of time",
            "for: ppm là đơn vị của nồng độ thể tích, không phải của thời gian",
        ),
        (
            "lowest must be a number with its unit, as 5 %LEL, not a list",
            "lowest phải là một số có đơn vị, như 5 %LEL, không phải một danh sách",
        ),
        ("there is no zone hal", "không có khu vực hal"),
        (
            "unit 1 as jxct-jxbs-3001-co is already taken by hall-co at line 13",
            "địa chỉ 1 với jxct-jxbs-3001-co đã do hall-co dùng ở dòng 13",
        ),
        ("a sentence of a later version", None),
        ("a field: a sentence of a later version", None),
    ],
)
def test_ids_numbers_and_units_stay_as_they_are(what, vietnamese):
    assert what_in_vietnamese(what) == vietnamese


def test_a_warning_is_told_as_one():
    problem = Problem(
        place=Place(file="site.yaml", line=3, column=7),
        what="nothing is on bus spare",
        hint="delete it",
        warning=True,
    )

    assert said(problem, Language.VIETNAMESE) == (
        "site.yaml:3:7: cảnh báo: không có gì trên đường dây spare (hãy xóa đi)"
    )

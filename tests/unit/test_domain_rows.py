"""Every row of the register has tests that are there, or says why it has none."""

import ast
from functools import cache
from itertools import chain
from pathlib import Path

import domain_rows
import field_rows
import pytest

ROWS = (*domain_rows.ROWS, *field_rows.ROWS)
TESTS = Path(__file__).resolve().parents[1]
RAN = (TESTS / "unit", TESTS / "integration")
ONCE = {
    path.stem
    for folder, kind in zip(RAN, ("domain", "field"), strict=True)
    for path in folder.glob(f"test_{kind}_*.py")
} - {"test_domain_rows"}


@cache
def names_in(module):
    """Give the names of a module's tests, functions and assigned ones; empty where it is not."""
    found = [folder / f"{module}.py" for folder in RAN if (folder / f"{module}.py").exists()]
    names = set()
    for node in chain.from_iterable(ast.parse(file.read_text()).body for file in found):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in names if name.startswith("test_")}


def is_there(reference):
    module, _, test = reference.partition("::")
    if module.startswith("bench_"):
        return not test and (TESTS / "bench" / f"{module}.py").exists()
    return test in names_in(module)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.says)
def test_a_row_is_proved_by_tests_that_are_there_or_says_why_it_is_not(row):
    assert bool(row.by) != bool(row.out_of_scope), "tests or a reason, and not both"
    assert [each for each in row.by if not is_there(each)] == []
    if row.by:
        assert any("::" in each for each in row.by), "a bench alone proves nothing"
    else:
        assert row.out_of_scope.endswith(".")
        assert len(row.out_of_scope.split()) >= 5, "a reason is a sentence"


def test_each_row_stands_once():
    says = [row.says for row in ROWS]

    assert len(set(says)) == len(says)


def test_every_test_that_was_written_for_the_register_is_in_it():
    named = {each for row in ROWS for each in row.by}
    written = {f"{module}::{test}" for module in ONCE for test in names_in(module)}

    assert written
    assert written - named == set()


@pytest.mark.parametrize(
    "reference", ["test_domain_heat::test_nobody_wrote", "test_no_such::test_x", "bench_none"]
)
def test_a_test_that_is_not_there_is_noticed(reference):
    assert not is_there(reference)

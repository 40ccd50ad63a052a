"""The page on security says what the gateway does: its tables are those of the code."""

from refusal_table import DOCS, refusals

from gateway.uplink.certificate_expiry import EXPIRED, STEPS
from gateway.uplink.refusal_reason import RefusalReason


def test_each_reason_stands_in_the_table_of_refusals():
    assert {row.reason for row in refusals()} == set(RefusalReason)


def test_both_languages_have_the_same_lines_and_reasons_in_the_same_order():
    english, vietnamese = refusals("security.md"), refusals("security.vi.md")

    assert [(row.line, row.reason) for row in english] == [
        (row.line, row.reason) for row in vietnamese
    ]
    assert len({row.what for row in vietnamese}) == len(vietnamese)


def test_the_steps_of_expiry_stand_in_both_languages():
    for page in ("security.md", "security.vi.md"):
        text = (DOCS / page).read_text()
        for _, condition, cause, words in STEPS:
            number = words.removeprefix("less than ").split()[0].replace("a", "1")
            [row] = [line for line in text.splitlines() if f"`{cause}` |" in line]
            assert row.startswith(f"| {number} "), row
            assert ("fault" in row or "lỗi" in row) == (condition == "fault"), row
        assert f"| `{EXPIRED}` |" in text

"""Why something stands, in the reader's language."""

import pytest

from gateway.control.detail_words import in_words_of
from gateway.text import Language
from gateway.texts.details import DETAIL_TEXTS
from gateway.texts.phrasebook import names_in

EN, VI = Language.ENGLISH, Language.VIETNAMESE


@pytest.mark.parametrize("text", DETAIL_TEXTS, ids=lambda text: text.en)
def test_each_sentence_is_told_in_vietnamese_with_what_stands_in_it(text):
    values = {name: f"<{name}>" for name in names_in(text.en)}

    assert in_words_of(VI, text.en.format(**values)) == text.vi.format(**values)
    assert in_words_of(EN, text.en.format(**values)) == text.en.format(**values)


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        (
            "unknown to the rules: hall-smoke-1, attic-2 and 3 more; no alarm rule is left",
            "luật không biết: hall-smoke-1, attic-2 và 3 nữa; không còn luật nào báo động được",
        ),
        (
            "127.0.0.1:8883: connection refused; is the broker running, and is the port right?",
            "127.0.0.1:8883: bị từ chối kết nối; máy chủ MQTT có đang chạy, cổng có đúng không?",
        ),
        (
            "version 0.1.0, configuration 4c95450ba3c6; epoch 2569aea8 begins: made anew",
            "phiên bản 0.1.0, cấu hình 4c95450ba3c6; bắt đầu epoch 2569aea8: nhật ký mới",
        ),
        (
            "line: a word that nobody knows; is the network up?",
            "line: a word that nobody knows; mạng có thông không?",
        ),
    ],
)
def test_a_detail_of_several_sentences_is_told_one_by_one(detail, told):
    assert in_words_of(VI, detail) == told


@pytest.mark.parametrize("detail", ["", ";", "; ", "hàn xì; cửa sau", "{where}: {why}", "x" * 5000])
def test_what_is_in_no_table_stays_as_it_is(detail):
    assert in_words_of(VI, detail) == detail

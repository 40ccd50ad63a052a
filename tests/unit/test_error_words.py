"""What other parts say when they end a command is told in Vietnamese too."""

import pytest
from test_text import placeholders

from gateway.cli.error_words import said
from gateway.number_list import numbers_in
from gateway.signature import public_key
from gateway.text import Language
from gateway.texts.errors import ERROR_TEXTS
from gateway.texts.usage import FAULT_TEXTS, USAGE_TEXTS

VIETNAMESE = Language.VIETNAMESE


def error_of(do, *arguments, **named) -> str:
    try:
        do(*arguments, **named)
    except ValueError as error:
        return str(error)
    return pytest.fail("it found nothing wrong")


@pytest.mark.parametrize(
    "text",
    [
        f"--units: {error_of(numbers_in, 'x', least=1, most=9)}",
        f"--units: {error_of(numbers_in, '9-1', least=1, most=9)}",
        f"--units: {error_of(numbers_in, '1,' * 2000, least=1, most=9)}",
        f"--key: {error_of(public_key, 'x')}",
        "/etc/device.key: mode 0644 lets others at it; chmod 600 /etc/device.key",
        "/tmp/journal.db: cannot be read: permission denied",
        "/dev/ttyUSB0: still hanging in the attempt to open it; unplug the adapter",
    ],
)
def test_an_error_is_told_in_both_languages(text):
    assert said(text, VIETNAMESE) != text
    assert said(text, Language.ENGLISH) == text


def test_what_is_vietnamese_already_stays_as_it_is():
    text = "/run/x: không có socket này"

    assert said(text, VIETNAMESE) == text


@pytest.mark.parametrize(
    "text", [*ERROR_TEXTS, *USAGE_TEXTS, *FAULT_TEXTS], ids=lambda text: text.en
)
def test_both_languages_name_the_same_places(text):
    assert placeholders(text.en) == placeholders(text.vi)

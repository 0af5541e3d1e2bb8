"""A word may be of any script, and is compared in one form."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.words.names import WordName

NAMES = TypeAdapter[str](WordName)


@pytest.mark.parametrize(
    "word",
    [
        "lamp",
        "desk lamp",
        "rock 'n' roll",
        "l\N{RIGHT SINGLE QUOTATION MARK}eau",
        "x-ray",
        "straße",
        "灯",
        "лампа",
        "टेबल लैंप",
        "می‌روم",
        "7 up",
        "a" * 64,
    ],
)
def test_words_of_every_script_stay_as_they_are(word: str) -> None:
    assert NAMES.validate_python(word) == word


@pytest.mark.parametrize(
    ("word", "kept"), [("Lamp", "lamp"), (" desk   LAMP ", "desk lamp"), ("cafe\u0301", "café"), ("ΛΌΓΟΣ", "λόγος")]
)
def test_a_word_has_one_form(word: str, kept: str) -> None:
    assert NAMES.validate_python(word) == kept


@pytest.mark.parametrize(
    "word", ["", " ", "_unknown_", "a,b", "a/b", "..", "77", "'", "a\nb\0", "😀", "a" * 65, "export"]
)
def test_what_is_no_word_is_refused(word: str) -> None:
    with pytest.raises(ValidationError, match="must be"):
        NAMES.validate_python(word)

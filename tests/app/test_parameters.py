"""Words are compared in one form, and found in phrases even where one consists of several."""

import pytest

from app.parameters import normalized, split_phrase


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Left  right", ["left", "right"]),
        ("turn on the DESK LAMP [unk]", ["turn", "on", "the", "desk lamp", "[unk]"]),
        ("desk on", ["desk", "on"]),
        (" ", []),
    ],
)
def test_a_phrase_is_split_into_commands_and_other_words(phrase: str, words: list[str]) -> None:
    assert split_phrase(phrase, ["left", "right", "on", "lamp", "desk lamp"]) == words


def test_the_longest_command_counts() -> None:
    assert split_phrase("desk lamp", ["desk", "lamp", "desk lamp"]) == ["desk lamp"]


def test_words_are_compared_in_small_composed_letters() -> None:
    assert normalized(" Cafe\N{COMBINING ACUTE ACCENT}  Noir") == "café noir"

"""Of taught words, what is heard rightly and wrongly is counted; of the others, all that is accepted."""

import json

from benchmarks.hearing.kokoro import VOICES, WORDS
from benchmarks.hearing.languages import Answer, shares
from model.voices import PICO


def percents(heard: list[Answer], threshold: float) -> list[str]:
    return [cell.split("%")[0] for cell in shares(heard, threshold)]


def test_each_kind_of_words_is_counted_by_itself() -> None:
    own = [
        Answer("casa", "taught", "casa", 0.9),
        Answer("agua", "taught", "casa", 0.9),
        Answer("casa", "taught", "", 1.0),
    ]
    rest = [Answer("gato", "others", "", 0.9), Answer("cosa", "alike", "casa", 0.9), Answer("coche", "alike", "", 0.9)]

    assert percents(own + rest, 0.5) == ["33.3", "33.3", "0.00", "50.0"]


def test_what_does_not_reach_the_threshold_is_not_accepted() -> None:
    heard = [
        Answer(word, kind, "casa", 0.9) for word, kind in (("casa", "taught"), ("gato", "others"), ("cosa", "alike"))
    ]

    assert percents(heard, 0.95) == ["0.00"] * 4


def test_ten_words_of_each_language_are_taught_and_no_other_word_is_one_of_them() -> None:
    languages = json.loads(WORDS.read_text())

    assert set(languages) == set(VOICES) == {*PICO, "cmn"} - {"en", "it"}
    assert {len(kinds["taught"]) for kinds in languages.values()} == {10}
    assert all(len(set().union(*kinds.values())) == 30 for kinds in languages.values())

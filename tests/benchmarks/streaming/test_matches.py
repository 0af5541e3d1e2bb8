"""Words and events are matched as TensorFlow's streaming test matches them."""

import pytest

from benchmarks.streaming.matches import Matches
from benchmarks.streaming.spotting import Spotted
from benchmarks.streaming.word_mix import Word

WORDS = [Word(label="yes", end_seconds=2.0), Word(label="no", end_seconds=5.0)]


def spotted(*events: tuple[str, float]) -> list[Spotted]:
    return [Spotted(label=label, seconds=seconds) for label, seconds in events]


def test_the_first_event_of_a_word_with_its_label_is_correct_and_has_a_delay() -> None:
    matches = Matches.of(WORDS, spotted(("yes", 2.3), ("no", 5.1)))

    assert (matches.n_correct, matches.n_wrong, matches.n_false_positives, matches.n_matched) == (2, 0, 0, 2)
    assert matches.delays == pytest.approx([0.3, 0.1])


@pytest.mark.parametrize(
    ("events", "n_correct", "n_wrong", "n_false_positives", "n_matched"),
    [
        ((("no", 2.3),), 0, 1, 0, 1),
        ((("yes", 2.3), ("yes", 3.2)), 1, 1, 0, 1),
        ((("no", 2.3), ("yes", 2.9)), 0, 2, 0, 1),
        ((("yes", 0.4), ("yes", 6.6)), 0, 0, 2, 0),
        ((("yes", 0.5), ("no", 6.5)), 2, 0, 0, 2),
        ((), 0, 0, 0, 0),
    ],
)
def test_other_events_are_wrong_near_a_word_and_false_elsewhere(
    events: tuple[tuple[str, float], ...], n_correct: int, n_wrong: int, n_false_positives: int, n_matched: int
) -> None:
    matches = Matches.of(WORDS, spotted(*events))

    counts = (matches.n_correct, matches.n_wrong, matches.n_false_positives, matches.n_matched)
    assert counts == (n_correct, n_wrong, n_false_positives, n_matched)


def test_several_mixes_add_up() -> None:
    both = Matches.of(WORDS, spotted(("yes", 2.3))) + Matches.of(WORDS, spotted(("yes", 5.1), ("no", 9.0)))

    assert (both.n_words, both.n_correct, both.n_wrong, both.n_false_positives, both.n_matched) == (4, 1, 1, 1, 2)
    assert both.delays == pytest.approx([0.3])

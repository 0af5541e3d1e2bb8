"""A taught word is compared with all other words, and with its own recordings."""

import numpy as np
import pytest

from model.appraisal import LookAlike, left_out_recall, look_alikes
from model.engines.protocol import Posteriors
from model.teaching import TaughtWord
from tests.labels import LABELS
from tests.model.taught import always, example, random_bank, taught, teacher


def network_that_hears(label: str, posterior: float = 0.9) -> Posteriors:
    """The posteriors of three recordings; the rest is unknown."""
    row = [{label: posterior, "_unknown_": 1 - posterior}.get(name, 0.0) for name in LABELS]
    return np.array(3 * [row], np.float32)


def alike(word: TaughtWord, *others: TaughtWord, heard: str = "_silence_") -> list[LookAlike]:
    return look_alikes(word, others, teacher().bank, LABELS, network_that_hears(heard))


def test_a_word_that_was_taught_twice_resembles_itself() -> None:
    again = teacher().teach("seventh", [example("seven", 1.05)])

    (found,) = alike(taught("seven"), again)

    assert found.word == "seventh"
    assert found.likeness > 0.9


def test_a_command_that_the_network_hears_in_a_word_is_named() -> None:
    (found,) = alike(taught("seven"), heard="on")

    assert found.word == "on"
    assert found.likeness == pytest.approx(0.9)


def test_a_word_resembles_a_command_that_passes_for_it() -> None:
    word = teacher().teach("light", [example("right", speed) for speed in (0.9, 1.0, 1.1)])

    assert [found.word for found in alike(word)] == ["right"]


def test_words_that_differ_are_not_named() -> None:
    assert alike(taught("seven"), always("lamp", -5.0), always("fan", -1.0)) == []


def test_the_likest_word_comes_first() -> None:
    found = alike(taught("seven"), always("lamp", 0.1), heard="on")

    assert [(other.word, round(other.likeness, 1)) for other in found] == [("on", 0.9), ("lamp", 0.5)]


def test_recordings_that_are_alike_are_heard_without_each_other() -> None:
    assert left_out_recall(taught("seven"), teacher().bank, threshold=0.672) == 1.0


def test_a_recording_of_another_word_is_missed() -> None:
    recordings = [*(example("seven", speed) for speed in (0.9, 1.0, 1.1)), example("stop")]
    mixed = teacher().teach("seven", recordings)

    assert left_out_recall(mixed, teacher().bank, threshold=0.672) <= 0.75


def test_one_recording_can_not_be_left_out() -> None:
    with pytest.raises(ValueError, match="one recording"):
        left_out_recall(always("lamp", 0.0), random_bank(), threshold=0.5)

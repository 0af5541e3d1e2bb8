"""A word is taught with a few recordings, if a word can be heard in each."""

from time import thread_time

import numpy as np
import pytest

from model.errors import CutOff, NoSpeech
from tests.model.taught import example, taught, teacher, within_silence
from tests.signals import Signal, noise, tone


def test_a_word_that_the_bank_holds_can_be_taught() -> None:
    assert "seven" in teacher().bank.words
    assert taught("seven").n_recordings == 3


def test_a_word_is_taught_in_well_under_a_second() -> None:
    recordings = [example("seven", speed) for speed in (0.9, 1.0, 1.1)]
    teacher().teach("seven", recordings)  # the first call is slower

    started = thread_time()
    teacher().teach("seven", recordings)

    assert thread_time() - started < 0.5


@pytest.mark.parametrize("sound", [tone(3_000.0, seconds=0.3), noise(4_800, amplitude=0.3)])
def test_a_sound_that_is_no_speech_teaches_nothing(sound: Signal) -> None:
    with pytest.raises(NoSpeech, match="does not sound like speech"):
        teacher().hear(within_silence(sound))


def test_one_bad_recording_refuses_them_all() -> None:
    with pytest.raises(CutOff):
        teacher().teach("seven", [example("seven"), example("seven")[6_400:]])


def test_a_word_is_heard_at_the_place_where_it_is_likeliest() -> None:
    word, features = taught("seven"), taught("seven").features[:1]

    log_odds = word.log_odds(np.concatenate([features, np.roll(features, 1, axis=1), np.roll(features, 2, axis=1)]))

    assert log_odds == pytest.approx(np.full(3, log_odds[0]))


def test_of_the_other_words_few_pass() -> None:
    bank = teacher().bank

    log_odds = taught("seven").log_odds(bank.without("seven").features)

    assert (log_odds > 0).mean() < 0.03

"""The word in a recording is found, and a recording that would teach something else is refused with a reason."""

import numpy as np
import pytest

from model.errors import Clipped, CutOff, NoSpeech, TooQuiet, UnusableRecording, WordTooLong
from model.recording import cut_word
from tests.model.taught import within_silence
from tests.signals import Signal, noise, tone

WORD = tone(300.0, seconds=0.4)


@pytest.mark.parametrize(("before", "after"), [(0.3, 2.2), (1.2, 1.2), (2.2, 0.3)])
def test_the_word_stands_in_the_middle_of_its_second_wherever_it_was_said(before: float, after: float) -> None:
    recording = np.concatenate(
        [noise(round(16_000 * before), amplitude=0.001), WORD, noise(round(16_000 * after), amplitude=0.001)]
    )

    second = cut_word(recording)

    loud = np.flatnonzero(np.abs(second) > 0.1)
    assert second.shape == (16_000,)
    assert len(loud) > 0.3 * 16_000
    assert (loud[0] + loud[-1]) / 2 == pytest.approx(8_000, abs=3_300)


def test_a_short_recording_gets_zeros_around_it() -> None:
    recording = within_silence(WORD, seconds=0.1)

    second = cut_word(recording)

    assert np.array_equal(second[3_200 : 3_200 + len(recording)], recording)
    assert not second[:3_200].any()


def test_a_phrase_stays_together() -> None:
    phrase = np.concatenate([WORD[:4_000], np.zeros(3_200, np.float32), WORD[:4_000]])

    second = cut_word(within_silence(phrase, seconds=0.8))

    assert np.count_nonzero(np.abs(second) > 0.1) > 0.8 * np.count_nonzero(np.abs(phrase) > 0.1)


@pytest.mark.parametrize(
    ("recording", "error", "message"),
    [
        (noise(32_000), NoSpeech, "no word stands out"),
        (np.zeros(16_000, np.float32), NoSpeech, "no word stands out"),
        (0.002 * within_silence(WORD), TooQuiet, "too quiet"),
        (within_silence(WORD)[9_600:], CutOff, "cut off"),
        (within_silence(WORD)[:12_000], CutOff, "cut off"),
        (within_silence(np.clip(8 * WORD, -1, 1)), Clipped, "clipped"),
        (within_silence(tone(300.0, seconds=1.5)), WordTooLong, r"lasts 1\.\d s; heed learns words of up to 1\.2 s"),
    ],
)
def test_a_recording_that_can_teach_no_word_is_refused_with_a_reason(
    recording: Signal, error: type[UnusableRecording], message: str
) -> None:
    with pytest.raises(error, match=message):
        cut_word(recording)

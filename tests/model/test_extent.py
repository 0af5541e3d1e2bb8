"""The word in a second is located to a few hundredths."""

import numpy as np
import pytest

from model.extent import PART_SAMPLES, word_extent
from tests.signals import Signal, noise, tone

SLACK = 3  # frames that smoothing adds on either side


def second(*tones: tuple[int, int], noise_amplitude: float = 0.003) -> Signal:
    """Tones over noise, each from a frame of 10 ms to another."""
    waveform = noise(amplitude=noise_amplitude)
    for first, end in tones:
        waveform[160 * first : 160 * end] += tone(seconds=(end - first) / 100)
    return waveform


def extent_in_frames(waveform: Signal, first_heard: float) -> tuple[float, float]:
    first, end = word_extent(waveform, first_heard)
    return first / PART_SAMPLES, end / PART_SAMPLES


@pytest.mark.parametrize("noise_amplitude", [0.0, 0.0001, 0.003, 0.1])
@pytest.mark.parametrize(("first", "end"), [(20, 60), (45, 80), (0, 30), (70, 100)])
def test_a_word_in_noise_is_found(first: int, end: int, noise_amplitude: float) -> None:
    found = extent_in_frames(second((first, end), noise_amplitude=noise_amplitude), first_heard=end / 100)

    assert np.abs(np.subtract(found, (first, end))).max() <= SLACK


def test_a_stop_inside_a_word_does_not_end_it() -> None:
    first, end = extent_in_frames(second((30, 50), (57, 65)), first_heard=0.7)

    assert abs(first - 30) <= SLACK
    assert abs(end - 65) <= SLACK


@pytest.mark.parametrize(("first_heard", "expected"), [(0.4, 10), (0.9, 65)])
def test_of_two_words_it_is_the_one_before_it_was_first_heard(first_heard: float, expected: int) -> None:
    first, _ = extent_in_frames(second((10, 35), (65, 90)), first_heard=first_heard)

    assert abs(first - expected) <= SLACK


def test_a_far_louder_sound_is_not_taken_for_the_word() -> None:
    waveform = 0.2 * second((55, 85), noise_amplitude=0.01) + second((0, 10), noise_amplitude=0.0)

    first, end = extent_in_frames(waveform, first_heard=0.9)

    assert abs(first - 55) <= SLACK
    assert abs(end - 85) <= SLACK


@pytest.mark.parametrize("seed", range(5))
def test_zeros_are_no_part_of_a_word(seed: int) -> None:
    waveform = np.zeros(16_000, np.float32)
    waveform[160 * 40 : 160 * 60] = noise(160 * 20, seed=seed)

    first, end = extent_in_frames(waveform, first_heard=0.1 + 0.2 * seed)

    assert 40 <= first < end <= 60


@pytest.mark.parametrize("amplitude", [1.0, 1e-4, 1e-30])
def test_a_word_ends_with_the_last_sample_that_is_not_zero(amplitude: float) -> None:
    waveform = np.zeros(16_000, np.float32)
    waveform[8_007] = amplitude

    assert word_extent(waveform, first_heard=1.0) == (8_000, 8_008)

"""Locate a word inside the second in which it was heard: the loud part around the loudest place near it."""

import numpy as np

from model.audio import SAMPLE_RATE, Waveform

PART_SAMPLES = SAMPLE_RATE // 100  # the level is measured in parts of 10 ms
SMOOTHED_PARTS = 5
MIDDLE_BEFORE_SECONDS = 0.2  # the middle of a word, before the end of the first second in which it was heard
FALL_DB_PER_SECOND = 40.0  # how much louder a place must be to be taken for the word that far from there
FLOOR_PERCENTILE = 10.0  # of the level; what is quieter is no word
LOUD_SHARE = 0.25  # of the way from the floor to the loudest, in decibels
MAX_GAP_PARTS = 6  # a stop inside a word, less what smoothing fills of it


def word_extent(second: Waveform, first_heard: float) -> tuple[int, int]:
    """Find the first sample of the word in a second, and the one after its last, to 10 ms.

    Args:
        second: the second in which the word was heard, ``(time,)``, not all zeros. Zeros are no part of a word.
        first_heard: where in ``second`` the first second that the word was heard in ends, in seconds.
    """
    parts = second.reshape(-1, PART_SAMPLES)
    sounds = parts.any(axis=1)
    power = np.square(parts).mean(axis=1)
    smoothed = np.convolve(power, np.full(SMOOTHED_PARTS, 1 / SMOOTHED_PARTS), "same")
    level_db = 10 * np.log10(np.maximum(smoothed, 1e-12))
    seconds = np.arange(len(power)) * PART_SAMPLES / SAMPLE_RATE
    distance = np.abs(seconds - (first_heard - MIDDLE_BEFORE_SECONDS))
    peak = np.where(sounds, level_db - FALL_DB_PER_SECOND * distance, -np.inf).argmax()
    floor = min(np.percentile(level_db[sounds], FLOOR_PERCENTILE), level_db[peak])
    (loud,) = np.nonzero(sounds & (level_db >= floor + LOUD_SHARE * (level_db[peak] - floor)))
    stretches = np.split(loud, np.flatnonzero(np.diff(loud) > MAX_GAP_PARTS) + 1)
    word = next(stretch for stretch in stretches if stretch[-1] >= peak)
    return int(word[0]) * PART_SAMPLES, min(int(word[-1] + 1) * PART_SAMPLES, int(second.nonzero()[0][-1]) + 1)

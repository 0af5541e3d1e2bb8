"""A second of sound in, where the word in it lies out: the loud part around the loudest place near where it must be."""

import numpy as np

from model.audio import FRAME_SAMPLES, SAMPLE_RATE, Waveform

SMOOTHED_FRAMES = 5
MIDDLE_BEFORE_SECONDS = 0.2  # the middle of a word, before the end of the first second in which it was heard
FALL_DB_PER_SECOND = 40.0  # how much louder a place must be to be taken for the word that far from there
FLOOR_PERCENTILE = 10.0  # of the level; what is quieter is no word
LOUD_SHARE = 0.25  # of the way from the floor to the loudest, in decibels
MAX_GAP_FRAMES = 10  # a stop inside a word


def word_extent(second: Waveform, first_heard: float) -> tuple[int, int]:
    """First sample and the one after the last of the word that a second holds, to 10 ms.

    Args:
        second: the second in which the word was heard, ``(time,)``, not all zeros. Zeros are no part of a word.
        first_heard: where in ``second`` the first second that the word was heard in ends, in seconds.
    """
    frames = second.reshape(-1, FRAME_SAMPLES)
    sounds = frames.any(axis=1)
    power = np.square(frames).mean(axis=1)
    smoothed = np.convolve(power, np.full(SMOOTHED_FRAMES, 1 / SMOOTHED_FRAMES), "same")
    level_db = 10 * np.log10(np.maximum(smoothed, 1e-12))
    seconds = np.arange(len(power)) * FRAME_SAMPLES / SAMPLE_RATE
    distance = np.abs(seconds - (first_heard - MIDDLE_BEFORE_SECONDS))
    peak = np.where(sounds, level_db - FALL_DB_PER_SECOND * distance, -np.inf).argmax()
    floor = min(np.percentile(level_db[sounds], FLOOR_PERCENTILE), level_db[peak])
    (loud,) = np.nonzero(sounds & (level_db >= floor + LOUD_SHARE * (level_db[peak] - floor)))
    parts = np.split(loud, np.flatnonzero(np.diff(loud) > MAX_GAP_FRAMES) + 1)
    part = next(part for part in parts if part[-1] >= peak)
    return int(part[0]) * FRAME_SAMPLES, min(int(part[-1] + 1) * FRAME_SAMPLES, int(second.nonzero()[0][-1]) + 1)

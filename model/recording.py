"""Find the word in a recording that is to teach it, and refuse a recording from which it can't be learned."""

import numpy as np
from numpy.typing import NDArray

from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform, fit
from model.errors import Clipped, CutOff, NoSpeech, TooQuiet, WordTooLong

MAX_RECORDING_SECONDS = 3.0
MAX_WORD_SECONDS = 1.2  # the embedding hears 1.2 s, and the network one; a longer word ends in too faint a rest
PART_SAMPLES = SAMPLE_RATE // 100  # the level is measured in parts of 10 ms
SMOOTHED_PARTS = 5
FLOOR_PERCENTILE = 10.0  # of the level; what is quieter is the room
MIN_RISE_DB = 12.0  # of a word over the room
MIN_LEVEL_DB = -55.0  # of the loudest 50 ms, where 0 is full scale
LOUD_SHARE = 0.35  # of the way from the floor to the loudest, in decibels
MAX_GAP_PARTS = 30  # between the words of a phrase
FULL_SCALE = 0.999
MAX_CLIPPED_SHARE = 0.02  # of a word's samples


def cut_word(recording: Waveform) -> Waveform:
    """Cut the second around the word of a recording.

    Shape: ``(time,)`` at 16 kHz in [-1, 1] to ``(WINDOW_SAMPLES,)``.

    Raises:
        UnusableRecording: the word can't be learned from it; the subclass and the message say why.
    """
    level_db = _level_db(recording)
    floor_db, loudest_db = float(np.percentile(level_db, FLOOR_PERCENTILE)), float(level_db.max())
    if loudest_db - floor_db < MIN_RISE_DB:
        raise NoSpeech("no word stands out of the recording; say the word once, with a moment of silence around it")
    if loudest_db < MIN_LEVEL_DB:
        raise TooQuiet("the word is too quiet; come closer to the microphone or turn it up")
    first, end = _extent(level_db, floor_db + LOUD_SHARE * (loudest_db - floor_db))
    _check_word(recording[first:end], is_cut=first == 0 or end >= len(level_db) * PART_SAMPLES)
    if len(recording) <= WINDOW_SAMPLES:
        return fit(recording)
    start = min(max(0, (first + end - WINDOW_SAMPLES) // 2), len(recording) - WINDOW_SAMPLES)
    return recording[start : start + WINDOW_SAMPLES]


def _level_db(recording: Waveform) -> NDArray[np.float64]:
    """Measure the level of each part, ``(part,)``, smoothed over 50 ms."""
    n_parts = len(recording) // PART_SAMPLES
    power = np.square(recording[: n_parts * PART_SAMPLES].reshape(n_parts, PART_SAMPLES).astype(float)).mean(axis=1)
    smoothed = np.convolve(power, np.full(SMOOTHED_PARTS, 1 / SMOOTHED_PARTS), "same")
    level_db: NDArray[np.float64] = 10 * np.log10(np.maximum(smoothed, 1e-9))
    return level_db


def _extent(level_db: NDArray[np.float64], loud_db: float) -> tuple[int, int]:
    """Find the first sample of the loudest stretch of parts above a level, and the one after its last."""
    loud = np.flatnonzero(level_db >= loud_db)
    stretches = np.split(loud, np.flatnonzero(np.diff(loud) > MAX_GAP_PARTS) + 1)
    word = next(stretch for stretch in stretches if level_db.argmax() in stretch)
    return int(word[0]) * PART_SAMPLES, int(word[-1] + 1) * PART_SAMPLES


def _check_word(word: Waveform, *, is_cut: bool) -> None:
    if is_cut:
        raise CutOff("the word is cut off; leave a moment of silence before and after it")
    if len(word) > MAX_WORD_SECONDS * SAMPLE_RATE:
        raise WordTooLong(
            f"the word lasts {len(word) / SAMPLE_RATE:.1f} s; heed learns words of up to {MAX_WORD_SECONDS:g} s"
        )
    if np.mean(np.abs(word) >= FULL_SCALE) > MAX_CLIPPED_SHARE:
        raise Clipped("the recording is clipped; speak more softly or turn the microphone down")

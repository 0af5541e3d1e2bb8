"""Words that are taught from the examples, in several speeds, and a teacher that needs no embedding."""

from functools import cache
from pathlib import Path

import numpy as np
import soxr

from model.audio import SAMPLE_RATE, Waveform, decode
from model.bank import N_PLACES, N_USED, Bank, Calibration
from model.embedding import N_FEATURES, N_WINDOWS
from model.labels import SILENCE
from model.logistic import Line
from model.teaching import TaughtWord, Teacher
from tests.model.heads import CountingEmbedding
from tests.signals import Signal

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def example(word: str, speed: float = 1.0) -> Waveform:
    """A recording of up to a second with the word of an example in it, said faster or more slowly."""
    waveform = soxr.resample(decode((EXAMPLES / f"{word}.wav").read_bytes()), SAMPLE_RATE * speed, SAMPLE_RATE)
    return within_silence(waveform, seconds=0.2)


def within_silence(waveform: Signal, seconds: float = 0.5) -> Waveform:
    """Put faint noise before and after a sound."""
    room = (0.0003 * np.random.default_rng(0).standard_normal(len(waveform) + 2 * round(16_000 * seconds))).astype(
        np.float32
    )
    room[round(16_000 * seconds) :][: len(waveform)] += waveform
    return room


@cache
def teacher() -> Teacher:
    """The one that ships, loaded once."""
    return Teacher.load()


@cache
def taught(word: str) -> TaughtWord:
    """A word that was taught with its example in three speeds."""
    return teacher().teach(word, [example(word, speed) for speed in (0.9, 1.0, 1.1)])


def random_bank(seed: int = 0, *, n_words: int = 60, n_noise: int = 20) -> Bank:
    """Words that lie on one side, and noise on the other."""
    generator = np.random.default_rng(seed)
    embeddings = generator.normal(0, 0.1, (n_words + n_noise, N_WINDOWS, N_FEATURES)).astype(np.float32)
    embeddings[:n_words, :, 0] += 1.0
    order = generator.permutation(len(embeddings))
    words = [f"word {row % 20}" for row in range(n_words)] + n_noise * [SILENCE]
    return Bank(
        words=tuple(words[row] for row in order),
        embeddings=embeddings[order],
        mean=np.zeros((N_WINDOWS, N_FEATURES), np.float32),
        calibrations={1: Calibration(2.0, 3.0), 10: Calibration(1.0, 1.0)},
    )


def plain_teacher() -> Teacher:
    """A teacher that embeds everything as ones."""
    return Teacher(CountingEmbedding(), random_bank())


def always(word: str, log_odds: float) -> TaughtWord:
    """A word with these log-odds in every sound."""
    features = np.zeros((1, N_PLACES, N_USED * N_FEATURES), np.float32)
    return TaughtWord(word=word, features=features, line=Line(features[0, 0], log_odds))

"""Measure how well words are heard that were taught with a few recordings or with their text.

    python -m benchmarks.hearing.own_words --data DIR --split testing

The words are those that the bank does not hold. Each is taught with recordings of some speakers, or with its text, and
tested on the recordings of all others. Every draw comes from a fixed seed.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.hearing.distortions import noisy
from benchmarks.hearing.lessons import N_OF_ONE_SPEAKER, Class, Lesson
from benchmarks.hearing.material import seeded
from benchmarks.intervals import Share
from benchmarks.machine import describe
from benchmarks.table import table
from model.audio import Waveform
from model.bank import Features
from model.engines.protocol import Posteriors
from model.enrolled import compete
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from model.teaching import TaughtWord, Teacher
from model.voices import voices
from training.data.cache import WaveformCache
from training.data.noise import Noise, background_noise
from training.data.speech_commands import TAUGHT, Split, read_split
from training.errors import DataError

NUMBERS = (1, 3, 5, 10)
SNRS_DB = (10, 0)
FALSE_ACCEPTS = 0.01  # of other spoken words


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Posteriors ``(clip, label)`` and features ``(clip, place, feature)`` of all clips under one condition."""

    posteriors: Posteriors
    features: Features

    @classmethod
    def of(cls, waveforms: Waveform, recognizer: Recognizer, teacher: Teacher) -> Self:
        features = teacher.bank.features_of(teacher.embedding.embed(waveforms))
        return cls(posteriors=recognizer.posteriors(waveforms), features=features)

    def confidences(self, word: TaughtWord, labels: Sequence[str]) -> Posteriors:
        """The taught word's posterior where it alone competes with the network's labels, ``(clip,)``."""
        confidences: Posteriors = compete(self.posteriors, word.log_odds(self.features)[:, None], labels)[:, -1]
        return confidences


def of_several(
    lessons: list[Lesson], confidences: list[Posteriors], words: NDArray[np.str_], threshold: float
) -> list[str]:
    """The cells of a row: recall at 1 % false accepts, then recall and false accepts at the threshold that ships."""
    heard = list(zip(lessons, confidences, strict=True))
    at_share = [
        confidence > np.quantile(confidence[lesson.is_other], 1 - FALSE_ACCEPTS) for lesson, confidence in heard
    ]
    at_threshold = [confidence >= threshold for confidence in confidences]
    accepted = np.mean([hits[lesson.is_other].mean() for hits, lesson in zip(at_threshold, lessons, strict=True)])
    return [str(_recall(at_share, lessons, words)), str(_recall(at_threshold, lessons, words)), f"{accepted:.2%}"]


def _recall(hits: list[NDArray[np.bool_]], lessons: list[Lesson], words: NDArray[np.str_]) -> Share:
    """The mean over the words, of each clip's hits in all lessons that it was heard after."""
    n_heard = np.sum([lesson.is_word for lesson in lessons], axis=0)
    n_hits = np.sum([hit & lesson.is_word for hit, lesson in zip(hits, lessons, strict=True)], axis=0)
    tested = n_heard > 0
    return Share.balanced(n_hits[tested] / n_heard[tested], np.unique(words[tested], return_inverse=True)[1])


def of_one(lessons: list[Lesson], confidences: list[Posteriors], threshold: float) -> list[str]:
    """The same of one speaker at a time, at one threshold for all speakers together."""
    heard = list(zip(lessons, confidences, strict=True))
    own = np.concatenate([confidence[lesson.is_word] for lesson, confidence in heard])
    others = np.concatenate([confidence[lesson.is_other] for lesson, confidence in heard])
    at_share = Share.of(own > np.quantile(others, 1 - FALSE_ACCEPTS))
    return [str(at_share), str(Share.of(own >= threshold)), f"{(others >= threshold).mean():.2%}"]


def rows_of(
    taught: Class, conditions: Mapping[str, Tensor], recognizer: Recognizer, teacher: Teacher
) -> list[list[str]]:
    """A row for each condition and way to teach."""
    several = {f"{number} of several": list(taught.several_speakers(number)) for number in NUMBERS}
    several |= {"text": list(taught.typed()), "text and 1 of several": list(taught.typed_and_recorded())}
    alone, rows = list(taught.one_speaker()), []
    for name, waveforms in conditions.items():
        heard = Heard.of(waveforms.numpy(), recognizer, teacher)
        for way, lessons in several.items():
            confidences = [heard.confidences(lesson.word, recognizer.labels) for lesson in lessons]
            rows.append([f"{name}, {way}", *of_several(lessons, confidences, taught.words, recognizer.threshold)])
        confidences = [heard.confidences(lesson.word, recognizer.labels) for lesson in alone]
        rows.append([f"{name}, {N_OF_ONE_SPEAKER} of one", *of_one(alone, confidences, recognizer.threshold)])
    return rows


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        recognizer, teacher = Recognizer.load(options.model, second_opinion="unsure"), Teacher.load()
        clips = read_split(options.data, options.split)
        clean = WaveformCache(clips, options.data / "heed-cache" / options.split).waveforms(clips)
        noise = Noise(background_noise(options.data, options.split)).cut(len(clips), seeded("own words"))
        taught = Class(clips, clean.numpy(), teacher)
        conditions = {"clean": clean} | {f"{snr_db} dB": noisy(clean, noise, snr_db) for snr_db in SNRS_DB}
        rows = rows_of(taught, conditions, recognizer, teacher)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    n_taught = int(np.isin(taught.words, TAUGHT).sum())
    print(describe("onnxruntime", "numpy"))
    print(f"{recognizer.name}, {options.split} split, {n_taught} clips of {', '.join(TAUGHT)}", end="; ")
    print(f"{n_taught - len(taught.usable)} of them are refused as recordings")
    print(f"texts are spoken by {', '.join(voices())}\n")
    columns = ["taught with", "recall at 1 % false accepts", f"recall at {recognizer.threshold:g}", "false accepts"]
    print(table(columns, rows))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing.own_words", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export or checkpoint (default: the shipped one)")
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    return parser


if __name__ == "__main__":
    sys.exit(main())

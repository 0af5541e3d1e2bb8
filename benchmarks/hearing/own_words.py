"""Measure how well words are heard that were taught with a few recordings.

    python -m benchmarks.hearing.own_words --data DIR --split testing

The words are those that the bank does not hold. Each is taught with recordings of some speakers and tested on those of
all others. Every draw comes from a fixed seed.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.hearing.distortions import noisy
from benchmarks.hearing.material import seeded
from benchmarks.intervals import Share
from benchmarks.machine import describe
from benchmarks.table import table
from model.audio import Waveform
from model.bank import Features
from model.engines.protocol import Posteriors
from model.enrolled import compete
from model.errors import HeedError, UnusableRecording
from model.labels import UNKNOWN
from model.recognizer import SHIPPED, Recognizer
from model.teaching import TaughtWord, Teacher
from training.data.cache import WaveformCache
from training.data.clips import Clip
from training.data.noise import Noise, background_noise
from training.data.speech_commands import TAUGHT, Split, read_split
from training.errors import DataError

NUMBERS = (1, 3, 5, 10)
N_DRAWS = 10
SNRS_DB = (10, 0)
FALSE_ACCEPTS = 0.01  # of other spoken words
N_OF_ONE_SPEAKER = 3


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


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One word as it was taught once, and which clips count, ``(clip,)``."""

    word: TaughtWord
    is_word: NDArray[np.bool_]
    is_other: NDArray[np.bool_]


class Class:
    """The clips of a split, and the words that are taught with them.

    Args:
        waveforms: ``(clip, time)`` at 16 kHz in [-1, 1].
    """

    def __init__(self, clips: list[Clip], waveforms: Waveform, teacher: Teacher) -> None:
        self.words = np.array([clip.word for clip in clips])
        self.speakers = np.array([clip.speaker for clip in clips])
        self._teacher = teacher
        self.usable = {place: heard for place in self._of_taught() for heard in _heard(waveforms[place], teacher)}

    def _of_taught(self) -> list[int]:
        return [int(place) for place in np.flatnonzero(np.isin(self.words, TAUGHT))]

    def several_speakers(self, n_recordings: int) -> Iterator[Lesson]:
        """Teach each word ten times with a recording each of so many speakers; the others are heard."""
        for word in TAUGHT:
            for number in range(N_DRAWS):
                chance = random.Random(f"{word} {n_recordings} {number}")
                chosen = self.draw(word, n_recordings, chance)
                elsewhere = ~np.isin(self.speakers, self.speakers[chosen])
                yield self._lesson(word, chosen, elsewhere)

    def one_speaker(self) -> Iterator[Lesson]:
        """Teach each word with three recordings of one speaker, one speaker after another; that one's rest is heard."""
        for word in TAUGHT:
            for speaker in sorted(set(self.speakers)):
                chosen = [
                    place for place in self.usable if (self.words[place], self.speakers[place]) == (word, speaker)
                ]
                chosen = chosen[:N_OF_ONE_SPEAKER]
                heard_too = (self.speakers == speaker) & ~np.isin(np.arange(len(self.words)), chosen)
                if len(chosen) == N_OF_ONE_SPEAKER and (heard_too & (self.words == word)).any():
                    yield self._lesson(word, chosen, heard_too)

    def draw(self, word: str, n: int, chance: random.Random) -> list[int]:
        """Draw a recording each of ``n`` speakers."""
        places = [place for place in self.usable if self.words[place] == word]
        by_speaker = {self.speakers[place]: place for place in chance.sample(places, len(places))}
        return chance.sample(list(by_speaker.values()), n)

    def _lesson(self, word: str, chosen: list[int], counted: NDArray[np.bool_]) -> Lesson:
        return Lesson(
            word=self._teacher.learn(word, np.concatenate([self.usable[place] for place in chosen])),
            is_word=counted & (self.words == word),
            is_other=counted & (self.words != word) & (self.words != UNKNOWN),
        )


def _heard(waveform: Waveform, teacher: Teacher) -> Iterator[Features]:
    """Yield what is learned from a recording, unless it is refused."""
    try:
        yield teacher.hear(waveform)
    except UnusableRecording:
        return


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
    """A row for each condition and number of recordings."""
    several = {number: list(taught.several_speakers(number)) for number in NUMBERS}
    alone, rows = list(taught.one_speaker()), []
    for name, waveforms in conditions.items():
        heard = Heard.of(waveforms.numpy(), recognizer, teacher)
        for number, lessons in several.items():
            confidences = [heard.confidences(lesson.word, recognizer.labels) for lesson in lessons]
            cells = of_several(lessons, confidences, taught.words, recognizer.threshold)
            rows.append([f"{name}, {number} of several", *cells])
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
    print(f"{n_taught - len(taught.usable)} of them are refused as recordings\n")
    columns = ["recordings", "recall at 1 % false accepts", f"recall at {recognizer.threshold:g}", "false accepts"]
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

"""Measure how well taught words are heard in live streams, what is taken for them, and what they cost.

    python -m benchmarks.streaming.own_words --data DIR --noise SOUNDS --split testing

The six words that the bank does not hold are taught with three recordings each, by speakers that are not heard again.
Each clip of one of them stands alone in three seconds of faint noise. Other words follow each other, a second each.
"""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from time import process_time
from typing import Self, get_args

import numpy as np
import torch
from torch import Tensor

from benchmarks.hearing.lessons import Class
from benchmarks.hearing.material import seeded
from benchmarks.hearing.noises import background, everyday
from benchmarks.intervals import Rate, Share
from benchmarks.machine import describe
from benchmarks.streaming.spotting import chunks
from benchmarks.streaming.streams import (
    at_any_loudness,
    background_stream,
    everyday_stream,
    lasting,
    made_stream,
    words_stream,
)
from benchmarks.table import table
from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from model.detector import Event
from model.errors import HeedError
from model.labels import UNKNOWN
from model.recognizer import SHIPPED, Recognizer
from model.teaching import Teacher
from training.data.cache import WaveformCache
from training.data.clips import Clip
from training.data.speech_commands import TAUGHT, Split, read_split
from training.errors import DataError

N_RECORDINGS = 3
NOISE_LEVEL = 0.0005  # around a word that stands alone, root mean square
HOURS = 1.0  # of other words, and of all noises together


def alone(word: Waveform, generator: np.random.Generator) -> Waveform:
    """Put a clip of a second into the middle of three seconds of noise, and half a second of zeros after it."""
    stream = generator.normal(0, NOISE_LEVEL, 3 * WINDOW_SAMPLES).astype(np.float32)
    stream[WINDOW_SAMPLES : 2 * WINDOW_SAMPLES] += word
    return np.concatenate([stream, np.zeros(WINDOW_SAMPLES // 2, np.float32)])


def spot(recognizer: Recognizer, pieces: Iterable[Waveform]) -> tuple[list[Event], float, float]:
    """The events of a stream, its length, and the processor's time for it, in seconds."""
    spotter, events, n_samples, started = recognizer.spotter(), list[Event](), 0, process_time()
    for chunk in chunks(pieces):
        events += spotter.spot(chunk)
        n_samples += len(chunk)
    return events, n_samples / SAMPLE_RATE, process_time() - started


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """A recognizer that was taught, and the places of the clips whose speakers did not teach it."""

    recognizer: Recognizer
    left: list[int]

    @classmethod
    def of(cls, taught: Class, teacher: Teacher, model: Path) -> Self:
        chance = random.Random(0)
        lessons = {word: taught.draw(word, N_RECORDINGS, chance) for word in TAUGHT}
        words = [
            teacher.learn(word, np.concatenate([taught.usable[place] for place in chosen]))
            for word, chosen in lessons.items()
        ]
        speakers = taught.speakers[list(chain.from_iterable(lessons.values()))]
        return cls(
            recognizer=Recognizer.load(model, second_opinion="unsure").taught(words, teacher),
            left=np.flatnonzero(~np.isin(taught.speakers, speakers)).tolist(),
        )


def heard_alone(pupil: Pupil, clips: list[Clip], waveforms: Waveform) -> Share:
    """How many taught words are the only event of their stream."""
    generator = np.random.default_rng(0)
    places = [place for place in pupil.left if clips[place].word in TAUGHT]
    streams = [alone(waveforms[place], generator) for place in places]
    labels = [[event.label for event in spot(pupil.recognizer, [stream])[0]] for stream in streams]
    return Share.of(np.array([heard == [clips[place].word] for heard, place in zip(labels, places, strict=True)]))


def other_sounds(
    others: list[Clip], cache: WaveformCache, noises: Mapping[str, Iterator[Tensor]], hours: float
) -> dict[str, Iterator[Waveform]]:
    """So many hours of other words, and as many of all noises together."""
    streams = {"other words": lasting(words_stream(others, cache, seeded("words")), 3600 * hours)}
    for name, pieces in noises.items():
        streams[name] = lasting(at_any_loudness(pieces, seeded(name)), 3600 * hours / len(noises))
    return streams


def false_accepts(recognizer: Recognizer, streams: Mapping[str, Iterator[Waveform]]) -> Iterator[list[str]]:
    """A row for each stream: how often an hour each taught word is heard in it, and how many of them a core holds."""
    for name, pieces in streams.items():
        events, seconds, cost = spot(recognizer, pieces)
        n_taught = sum(event.label in TAUGHT for event in events)
        yield [name, str(Rate.of(n_taught, len(TAUGHT) * seconds / 3600)), f"{int(seconds / cost)}"]


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        clips, teacher = read_split(options.data, options.split), Teacher.load()
        cache = WaveformCache(clips, options.data / "heed-cache" / options.split)
        waveforms = cache.waveforms(clips).numpy()
        pupil = Pupil.of(Class(clips, waveforms, teacher), teacher, options.model)
        right = heard_alone(pupil, clips, waveforms)
        others = [clips[place] for place in pupil.left if clips[place].word not in (*TAUGHT, UNKNOWN)]
        noises = {
            "background noises": background_stream(background(options.data, options.split), seeded("background")),
            "everyday sounds": everyday_stream(everyday(options.noise), seeded("everyday")),
            "sounds made by rule": made_stream(seeded("made")),
        }
        rows = list(false_accepts(pupil.recognizer, other_sounds(others, cache, noises, options.hours)))
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(describe("onnxruntime", "numpy"))
    print(f"{options.split} split, {N_RECORDINGS} recordings of each of {', '.join(TAUGHT)}\n")
    print(f"A taught word that stands alone is the only event: {right} of {right.n}\n")
    print(table(["stream", "heard an hour, of each taught word", "streams a core"], rows))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.streaming.own_words", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--noise", type=Path, nargs="+", required=True, metavar="SOUNDS", help="everyday sounds")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export or checkpoint (default: the shipped one)")
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    parser.add_argument("--hours", type=float, default=HOURS, help="of other words, and of all noises together")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Ways of listening and recordings in, what each hears in live streams out: words, false accepts, delay and cost.

    python -m benchmarks.streaming --data DIR --noise SOUNDS --recurrent GRU --split testing --json FILE --plot PNG

Five mixes of ten minutes hold a word about every three seconds over background noise at 10 dB. Two hours of noise and
two hours of other words back to back hold none. Everything is drawn from fixed seeds; all thresholds are tried at once.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import inf
from operator import add
from pathlib import Path
from typing import Self, get_args

import torch
from tqdm import tqdm

from benchmarks.hearing.material import seeded
from benchmarks.hearing.noises import Recordings, background, everyday
from benchmarks.machine import describe
from benchmarks.streaming.findings import Point, Way
from benchmarks.streaming.live import Cost
from benchmarks.streaming.matches import Matches
from benchmarks.streaming.rates import Rate
from benchmarks.streaming.report import draw, tables
from benchmarks.streaming.spotting import Heard, follow
from benchmarks.streaming.streams import (
    at_any_loudness,
    background_stream,
    everyday_stream,
    lasting,
    made_stream,
    words_stream,
)
from benchmarks.streaming.word_mix import Word, word_mix
from model.audio import SAMPLE_RATE, Waveform
from model.checkpoint import load
from model.engines.protocol import Engine
from model.engines.recurrent import RecurrentEngine
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from model.spotter import Spotter
from training.config import TrainConfig
from training.data.cache import WaveformCache
from training.data.clips import Clip
from training.data.speech_commands import Split, read_split
from training.errors import DataError

N_MIXES = 5
MIX_MINUTES = 10.0
NOISE_MINUTES = 40.0  # of each of three kinds
WORDS_MINUTES = 120.0
COST_SECONDS = 120.0
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)


@dataclass(frozen=True, kw_only=True)
class Material:
    """A split of Speech Commands and noises; ``most_minutes`` is how long a stream lasts at most."""

    clips: list[Clip]
    cache: WaveformCache
    background: dict[str, Recordings]
    everyday: dict[str, Recordings]
    most_minutes: float

    @classmethod
    def read(cls, root: Path, split: Split, sources: list[Path], most_minutes: float) -> Self:
        """Raises:
        DataError: the data set or a source of noise is missing or damaged.
        """
        clips = read_split(root, split)
        return cls(
            clips=clips,
            cache=WaveformCache(clips, root / "heed-cache" / split),
            background=background(root, split),
            everyday=everyday(sources),
            most_minutes=most_minutes,
        )

    def seconds(self, minutes: float) -> float:
        return 60 * min(minutes, self.most_minutes)

    def mix(self, place: int) -> tuple[Waveform, list[Word]]:
        return word_mix(self.clips, self.cache, self.background, self.seconds(MIX_MINUTES), seeded(f"mix {place}"))

    def noises(self) -> dict[str, Iterator[Waveform]]:
        kinds = {
            "background noises": background_stream(self.background, seeded("background stream")),
            "made by rule": made_stream(seeded("made stream")),
        }
        if self.everyday:
            kinds["everyday sounds"] = everyday_stream(self.everyday, seeded("everyday stream"))
        seconds = self.seconds(NOISE_MINUTES)
        return {
            kind: lasting(at_any_loudness(pieces, seeded(f"loudness of {kind}")), seconds)
            for kind, pieces in kinds.items()
        }

    def other_words(self) -> Iterator[Waveform]:
        others = [clip for clip in self.clips if clip.word not in TrainConfig.commands]
        return lasting(words_stream(others, self.cache, seeded("words stream")), self.seconds(WORDS_MINUTES))


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        material = Material.read(options.data, options.split, options.noise, options.minutes)
        engines = load_ways(options.model, options.recurrent)
        ways = [listen(name, engine, material) for name, engine in engines]
        print(describe("onnxruntime", "torch", "numpy"))
        print(f"{options.split} split\n\n{tables(ways)}")
        if options.json:
            options.json.write_text(json.dumps([way.figures() for way in ways], indent=2) + "\n")
        if options.plot:
            draw(ways, options.plot)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def load_ways(models: Iterable[Path], recurrent: Iterable[Path]) -> list[tuple[str, Engine]]:
    """Under their names: what hears the last second anew with every look, and what carries its state on.

    Raises:
        CheckpointError: a file can't be read, or its network can't carry its state.
    """
    windowed = [Recognizer.load(path).engine for path in models]
    carrying = [RecurrentEngine(load(path)) for path in recurrent]
    return [
        *((f"{engine.name}, last second", engine) for engine in windowed),
        *((f"{engine.name}, state carried on", engine) for engine in carrying),
    ]


def listen(name: str, engine: Engine, material: Material) -> Way:
    """All figures of one engine."""
    own = Spotter(engine).threshold
    thresholds = sorted({*THRESHOLDS, own})
    mixes = [material.mix(place) for place in range(N_MIXES)]
    matches = []
    for stream, words in mixes:
        heard = follow(engine, thresholds, _watched([stream], "words in noise"))
        matches.append({threshold: Matches.of(words, heard[threshold]) for threshold in thresholds})
    noises = {
        kind: _counts(follow(engine, thresholds, _watched(pieces, kind))) for kind, pieces in material.noises().items()
    }
    others = _counts(follow(engine, thresholds, _watched(material.other_words(), "other words")))
    hours, minutes = material.seconds(NOISE_MINUTES) / 3600, material.seconds(WORDS_MINUTES) / 60
    points = [
        Point(
            threshold=threshold,
            matches=reduce(add, (of_mix[threshold] for of_mix in matches)),
            noises_per_hour={kind: Rate.of(counts[threshold], hours) for kind, counts in noises.items()},
            noise_per_hour=Rate.of(sum(counts[threshold] for counts in noises.values()), hours * len(noises)),
            words_per_minute=Rate.of(others[threshold], minutes),
        )
        for threshold in thresholds
    ]
    cost = Cost.of(engine, mixes[0][0][: round(COST_SECONDS * SAMPLE_RATE)])
    return Way(name=name, points=points, own_threshold=own, cost=cost)


def _counts(heard: Mapping[float, list[Heard]]) -> dict[float, int]:
    return {threshold: len(events) for threshold, events in heard.items()}


def _watched(pieces: Iterable[Waveform], name: str) -> Iterator[Waveform]:
    """The same pieces; how many minutes of them have been heard is shown."""
    with tqdm(desc=name, unit=" min", unit_scale=True, leave=False) as bar:
        for piece in pieces:
            yield piece
            bar.update(len(piece) / SAMPLE_RATE / 60)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streaming", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--noise", type=Path, nargs="+", default=[], metavar="SOUNDS", help="everyday sounds")
    parser.add_argument(
        "--model", type=Path, nargs="+", default=[SHIPPED], help="exports or checkpoints (default: the shipped one)"
    )
    parser.add_argument(
        "--recurrent",
        type=Path,
        nargs="+",
        default=[],
        help="checkpoints of a gru, to carry its state from look to look",
    )
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    parser.add_argument("--minutes", type=float, default=inf, help="of each stream at most, for a quick look")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plot", type=Path, help="write what is missed against what is made up to this PNG")
    return parser


if __name__ == "__main__":
    sys.exit(main())

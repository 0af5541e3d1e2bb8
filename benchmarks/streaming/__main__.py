"""Measure how well a model recognizes commands in live streams: words, false accepts, delay and cost.

    python -m benchmarks.streaming --data DIR --noise SOUNDS --recurrent GRU --split testing --json FILE --plot PNG

Five mixes of ten minutes hold a word about every three seconds over background noise at 10 dB. Two hours of noise and
two hours of other words back to back hold no command. All draws come from fixed seeds.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from math import inf
from operator import add
from pathlib import Path
from typing import get_args

import torch
from tqdm import tqdm

from benchmarks.intervals import Rate
from benchmarks.machine import describe
from benchmarks.streaming.cost import Cost
from benchmarks.streaming.matches import Matches
from benchmarks.streaming.report import Point, Way, draw, tables
from benchmarks.streaming.split_streams import SplitStreams
from benchmarks.streaming.spotting import Spotted, spot
from model.audio import SAMPLE_RATE, Waveform
from model.checkpoint import load
from model.engines.protocol import Engine
from model.engines.recurrent import RecurrentEngine
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from model.spotter import Spotter
from training.data.speech_commands import Split
from training.errors import DataError

N_MIXES = 5
COST_SECONDS = 120.0
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        streams = SplitStreams.read(options.data, options.split, options.noise, options.minutes)
        engines = load_ways(options.model, options.recurrent)
        ways = [listen(name, engine, streams) for name, engine in engines]
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
    """Engines by name: those that infer the last second anew at each step, and those that carry their state on.

    Raises:
        CheckpointError: a file can't be read, or its network can't carry its state.
    """
    windowed = [Recognizer.load(path).engine for path in models]
    carrying = [RecurrentEngine(load(path)) for path in recurrent]
    return [
        *((f"{engine.name}, last second", engine) for engine in windowed),
        *((f"{engine.name}, state carried on", engine) for engine in carrying),
    ]


def listen(name: str, engine: Engine, streams: SplitStreams) -> Way:
    """All figures of one engine."""
    own = Spotter(engine).threshold
    thresholds = sorted({*THRESHOLDS, own})
    mixes = [streams.mix(place) for place in range(N_MIXES)]
    matches = []
    for stream, words in mixes:
        spotted = spot(engine, thresholds, _watched([stream], "words in noise"))
        matches.append({threshold: Matches.of(words, spotted[threshold]) for threshold in thresholds})
    noises = {
        kind: _counts(spot(engine, thresholds, _watched(pieces, kind))) for kind, pieces in streams.noises().items()
    }
    others = _counts(spot(engine, thresholds, _watched(streams.other_words(), "other words")))
    hours = streams.noise_hours
    points = [
        Point(
            threshold=threshold,
            matches=reduce(add, (of_mix[threshold] for of_mix in matches)),
            noises_per_hour={kind: Rate.of(counts[threshold], hours) for kind, counts in noises.items()},
            noise_per_hour=Rate.of(sum(counts[threshold] for counts in noises.values()), hours * len(noises)),
            words_per_minute=Rate.of(others[threshold], streams.words_minutes),
        )
        for threshold in thresholds
    ]
    cost = Cost.of(engine, mixes[0][0][: round(COST_SECONDS * SAMPLE_RATE)])
    return Way(name=name, points=points, own_threshold=own, cost=cost)


def _counts(spotted: Mapping[float, list[Spotted]]) -> dict[float, int]:
    return {threshold: len(events) for threshold, events in spotted.items()}


def _watched(pieces: Iterable[Waveform], name: str) -> Iterator[Waveform]:
    """The same pieces; a bar shows how many minutes of them have passed."""
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
        help="checkpoints of a gru, to carry its state from step to step",
    )
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    parser.add_argument("--minutes", type=float, default=inf, help="of each stream at most, for a quick look")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plot", type=Path, help="write false rejects against false accepts to this PNG")
    return parser


if __name__ == "__main__":
    sys.exit(main())

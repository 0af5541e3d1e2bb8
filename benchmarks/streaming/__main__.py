"""Measure how well a model recognizes commands in live streams: words, false accepts, delay and cost.

    python -m benchmarks.streaming --data DIR --noise SOUNDS --recurrent GRU --split testing --json FILE --plot PNG

Five mixes of ten minutes hold a word about every three seconds over background noise, at 20, 10, 5 and 0 dB. Two hours
of noise and two hours of other words back to back hold no command. All draws come from fixed seeds.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from benchmarks.streaming.report import MAIN_SNR_DB, Point, Way, draw, tables
from benchmarks.streaming.split_streams import SplitStreams
from benchmarks.streaming.spotting import Spotted, spot
from model.audio import SAMPLE_RATE, Waveform
from model.checkpoint import load
from model.engines.protocol import Engine
from model.engines.recurrent import RecurrentEngine
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from model.second_opinion import SecondOpinion
from training.data.speech_commands import Split
from training.errors import DataError

N_MIXES = 5
COST_SECONDS = 120.0
THRESHOLDS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
SNRS_DB = (20.0, 10.0, 5.0, 0.0)  # of words to noise

Spot = Callable[[Iterable[Waveform], str], dict[float, list[Spotted]]]


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        streams = SplitStreams.read(options.data, options.split, options.noise, options.minutes)
        ways = [listen(listening, streams) for listening in load_ways(options.model, options.recurrent)]
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


@dataclass(frozen=True, kw_only=True)
class Listening:
    """An engine, without or with a second opinion."""

    name: str
    engine: Engine
    second_opinion: SecondOpinion | None = None


def load_ways(models: Iterable[Path], recurrent: Iterable[Path]) -> list[Listening]:
    """Engines that infer the last second anew at each step, without and with a second opinion, and carrying ones.

    Raises:
        CheckpointError: a file can't be read, or its network can't carry its state.
        EmbeddingMissing: the speech embedding is not installed.
    """
    ways = []
    for recognizer in (Recognizer.load(path, second_opinion="unsure") for path in models):
        name, engine = recognizer.name, recognizer.engine
        ways.append(Listening(name=name, engine=engine))
        ways.append(Listening(name=f"{name}, second opinion", engine=engine, second_opinion=recognizer.second_opinion))
    carrying = [RecurrentEngine(load(path)) for path in recurrent]
    return ways + [Listening(name=f"{engine.name}, state carried on", engine=engine) for engine in carrying]


def listen(listening: Listening, streams: SplitStreams) -> Way:
    """All figures of one way of listening."""
    own = listening.engine.threshold
    thresholds = sorted({*THRESHOLDS, own})

    def spotted(pieces: Iterable[Waveform], name: str) -> dict[float, list[Spotted]]:
        return spot(listening.engine, thresholds, _watched(pieces, name), listening.second_opinion)

    levels = {snr_db: _matches(streams, snr_db, spotted) for snr_db in SNRS_DB}
    noises = {kind: _counts(spotted(pieces, kind)) for kind, pieces in streams.noises().items()}
    others = _counts(spotted(streams.other_words(), "other words"))
    hours = streams.noise_hours
    points = [
        Point(
            threshold=threshold,
            levels={snr_db: matches[threshold] for snr_db, matches in levels.items()},
            noises_per_hour={kind: Rate.of(counts[threshold], hours) for kind, counts in noises.items()},
            noise_per_hour=Rate.of(sum(counts[threshold] for counts in noises.values()), hours * len(noises)),
            words_per_minute=Rate.of(others[threshold], streams.words_minutes),
        )
        for threshold in thresholds
    ]
    stream, _ = streams.mix(0, MAIN_SNR_DB)
    cost = Cost.of(listening.engine, stream[: round(COST_SECONDS * SAMPLE_RATE)], listening.second_opinion)
    return Way(name=listening.name, points=points, own_threshold=own, cost=cost)


def _matches(streams: SplitStreams, snr_db: float, spotted: Spot) -> dict[float, Matches]:
    """Sum over all mixes at one ratio of words to noise, for each threshold."""
    sums: dict[float, list[Matches]] = {}
    for place in range(N_MIXES):
        stream, words = streams.mix(place, snr_db)
        for threshold, events in spotted([stream], f"words at {snr_db:g} dB").items():
            sums.setdefault(threshold, []).append(Matches.of(words, events))
    return {threshold: reduce(add, matches) for threshold, matches in sums.items()}


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

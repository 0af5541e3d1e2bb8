"""Measure how fast a network trains on this machine's processor, and where the time goes.

    python -m benchmarks.speed.training

Trains for some batches, with all that a run does to them, on noises from a seed: speed does not depend on the sound.
"""

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np
import torch

from benchmarks.clips import noise, wav
from benchmarks.machine import describe
from benchmarks.table import table
from model.audio import WINDOW_SAMPLES, decode, fit
from model.frontend import Frontend, FrontendConfig
from model.networks.config import CONFIGS
from training.config import TrainConfig
from training.data.batches import plan_epoch, render
from training.data.cache import WaveformCache
from training.data.clips import Clip
from training.data.noise import Noise
from training.loop import train_epoch
from training.state import TrainState

Item = TypeVar("Item")

N_CLIPS = 1_024
N_NOISES = 8
N_WARM_UP = 3  # batches
N_DATA_CLIPS = 94_824  # of training and validation in Speech Commands v0.02; a run decodes them once
N_DATA_COMMANDS = 30_769  # of those, the training clips of the ten commands


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.training", description="Time the training.")
    parser.add_argument("--network", choices=CONFIGS, default=TrainConfig.network)
    parser.add_argument("--batches", type=int, default=100, help="to train for (default: 100)")
    options = parser.parse_args()
    config = TrainConfig(network=options.network)
    with tempfile.TemporaryDirectory() as folder:
        clips = make_clips(Path(folder))
        decoding_s = median_decoding_s(clips)
        parts_s = train(clips, Path(folder) / "cache", config, options.batches)
    print(describe("torch", "torchaudio", "numpy"))
    print(f"{config.network}, batches of {config.batch_size}, {torch.get_num_threads()} threads\n")
    print(report(config, decoding_s, parts_s))


def make_clips(folder: Path) -> list[Clip]:
    """A second of noise each, as if one of eleven held another word than the ten commands."""
    clips = []
    for place in range(N_CLIPS):
        path = folder / f"{place}.wav"
        path.write_bytes(wav(noise(WINDOW_SAMPLES, seed=place)))
        clips.append(Clip(path, (*TrainConfig.commands, "other")[place % 11], speaker=str(place)))
    return clips


def median_decoding_s(clips: list[Clip]) -> float:
    """Seconds per clip, in one process."""
    stopwatch = Stopwatch()
    for clip in clips:
        stopwatch.start()
        fit(decode(clip.path.read_bytes()))
        stopwatch.stop()
    return float(np.median(stopwatch.seconds))


def train(clips: list[Clip], folder: Path, config: TrainConfig, n_batches: int) -> dict[str, float]:
    """Median seconds per batch of every part."""
    state = TrainState.fresh(config, Frontend(FrontendConfig()), torch.device("cpu"))
    cache = WaveformCache(clips, folder)
    noises = Noise([[torch.from_numpy(noise(10 * WINDOW_SAMPLES, seed=place))] for place in range(N_NOISES)])
    generator = torch.Generator().manual_seed(0)
    n_steps = N_WARM_UP + n_batches
    plan = islice(whole_batches(clips, config, generator), n_steps)
    rendering, features, steps = Stopwatch(), Stopwatch(), Stopwatch()
    state.frontend.mfcc.register_forward_pre_hook(lambda *_: features.start())
    state.frontend.mfcc.register_forward_hook(lambda *_: features.stop())
    batches = rendering.each(render(examples, cache, noises, config, generator) for examples in plan)
    rates = [config.learning_rate] * n_steps
    for _ in steps.each(train_epoch(state, batches, rates, config, generator)):
        pass
    whole, of_rendering, of_features = (np.array(watch.seconds)[N_WARM_UP:] for watch in (steps, rendering, features))
    parts = {
        "reading decoded clips, varying them": of_rendering,
        "features": of_features,
        "network": whole - of_rendering - of_features,
    }
    return {name: float(np.median(seconds)) for name, seconds in parts.items()}


def whole_batches(clips: list[Clip], config: TrainConfig, generator: torch.Generator) -> Iterator[list[Clip | None]]:
    """Batches of one epoch after another, without the last one of each, which is smaller."""
    while True:
        yield from plan_epoch(clips, [], config, generator)[:-1]


def report(config: TrainConfig, decoding_s: float, parts_s: dict[str, float]) -> str:
    """For a run on the whole of Speech Commands v0.02, of as many epochs as one has."""
    n_examples = N_DATA_COMMANDS * (1 + config.unknown_share + config.silence_share)
    epoch_s = {name: seconds * n_examples / config.batch_size for name, seconds in parts_s.items()}
    once_s = decoding_s * N_DATA_CLIPS / len(os.sched_getaffinity(0))
    run_s = {"decoding, once": once_s} | {name: config.n_epochs * seconds for name, seconds in epoch_s.items()}
    rows = [(name, f"{seconds:.0f}", f"{seconds / sum(run_s.values()):.1%}") for name, seconds in run_s.items()]
    total_s = sum(epoch_s.values())
    return (
        f"{n_examples / total_s:.0f} clips/s; {total_s:.0f} s per epoch of {n_examples:.0f} clips, without validation; "
        f"decoding {1000 * decoding_s:.3f} ms per clip and process\n\n"
        + table(["part", f"seconds in a run of {config.n_epochs} epochs", "share"], rows)
    )


class Stopwatch:
    """Seconds between each start and stop."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._started = 0.0

    def start(self) -> None:
        self._started = perf_counter()

    def stop(self) -> None:
        self.seconds.append(perf_counter() - self._started)

    def each(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items; the time that each took to come is kept."""
        iterator = iter(items)
        while True:
            self.start()
            try:
                item = next(iterator)
            except StopIteration:
                return
            self.stop()
            yield item


if __name__ == "__main__":
    main()

"""Checkpoints in, a row for each out: size, cost, accuracy and time, all networks in one run.

    python -m benchmarks.networks --data DIR runs/*/heed.safetensors

Times are medians over clips, one thread, from waveform to posteriors; the networks take turns clip by clip, so that
what else the machine does hits them alike.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from model.audio import WINDOW_SAMPLES
from model.checkpoint import load
from model.recognizer import Recognizer
from model.torch_engine import TorchEngine
from training.evaluate import score_split
from training.report import Report, report
from training.speech_commands import Split

N_TIMED = 300


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    options = parser.parse_args()
    engines = [TorchEngine(load(path)) for path in options.checkpoints]
    milliseconds = median_ms(engines)
    print("| network | parameters | multiply-adds | validation | testing | worst label | accuracy on testing | ms |")
    print("|---|---|---|---|---|---|---|---|")
    for engine, ms in zip(engines, milliseconds, strict=True):
        n_parameters = sum(parameter.numel() for parameter in engine.network.parameters())
        validation, testing = (
            figures(engine, options.data, "validation"),
            figures(engine, options.data, "testing"),
        )
        worst = min(testing.labels, key=lambda entry: entry.recall)
        print(
            f"| {engine.name} | {n_parameters / 1e3:.0f} k | {multiply_adds(engine) / 1e6:.1f} M "
            f"| {validation.balanced_accuracy:.1%} | {_balanced_accuracy(testing)} "
            f"| {worst.label.strip('_')} {worst.recall:.1%} | {testing.accuracy:.1%} | {ms:.2f} |"
        )


def figures(engine: TorchEngine, root: Path, split: Split) -> Report:
    posteriors, targets = score_split(Recognizer(engine), root, split)
    return report(posteriors, targets, engine.labels, engine.threshold)


def multiply_adds(engine: TorchEngine) -> int:
    """Of the network alone on one clip; a multiply-add counts once. MKL-DNN's LSTM hides its own from the counter."""
    frames = engine.frontend(torch.zeros(1, WINDOW_SAMPLES))
    with torch.inference_mode(), torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
        engine.network(frames)
    return int(counter.get_total_flops()) // 2


def median_ms(engines: list[TorchEngine]) -> list[float]:
    random = np.random.default_rng(0)
    seconds: list[list[float]] = [[] for _ in engines]
    for _ in range(N_TIMED):
        waveform = random.uniform(-0.1, 0.1, (1, WINDOW_SAMPLES)).astype(np.float32)
        for engine, times in zip(engines, seconds, strict=True):
            started = time.perf_counter()
            engine.posteriors(waveform)
            times.append(time.perf_counter() - started)
    return [float(np.median(times)) * 1000 for times in seconds]


def _balanced_accuracy(testing: Report) -> str:
    low, high = testing.balanced_accuracy_interval
    return f"{testing.balanced_accuracy:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    main()

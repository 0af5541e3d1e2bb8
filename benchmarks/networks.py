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
from model.recognizer import Recognizer
from training.evaluate import score_split
from training.report import Report, report
from training.speech_commands import Split

N_TIMED = 300


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    options = parser.parse_args()
    recognizers = [Recognizer.load(path) for path in options.checkpoints]
    milliseconds = median_ms(recognizers)
    print("| network | parameters | multiply-adds | validation | testing | worst label | accuracy on testing | ms |")
    print("|---|---|---|---|---|---|---|---|")
    for recognizer, ms in zip(recognizers, milliseconds, strict=True):
        n_parameters = sum(parameter.numel() for parameter in recognizer.network.parameters())
        validation, testing = (
            figures(recognizer, options.data, "validation"),
            figures(recognizer, options.data, "testing"),
        )
        worst = min(testing.labels, key=lambda entry: entry.recall)
        print(
            f"| {recognizer.name} | {n_parameters / 1e3:.0f} k | {multiply_adds(recognizer) / 1e6:.1f} M "
            f"| {validation.balanced_accuracy:.1%} | {_balanced_accuracy(testing)} "
            f"| {worst.label.strip('_')} {worst.recall:.1%} | {testing.accuracy:.1%} | {ms:.2f} |"
        )


def figures(recognizer: Recognizer, root: Path, split: Split) -> Report:
    posteriors, targets = score_split(recognizer, root, split)
    return report(posteriors, targets, recognizer.labels, recognizer.threshold)


def multiply_adds(recognizer: Recognizer) -> int:
    """Of the network alone on one clip; a multiply-add counts once. MKL-DNN's LSTM hides its own from the counter."""
    frames = recognizer.frontend(torch.zeros(1, WINDOW_SAMPLES))
    with torch.inference_mode(), torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
        recognizer.network(frames)
    return int(counter.get_total_flops()) // 2


def median_ms(recognizers: list[Recognizer]) -> list[float]:
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    seconds: list[list[float]] = [[] for _ in recognizers]
    for _ in range(N_TIMED):
        waveform = random.uniform(-0.1, 0.1, (1, WINDOW_SAMPLES)).astype(np.float32)
        for recognizer, times in zip(recognizers, seconds, strict=True):
            started = time.perf_counter()
            recognizer.posteriors(waveform)
            times.append(time.perf_counter() - started)
    return [float(np.median(times)) * 1000 for times in seconds]


def _balanced_accuracy(testing: Report) -> str:
    low, high = testing.balanced_accuracy_interval
    return f"{testing.balanced_accuracy:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    main()

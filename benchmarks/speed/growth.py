"""Measure how the cost grows with batch size, clip length and connections.

    python -m benchmarks.speed.growth

Needs wrk (Debian: ``apt-get install wrk``). Each curve is the work done per second; its knee is the first point that
reaches 90 % of its highest one. Beyond it more brings little or nothing.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from benchmarks.clips import EXAMPLE, noise, wav
from benchmarks.machine import describe
from benchmarks.requests import raw
from benchmarks.service import heed
from benchmarks.speed.wrk import Load, post
from benchmarks.table import table
from benchmarks.timing import Call, interleaved_ms
from model.audio import SAMPLE_RATE, WINDOW_SAMPLES
from model.recognizer import SHIPPED, Recognizer

PICTURE = Path(__file__).with_name("growth.png")
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CLIP_SECONDS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0)
N_CONNECTIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)
KNEE = 0.9


@dataclass(frozen=True)
class Curve:
    """The time that each size takes, and the work done per second; the first three are names of columns."""

    grows: str
    takes: str
    work: str
    sizes: tuple[float, ...]
    milliseconds: tuple[float, ...]
    rates: tuple[float, ...]
    errors: tuple[str, ...] = ()

    @property
    def knee(self) -> float:
        enough = KNEE * max(self.rates)
        return next(size for size, rate in zip(self.sizes, self.rates, strict=True) if rate >= enough)

    def table(self) -> str:
        figures = zip(self.sizes, self.milliseconds, self.rates, strict=True)
        rows = [(f"{size:g}", f"{time_ms:.2f}", f"{rate:.0f}") for size, time_ms, rate in figures]
        if not self.errors:
            return table([self.grows, self.takes, self.work], rows)
        with_errors = [(*row, errors) for row, errors in zip(rows, self.errors, strict=True)]
        return table([self.grows, self.takes, self.work, "errors"], with_errors)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.growth", description="Measure how cost grows.")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export (default: the shipped one)")
    parser.add_argument("--rounds", type=int, default=20, help="calls per batch size and clip length (default: 20)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load per number of connections (default: 5)")
    parser.add_argument("--repeats", type=int, default=3, help="loads per number of connections (default: 3)")
    parser.add_argument("--out", type=Path, default=PICTURE, help=f"the picture (default: benchmarks/{PICTURE.name})")
    options = parser.parse_args()
    print(describe("onnxruntime", "uvicorn", "fastapi", "numpy"))
    recognizer = Recognizer.load(options.model)
    curves = [
        by_batch_size(recognizer, options.rounds),
        by_clip_length(recognizer, options.rounds),
        by_connections(options.model, options.seconds, options.repeats),
    ]
    for curve in curves:
        print("\n" + curve.table())
        print(f"\nThe knee is at {curve.knee:g}.", flush=True)
    draw(curves, options.out)


def by_batch_size(recognizer: Recognizer, n_rounds: int) -> Curve:
    batches = {size: noise(size * WINDOW_SAMPLES).reshape(size, -1) for size in BATCH_SIZES}
    calls: dict[float, Call] = {size: partial(recognizer.posteriors, batch) for size, batch in batches.items()}
    return _timed(("batch", "ms per batch", "clips/s"), calls, n_rounds)


def by_clip_length(recognizer: Recognizer, n_rounds: int) -> Curve:
    clips = {seconds: wav(noise(round(seconds * SAMPLE_RATE))) for seconds in CLIP_SECONDS}
    calls: dict[float, Call] = {seconds: partial(recognizer.recognize, clip) for seconds, clip in clips.items()}
    return _timed(("clip, s", "ms per clip", "seconds of sound recognized per second"), calls, n_rounds)


def _timed(names: tuple[str, str, str], calls: Mapping[float, Call], n_rounds: int) -> Curve:
    times = interleaved_ms({str(size): call for size, call in calls.items()}, n_rounds, n_calls=1)
    medians = tuple(float(np.median(milliseconds)) for milliseconds in times.values())
    rates = tuple(1000 * size / time_ms for size, time_ms in zip(calls, medians, strict=True))
    return Curve(*names, sizes=tuple(calls), milliseconds=medians, rates=rates)


def by_connections(model: Path, seconds: float, n_repeats: int) -> Curve:
    repeats: dict[int, list[Load]] = {n_connections: [] for n_connections in N_CONNECTIONS}
    with heed(model) as service:
        for _, n_connections in product(range(n_repeats), N_CONNECTIONS):
            send = partial(post, service.url("/transcribe"), raw(EXAMPLE.read_bytes()), n_connections=n_connections)
            send(seconds=1)  # warm-up
            repeats[n_connections].append(send(seconds=seconds))
    loads = [Load.median(repeats[n_connections]) for n_connections in N_CONNECTIONS]
    return Curve(
        grows="connections",
        takes="p50 ms",
        work="requests/s",
        sizes=N_CONNECTIONS,
        milliseconds=tuple(load.p50_ms for load in loads),
        rates=tuple(load.rate for load in loads),
        errors=tuple(load.errors for load in loads),
    )


def draw(curves: list[Curve], path: Path) -> None:
    mpl.use("Agg")
    figure, columns = plt.subplots(2, len(curves), figsize=(4 * len(curves), 6), sharex="col", layout="constrained")
    for curve, (of_work, of_time) in zip(curves, columns.T, strict=True):
        for axes, figures, label in ((of_work, curve.rates, curve.work), (of_time, curve.milliseconds, curve.takes)):
            axes.plot(curve.sizes, figures, "o-", markersize=4)
            axes.axvline(curve.knee, color="gray", linestyle="dotted", label=f"knee at {curve.knee:g}")
            axes.set(xscale="log", ylabel=label)
            axes.grid(alpha=0.3)
        of_work.set_ylim(bottom=0)
        of_work.legend()
        of_time.set(yscale="log", xlabel=curve.grows)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()

"""Measure clips per second of python -m bulk against the bare recognizer, and its memory.

    python -m benchmarks.speed.bulk

The clips are the examples, each moved, in noise and otherwise loud, in tars on the local disk that are read again and
again. The bare recognizer gets the same clips from memory, in batches of the same size, on one thread. With ``--ray``
the command runs on a Ray cluster of this machine, in an environment with requirements-ray.txt; starting it counts too.
"""

import argparse
import io
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.clips import varied, wav
from benchmarks.machine import describe
from benchmarks.table import table
from bulk.clips import BATCH
from bulk.recognize import ShardRecognizer
from bulk.results import Results
from bulk.shards import shards_of
from bulk.threads import on_threads
from model.recognizer import SHIPPED, Recognizer

CLIPS_PER_TAR = 500
BARE = "bare recognizer, 1 thread"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.bulk", description="Measure python -m bulk.")
    parser.add_argument("--clips", type=int, default=5_000, help="of each measurement (default: 5,000)")
    parser.add_argument("--rounds", type=int, default=3, help="in which all take turns (default: 3)")
    parser.add_argument("--ray", action="store_true", help="measure the command on Ray too")
    options = parser.parse_args()
    print(describe("onnxruntime", "numpy", "pyarrow"))
    with tempfile.TemporaryDirectory() as folder:
        clips = [wav(waveform) for waveform in varied(CLIPS_PER_TAR)]
        n_tars = max(1, options.clips // CLIPS_PER_TAR)
        tars(Path(folder), clips, n_tars)
        print(measure(Path(folder), clips, n_tars, options.rounds, on_ray=options.ray))
    print(f"\nMost memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


def measure(folder: Path, clips: list[bytes], n_tars: int, n_rounds: int, *, on_ray: bool) -> str:
    recognize = ShardRecognizer(SHIPPED, "unsure")
    n_cores = len(os.sched_getaffinity(0))
    ways: dict[str, Callable[[], None]] = {BARE: partial(bare, recognize.recognizer, clips, n_tars)}
    for n_threads in sorted({1, n_cores}):
        ways[f"bulk --threads {n_threads}"] = partial(by_threads, folder, recognize, n_threads)
    if on_ray:
        ways["bulk --ray, with its start"] = partial(by_ray, folder)
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(n_rounds):
        for way, run in ways.items():
            start, busy = time.monotonic(), processor_seconds()
            run()
            taken[way].append((time.monotonic() - start, processor_seconds() - busy))
    n_clips = n_tars * len(clips)
    medians = {way: np.median(times, axis=0) / n_clips for way, times in taken.items()}
    bare_seconds, bare_busy = medians[BARE]
    rows = [
        (way, f"{1 / seconds:.0f}", f"{bare_seconds / seconds:.2f}", f"{1000 * busy:.3f}", f"{bare_busy / busy:.2f}")
        for way, (seconds, busy) in medians.items()
    ]
    return table(["way", "clips/s", "over bare", "processor ms a clip", "per core over bare"], rows)


def processor_seconds() -> float:
    """What this process has taken, and those that it has waited for."""
    return sum(os.times()[:4])


def bare(recognizer: Recognizer, clips: list[bytes], n_times: int) -> None:
    for first in n_times * [*range(0, len(clips), BATCH)]:
        batch = clips[first : first + BATCH]
        recognizer.recognize_batch(batch, thresholds=len(batch) * [recognizer.threshold])


def by_threads(folder: Path, recognize: ShardRecognizer, n_threads: int) -> None:
    """What the command does, but for loading the model."""
    with tempfile.TemporaryDirectory() as out:
        results = Results(Path(out) / "results.parquet", {}, partial(shards_of, str(folder)))
        for number, rows in on_threads(recognize, results.missing(), n_threads):
            results.keep(number, rows)
        results.finish()


def by_ray(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "bulk", str(folder), "--out", f"{out}/results.parquet", "--ray"]
        subprocess.run(command, check=True, capture_output=True)


def tars(folder: Path, clips: list[bytes], n_tars: int) -> None:
    """One tar under many names."""
    with tarfile.open(folder / "0.tar", "w") as file:
        for number, clip in enumerate(clips):
            member = tarfile.TarInfo(f"{number:06}.wav")
            member.size = len(clip)
            file.addfile(member, io.BytesIO(clip))
    for number in range(1, n_tars):
        (folder / f"{number}.tar").hardlink_to(folder / "0.tar")


if __name__ == "__main__":
    main()

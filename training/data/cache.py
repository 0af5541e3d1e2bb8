"""Decode every clip once, into a memory-mapped table of 16-bit samples beside the data set."""

import fcntl
import hashlib
import json
import os
import signal
import sys
from collections.abc import Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from model.audio import WINDOW_SAMPLES, Waveform, decode, fit
from model.errors import AudioError
from training.data.clips import Clip
from training.data.codecs import coded
from training.errors import DataError

FULL_SCALE = 32_767
TABLE, INDEX = "waveforms.npy", "index.json"
FOLDER = "heed-cache"  # of the tables, beside the data set unless another is named


class WaveformCache:
    """One second of every clip, decoded exactly as the service does.

    The table holds 16-bit samples, ``(clip, time)``. It is built again when a clip was added, removed or changed, and
    when an earlier build was broken off: the index with the digest of the clips is written last. If several runs start
    at once, one builds the table and the others wait.

    Args:
        clips: every clip whose waveform will be asked for.
        folder: the folder of the table.

    Raises:
        DataError: some clips can't be decoded; the message counts them and names the first.
        OSError: the folder can't be written or the disk is full; nothing half-written stays.
    """

    def __init__(self, clips: list[Clip], folder: Path) -> None:
        self.digest = digest([(clip.path, clip.codec) for clip in clips])
        self._rows = {(clip.path, clip.codec): row for row, clip in enumerate(clips)}
        current = _read(folder, self.digest)
        self._table = _make(clips, folder, self.digest) if current is None else current

    def waveforms(self, clips: list[Clip]) -> Tensor:
        """Return the waveforms of some clips.

        Shape: ``(batch, time)``, float32 in [-1, 1] at 16 kHz.
        """
        rows = [self._rows[clip.path, clip.codec] for clip in clips]
        return torch.from_numpy(self._table[rows]).float() / FULL_SCALE


def unreadable(clips: list[Clip]) -> dict[Clip, str]:
    """Find the clips that can't be decoded, each with a message that names it and says why."""
    return {clip: result for clip, result in zip(clips, _decoded(clips), strict=True) if isinstance(result, str)}


def digest(files: Iterable[tuple[Path, str]]) -> str:
    """Identify files and their codecs without reading them: SHA-256 over their names, sizes and times of change."""
    sha = hashlib.sha256()
    for path, codec in files:
        stat = path.stat()
        sha.update(f"{path.parent.name}/{path.name} {codec} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return sha.hexdigest()


def around_the_word(waveform: Waveform) -> Waveform:
    """Cut the second around the word out of a longer recording: around the centre of its loudest second.

    Shape: ``(time,)`` at 16 kHz to at most a second of it.
    """
    excess = len(waveform) - WINDOW_SAMPLES
    if excess <= 0:
        return waveform
    energy = np.square(waveform, dtype=np.float64)
    upto = np.concatenate([[0.0], energy.cumsum()])
    start = int((upto[WINDOW_SAMPLES:] - upto[:-WINDOW_SAMPLES]).argmax())
    loudest = energy[start : start + WINDOW_SAMPLES]
    centre = int(np.average(np.arange(WINDOW_SAMPLES), weights=loudest + 1e-12))
    start = min(max(start + centre - WINDOW_SAMPLES // 2, 0), excess)
    return waveform[start : start + WINDOW_SAMPLES]


def to_int16(waveform: NDArray[np.float32]) -> NDArray[np.int16]:
    """Convert samples in [-1, 1] to 16-bit integers."""
    return np.rint(waveform * FULL_SCALE).astype(np.int16)


def _read(folder: Path, expected_digest: str) -> NDArray[np.int16] | None:
    """Return the table if it is whole and belongs to these clips, else None."""
    try:
        if json.loads((folder / INDEX).read_text())["digest"] != expected_digest:
            return None
        table: NDArray[np.int16] = np.load(folder / TABLE, mmap_mode="r")
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
    return table


def _make(clips: list[Clip], folder: Path, expected_digest: str) -> NDArray[np.int16]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)  # not flock, which the workers would inherit and hold after a kill
        if _read(folder, expected_digest) is None:
            (folder / INDEX).unlink(missing_ok=True)  # it would pass the new table off as that of the clips before
            _build(clips, folder / TABLE)
            _write_whole(folder / INDEX, json.dumps({"digest": expected_digest, "n_clips": len(clips)}).encode())
    table: NDArray[np.int16] = np.load(folder / TABLE, mmap_mode="r")
    return table


def _build(clips: list[Clip], table: Path) -> None:
    partial = table.with_suffix(".partial")
    shape = (len(clips), WINDOW_SAMPLES)
    megabytes = len(clips) * WINDOW_SAMPLES * np.dtype(np.int16).itemsize / 1e6
    print(f"writing {len(clips)} decoded clips to {table}, {megabytes:.0f} MB", file=sys.stderr)
    failures = []
    try:
        with partial.open("wb") as file, closing(_decoded(clips)) as results:
            # written, not mapped: where the disk is full, a memory map ends in a bus error
            np.lib.format.write_array_header_1_0(file, {"descr": "<i2", "fortran_order": False, "shape": shape})
            for result in results:
                if isinstance(result, str):
                    failures.append(result)
                else:
                    file.write(result.tobytes())
        if failures:
            raise DataError(f"{len(failures)} clips can't be decoded; repair or remove them. The first: {failures[0]}")
        os.replace(partial, table)
    finally:
        partial.unlink(missing_ok=True)


def _decoded(clips: list[Clip]) -> Generator[NDArray[np.int16] | str]:
    """Decode the clips in their order, in as many processes as there are cores."""
    # Ctrl-C reaches every process. The workers ignore it; this process then cancels the clips that are still waiting
    pool = ProcessPoolExecutor(initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    try:
        decoded = pool.map(_decode, clips, chunksize=256)
        yield from tqdm(decoded, "decoding", len(clips), unit=" clips", leave=False)
    finally:
        pool.shutdown(cancel_futures=True)


def _decode(clip: Clip) -> NDArray[np.int16] | str:
    """Return a clip's samples, or an error as text, so that one bad clip does not hide the others."""
    try:
        waveform = fit(around_the_word(decode(clip.path.read_bytes())))
    except (AudioError, OSError) as error:
        return f"{clip.path}: {error}"
    return to_int16(coded(waveform, clip.codec, seed=len(clip.path.name)) if clip.codec else waveform)


def _write_whole(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)

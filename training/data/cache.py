"""Clips in, their waveforms decoded once out: a memory-mapped table of 16-bit samples beside the data."""

import fcntl
import hashlib
import json
import os
import signal
from collections.abc import Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from model.audio import WINDOW_SAMPLES, decode, fit
from model.errors import AudioError
from training.data.clips import Clip
from training.errors import DataError

FULL_SCALE = 32_767
TABLE, INDEX = "waveforms.npy", "index.json"


class WaveformCache:
    """One second of every clip, decoded and fitted exactly as the service does.

    The table holds 16-bit samples, ``(clip, time)``. It is rebuilt when a clip was added, removed or changed since,
    and when an earlier build was broken off: the index that names the clips' digest is written last. Of several runs
    that start at once, one builds and the others wait.

    Args:
        clips: all clips that will be asked for.
        folder: where the table is kept.

    Raises:
        DataError: some clips can't be decoded; the message counts them and names the first.
        OSError: the folder can't be written or the disk is full; nothing half-written stays.
    """

    def __init__(self, clips: list[Clip], folder: Path) -> None:
        paths = [clip.path for clip in clips]
        self.digest = digest(paths)
        self._rows = {path: row for row, path in enumerate(paths)}
        current = _read(folder, self.digest)
        self._table = _make(paths, folder, self.digest) if current is None else current

    def waveforms(self, clips: list[Clip]) -> Tensor:
        """Waveforms of some clips.

        Shape: ``(batch, time)``, float32 in [-1, 1] at 16 kHz.
        """
        rows = [self._rows[clip.path] for clip in clips]
        return torch.from_numpy(self._table[rows]).float() / FULL_SCALE


def digest(paths: Iterable[Path]) -> str:
    """What identifies a set of files without reading them: SHA-256 over their names, sizes and times of change."""
    sha = hashlib.sha256()
    for path in paths:
        stat = path.stat()
        sha.update(f"{path.parent.name}/{path.name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return sha.hexdigest()


def to_int16(waveform: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples in [-1, 1] as 16-bit integers."""
    return np.rint(waveform * FULL_SCALE).astype(np.int16)


def _read(folder: Path, expected_digest: str) -> NDArray[np.int16] | None:
    """The table, if it is there, whole and of these clips."""
    try:
        if json.loads((folder / INDEX).read_text())["digest"] != expected_digest:
            return None
        table: NDArray[np.int16] = np.load(folder / TABLE, mmap_mode="r")
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
    return table


def _make(paths: list[Path], folder: Path, expected_digest: str) -> NDArray[np.int16]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)  # not flock, which the workers would inherit and hold after a kill
        if _read(folder, expected_digest) is None:
            (folder / INDEX).unlink(missing_ok=True)  # or it would vouch for the new table with the old digest
            _build(paths, folder / TABLE)
            _write_whole(folder / INDEX, json.dumps({"digest": expected_digest, "n_clips": len(paths)}).encode())
    table: NDArray[np.int16] = np.load(folder / TABLE, mmap_mode="r")
    return table


def _build(paths: list[Path], table: Path) -> None:
    partial = table.with_suffix(".partial")
    shape = (len(paths), WINDOW_SAMPLES)
    failures = []
    try:
        with partial.open("wb") as file, closing(_decoded(paths)) as results:
            # written, not mapped: where the disk is full, a memory map ends in a bus error
            np.lib.format.write_array_header_1_0(file, {"descr": "<i2", "fortran_order": False, "shape": shape})
            for result in results:
                if isinstance(result, str):
                    failures.append(result)
                else:
                    file.write(result.tobytes())
        if failures:
            raise DataError(f"{len(failures)} clips can't be decoded; mend or remove them. The first: {failures[0]}")
        os.replace(partial, table)
    finally:
        partial.unlink(missing_ok=True)


def _decoded(paths: list[Path]) -> Generator[NDArray[np.int16] | str]:
    """What :func:`_decode` says of each path, in their order, from as many processes as there are cores."""
    # Ctrl-C reaches every process; the workers leave it to this one, which calls off what they have not begun
    pool = ProcessPoolExecutor(initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    try:
        decoded = pool.map(_decode, paths, chunksize=256)
        yield from tqdm(decoded, "decoding", len(paths), unit=" clips", leave=False)
    finally:
        pool.shutdown(cancel_futures=True)


def _decode(path: Path) -> NDArray[np.int16] | str:
    """A clip's samples, or what is wrong with it: one bad clip shall not hide the others."""
    try:
        return to_int16(fit(decode(path.read_bytes())))
    except (AudioError, OSError) as error:
        return f"{path}: {error}"


def _write_whole(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)

"""Cut one-second pieces from recordings without speech: backgrounds of clips, and examples of ``_silence_``."""

import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model.audio import WINDOW_SAMPLES, Waveform, decode, fit
from model.errors import AudioError
from training.data.augment import ratio, uniform
from training.data.speech_commands import BACKGROUND_NOISE, FOLDER, Split
from training.errors import DataError

SPLIT_PARTS: dict[Split, tuple[float, float]] = {
    "training": (0.0, 0.8),
    "validation": (0.8, 0.9),
    "testing": (0.9, 1.0),
}
MAX_NOISE_SECONDS = 600.0
LOUD_NOISES = ("pink_noise", "white_noise")  # 10 dB below full scale in the data set
LEAST_LEVEL_DB = -20.0  # of those; copies are about in which they have a hundredth of their amplitude
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")


class Noise:
    """Kinds of noise, each a list of recordings. Every kind is cut equally often, and so is every recording of a kind.

    Shape: every recording is ``(time,)``, float32 in [-1, 1] at 16 kHz, at least one second long.
    """

    def __init__(self, kinds: list[list[Tensor]]) -> None:
        self.kinds = kinds

    def cut(self, n_cuts: int, generator: torch.Generator) -> Tensor:
        """Cut ``n_cuts`` seconds at random, ``(batch, time)``."""
        cuts = torch.empty(n_cuts, WINDOW_SAMPLES)
        for cut in cuts:
            cut.copy_(self._cut(generator))
        return cuts

    def _cut(self, generator: torch.Generator) -> Tensor:
        kind = self.kinds[_below(len(self.kinds), generator)]
        recording = kind[_below(len(kind), generator)]
        start = _below(len(recording) - WINDOW_SAMPLES + 1, generator)
        return recording[start : start + WINDOW_SAMPLES]


def silence(n: int, noise: Noise, volume_db: tuple[float, float], generator: torch.Generator) -> Tensor:
    """Make ``n`` examples of silence: cuts of noise at a random volume in decibels, ``(batch, time)``."""
    volume = ratio(uniform(n, volume_db, generator))
    return noise.cut(n, generator) * volume[:, None]


def background_noise(root: Path, split: Split) -> list[list[Tensor]]:
    """Read the data set's background noises, each as a kind of its own. Every split has its own part of each.

    Raises:
        DataError: the folder is missing, holds a recording that can't be decoded, or is a copy made quieter.
    """
    paths = sorted((root / FOLDER / BACKGROUND_NOISE).glob("*.wav"))
    if not paths:
        raise DataError(f"no recordings in {root / FOLDER / BACKGROUND_NOISE}; unpack the whole data set")
    first, last = SPLIT_PARTS[split]
    recordings = [_decode(path.read_bytes(), str(path)) for path in paths]
    for path, recording in zip(paths, recordings, strict=True):
        if path.stem in LOUD_NOISES:
            _check_level(path, recording)
    parts = [recording[int(first * len(recording)) : int(last * len(recording))] for recording in recordings]
    return [[_at_least_a_second(part)] for part in parts]


def _check_level(path: Path, recording: Waveform) -> None:
    level_db = 10 * np.log10(max(float(np.square(recording).mean()), 1e-12))
    if level_db < LEAST_LEVEL_DB:
        raise DataError(
            f"{path} lies {-level_db:.0f} dB below full scale, where the data set has 10 dB: the noises of this copy "
            "were made quieter; unpack the data set again"
        )


def further_noise(sources: list[Path]) -> list[list[Tensor]]:
    """Read further recordings without speech. Each tar, and each folder that holds sound files, is a kind.

    Args:
        sources: folders, which are searched with all folders below them, and tars.

    Raises:
        DataError: a source is missing or holds no recording, or one can't be decoded.
    """
    kinds = []
    for source in sources:
        found = [kind for kind in (list(_recordings(path)) for path in _kinds_below(source)) if kind]
        if not found:
            raise DataError(f"no sound files in {source}; --noise takes folders and tars of recordings")
        kinds += found
    return kinds


def read_noise(path: Path) -> Tensor:
    """Read one recording without speech, ``(time,)`` at 16 kHz, at least a second long.

    Raises:
        DataError: it can't be decoded.
    """
    return _at_least_a_second(_decode(path.read_bytes(), str(path)))


def _kinds_below(source: Path) -> list[Path]:
    if not source.exists():
        raise DataError(f"{source} does not exist; --noise takes folders and tars of recordings")
    if source.is_file():
        return [source]
    return [source, *sorted(path for path in source.rglob("*") if path.is_dir() or path.suffix == ".tar")]


def _recordings(kind: Path) -> Iterator[Tensor]:
    if kind.is_dir():
        for path in sorted(kind.iterdir()):
            if path.suffix.lower() in SUFFIXES:
                yield read_noise(path)
        return
    try:
        with tarfile.open(kind) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is not None and Path(member.name).suffix.lower() in SUFFIXES:
                    yield _at_least_a_second(_decode(file.read(), f"{kind}: {member.name}"))
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise DataError(f"{kind} is not a tar of recordings: {error}") from error


def _decode(recording: bytes, name: str) -> Waveform:
    try:
        return decode(recording, max_clip_seconds=MAX_NOISE_SECONDS)
    except AudioError as error:
        raise DataError(f"{name}: {error}") from error


def _at_least_a_second(waveform: Waveform) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(waveform if len(waveform) >= WINDOW_SAMPLES else fit(waveform)))


def _below(end: int, generator: torch.Generator) -> int:
    return int(torch.randint(end, (), generator=generator))

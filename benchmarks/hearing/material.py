"""The clips that the benchmarks of hearing play, and the recognizers that judge them."""

import hashlib
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from model.recognizer import Recognizer
from model.second_opinion import Asked
from training.config import TrainConfig
from training.data.cache import WaveformCache
from training.data.clips import Clip
from training.data.held_out import held_out
from training.data.noise import Noise, background_noise
from training.data.speech_commands import NEVER_HEARD, Split, read_split
from training.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Material:
    """One split: its clips, and those of the 12-label protocol as waveforms ``(clip, time)`` with their labels' places.

    ``limit`` is how many seconds of a kind are played at most; None plays all.
    """

    clips: list[Clip]
    cache: WaveformCache
    waveforms: Tensor
    targets: NDArray[np.int64]
    limit: int | None

    @classmethod
    def read(cls, root: Path, split: Split, limit: int | None) -> Self:
        """Read a split as training does.

        Raises:
            DataError: the data set is missing or damaged.
        """
        clips = read_split(root, split)
        cache = WaveformCache(clips, root / "heed-cache" / split)
        waveforms, targets = held_out(clips, cache, Noise(background_noise(root, split)), TrainConfig().labels)
        some = _some(len(targets), limit)
        return cls(clips=clips, cache=cache, waveforms=waveforms[some], targets=targets[some].numpy(), limit=limit)

    def other_words(self, *, never_heard: bool) -> Tensor:
        """Clips of words that are no command, ``(clip, time)``: of those that training leaves out, or of the rest.

        Raises:
            DataError: the split has none.
        """
        others = [clip for clip in self.clips if clip.word not in TrainConfig.commands]
        chosen = [clip for clip in others if (clip.word in NEVER_HEARD) == never_heard]
        if not chosen:
            words = ", ".join(NEVER_HEARD) if never_heard else f"other than {', '.join(NEVER_HEARD)} and the commands"
            raise DataError(f"the split has no clips of words {words}; unpack the whole data set")
        return self.cache.waveforms([chosen[place] for place in _some(len(chosen), self.limit)])

    def some(self, waveforms: Tensor) -> Tensor:
        """At most ``limit`` of them, ``(clip, time)``."""
        return waveforms[_some(len(waveforms), self.limit)]


@dataclass(frozen=True, kw_only=True)
class Listeners:
    """One recognizer for all sounds, except for classes that another one was trained without.

    ``digests`` are the SHA-256 of their files, by class; that of the one for the rest is named ``default``.
    """

    default: Recognizer
    without: Mapping[str, Recognizer] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path, without: Mapping[str, Path], *, second_opinion: Asked = "off") -> Self:
        """Load an export or a checkpoint for each; the second opinion is the one that ships.

        Raises:
            CheckpointError, EmbeddingMissing: a file can't be read, or is not installed.
            DataError: one of them has other labels than the twelve.
        """
        paths = {"default": path, **without}
        recognizers = {kind: Recognizer.load(of_kind, second_opinion=second_opinion) for kind, of_kind in paths.items()}
        for recognizer in recognizers.values():
            if recognizer.labels != TrainConfig().labels:
                raise DataError(f"{recognizer.name} hears {', '.join(recognizer.labels)}, not the 12 labels in order")
        digests = {kind: hashlib.sha256(of_kind.read_bytes()).hexdigest() for kind, of_kind in paths.items()}
        return cls(default=recognizers.pop("default"), without=recognizers, digests=digests)

    @property
    def all(self) -> tuple[Recognizer, ...]:
        return self.default, *self.without.values()

    def of(self, kind: str) -> Recognizer:
        return self.without.get(kind, self.default)

    def check_classes(self, classes: Collection[str]) -> None:
        """Raises:
        DataError: a class that a model was trained without is not among those that are played.
        """
        for kind in self.without:
            if kind not in classes:
                raise DataError(f"--without {kind}: nothing of that name is played; there are {', '.join(classes)}")


def seeded(name: str) -> Generator:
    """A generator for draws that depend on their purpose and on no draw before."""
    return Generator().manual_seed(zlib.crc32(name.encode()))


def _some(n: int, limit: int | None) -> Tensor:
    """The places of all in their order, or of ``limit`` at random."""
    return torch.arange(n) if limit is None else torch.randperm(n, generator=seeded("some"))[:limit]

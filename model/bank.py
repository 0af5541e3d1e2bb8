"""Keep embeddings of other words and of noise, which a taught word is told apart from."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from model.digest import check_digest
from model.embedding import N_WINDOWS, Embeddings
from model.errors import CheckpointError
from model.labels import SILENCE

FORMAT = "heed-bank-1"
SHIPPED_BANK = Path(__file__).parent / "weights" / "bank.npz"
N_USED = 6  # windows that a word is told apart by
N_PLACES = N_WINDOWS - N_USED + 1  # a word may stand a window early or late
MIDDLE = N_PLACES // 2
NORM = 8.0  # of features; with it the published strength of the regression's penalty fits
LARGEST = 127  # of 8 bits

Features = NDArray[np.float32]


class Calibration(NamedTuple):
    """Log-odds of a word, as if it were as often said as not, are ``slope`` times its score plus ``intercept``."""

    slope: float
    intercept: float


@dataclass(frozen=True, kw_only=True)
class Bank:
    """Other words and noise.

    Attributes:
        words: what is said in each row, ``_silence_`` in noise and ``_unknown_`` where it is not known.
        embeddings: ``(row, window, feature)``, in random order.
        mean: of the embeddings, ``(window, feature)``.
        calibrations: for words that are taught with so many recordings.
    """

    words: tuple[str, ...]
    embeddings: Embeddings
    mean: Embeddings
    calibrations: Mapping[int, Calibration]

    @cached_property
    def features(self) -> Features:
        """Of all rows, ``(row, place, feature)``."""
        return self.features_of(self.embeddings)

    def features_of(self, embeddings: Embeddings) -> Features:
        """Compute what words are told apart by: six windows from each place on, less the mean of the middle six.

        Shape: ``(batch, window, feature)`` to ``(batch, place, 6 * feature)``, of the norm 8.
        """
        centre = self.mean[MIDDLE : MIDDLE + N_USED]
        places = np.stack([embeddings[:, place : place + N_USED] - centre for place in range(N_PLACES)], axis=1)
        flat = places.reshape(len(embeddings), N_PLACES, -1)
        features: Features = NORM * flat / np.maximum(np.linalg.norm(flat, axis=2, keepdims=True), 1e-6)
        return features

    def without(self, word: str) -> Self:
        """Leave out the rows in which a word is said."""
        kept = [row for row, said in enumerate(self.words) if said.casefold() != word.casefold()]
        return replace(self, words=tuple(self.words[row] for row in kept), embeddings=self.embeddings[kept])

    @property
    def is_speech(self) -> NDArray[np.bool_]:
        """Which rows hold a word, ``(row,)``."""
        return np.array([word != SILENCE for word in self.words])

    def calibration(self, n_recordings: int) -> Calibration:
        """Interpolate between the numbers of recordings for which there is a calibration."""
        numbers = sorted(self.calibrations)
        slopes, intercepts = zip(*(self.calibrations[number] for number in numbers), strict=True)
        place, places = np.log(n_recordings), np.log(numbers)
        return Calibration(float(np.interp(place, places, slopes)), float(np.interp(place, places, intercepts)))


def save_bank(bank: Bank, path: Path) -> None:
    """Write a bank as NumPy arrays, its embeddings in 8 bits.

    Raises:
        OSError: the folder can't be written or the disk is full.
    """
    centred = bank.embeddings - bank.mean
    scales = np.abs(centred).max(axis=(1, 2), keepdims=True) / LARGEST
    metadata = json.dumps({"format": FORMAT, "words": bank.words, "calibrations": bank.calibrations})
    file = io.BytesIO()
    np.savez_compressed(
        file,
        metadata=np.array(metadata),
        mean=bank.mean,
        scales=scales,
        embeddings=np.rint(centred / scales).astype(np.int8),
    )
    path.write_bytes(file.getvalue())


def load_bank(path: Path = SHIPPED_BANK) -> Bank:
    """Read a bank; nothing in it is executed.

    Raises:
        CheckpointError: no such file, torn, not the one that SHA256SUMS names, or not written by this version of heed.
    """
    check_digest(path)
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            metadata = json.loads(str(file["metadata"]))
            mean, embeddings = file["mean"], file["embeddings"] * file["scales"] + file["mean"]
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise CheckpointError(f"{path} can't be read as a bank of words: {error}") from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a bank of this version of heed, which writes {FORMAT!r}")
    calibrations = {int(number): Calibration(*pair) for number, pair in metadata["calibrations"].items()}
    return Bank(words=tuple(metadata["words"]), embeddings=embeddings, mean=mean, calibrations=calibrations)

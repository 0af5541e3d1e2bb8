"""Ask a second recognizer, a small head on the speech embedding, where the network is unsure of a word."""

import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from model.audio import Waveform
from model.digest import check_digest
from model.embedding import Embedding, Embeddings
from model.engines.protocol import Posteriors
from model.errors import CheckpointError
from model.labels import UNKNOWN

FORMAT = "heed-second-opinion-1"
SHIPPED_HEAD = Path(__file__).parent / "weights" / "second_opinion.npz"
SURE = 0.8  # the network's best posterior is this high in 94 of 100 clips, and right in 98 of 100 of those
HEAD_SHARE = 0.5  # of the mean

Asked = Literal["off", "unsure", "always"]
Weights = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Head:
    """Two layers from an embedding to posteriors.

    Attributes:
        labels: in the order of the outputs.
        weight_1, bias_1: ``(hidden, window * feature)`` and ``(hidden,)``.
        weight_2, bias_2: ``(label, hidden)`` and ``(label,)``, the temperature in them.
    """

    labels: tuple[str, ...]
    weight_1: Weights
    bias_1: Weights
    weight_2: Weights
    bias_2: Weights

    def posteriors(self, embeddings: Embeddings) -> Posteriors:
        """Compute calibrated posteriors.

        Shape: ``(batch, window, feature)`` to ``(batch, label)``, rows that sum to 1.
        """
        hidden = np.maximum(embeddings.reshape(len(embeddings), -1) @ self.weight_1.T + self.bias_1, 0.0)
        logits = hidden @ self.weight_2.T + self.bias_2
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        posteriors: Posteriors = odds / odds.sum(axis=1, keepdims=True)
        return posteriors


def save_head(head: Head, path: Path) -> None:
    """Write a head as NumPy arrays in 16 bits.

    Raises:
        OSError: the folder can't be written or the disk is full.
    """
    file = io.BytesIO()
    metadata = json.dumps({"format": FORMAT, "labels": head.labels})
    arrays = {name: getattr(head, name).astype(np.float16) for name in ("weight_1", "bias_1", "weight_2", "bias_2")}
    np.savez_compressed(file, metadata=np.array(metadata), **arrays)
    path.write_bytes(file.getvalue())


def load_head(path: Path) -> Head:
    """Read a head; nothing in it is executed.

    Raises:
        CheckpointError: no such file, torn, or not written by this version of heed.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            metadata = json.loads(str(file["metadata"]))
            arrays = {name: file[name].astype(np.float32) for name in ("weight_1", "bias_1", "weight_2", "bias_2")}
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise CheckpointError(f"{path} can't be read as a second opinion: {error}") from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a second opinion of this version of heed, which writes {FORMAT!r}")
    return Head(labels=tuple(metadata["labels"]), **arrays)


class SecondOpinion:
    """A verifier: where the network's best posterior is low it asks the head, and takes the mean of the two.

    Several threads may call it at once.

    Args:
        labels: the network's, in the order of its posteriors. What else the head knows counts as ``_unknown_``.
        sure: the head is asked where no posterior of the network reaches this.
    """

    def __init__(self, head: Head, embedding: Embedding, labels: Sequence[str], *, sure: float = SURE) -> None:
        self._head, self._embedding, self._sure = head, embedding, sure
        to_label = [label if label in labels else UNKNOWN for label in head.labels]
        self._to_labels = np.array([[label == name for name in labels] for label in to_label], np.float32)

    def ask(self, waveforms: Waveform) -> Posteriors:
        """Compute the head's posteriors alone, ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``."""
        return self._head.posteriors(self._embedding.embed(waveforms)) @ self._to_labels

    def verify(self, posteriors: Posteriors, waveforms: Waveform) -> Posteriors:
        """Return the posteriors that count: the network's where it is sure, else the mean of both opinions.

        Shape: ``(batch, label)`` and ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``.
        """
        (unsure,) = np.nonzero((posteriors.max(axis=1) < self._sure) & waveforms.any(axis=1))
        if not len(unsure):
            return posteriors
        verified = posteriors.copy()
        verified[unsure] = weigh(posteriors[unsure], self.ask(waveforms[unsure]))
        return verified


def weigh(posteriors: Posteriors, opinions: Posteriors) -> Posteriors:
    """Take the mean of the network's posteriors and the head's, of the same shape."""
    return (1 - HEAD_SHARE) * posteriors + HEAD_SHARE * opinions


def load_second_opinion(labels: Sequence[str], asked: Asked) -> SecondOpinion | None:
    """Load the shipped second opinion, if it is to be asked and knows all words of the network.

    Raises:
        CheckpointError: its head is missing, torn or not the one that SHA256SUMS names.
        EmbeddingMissing: the speech embedding is not installed.
    """
    if asked == "off":
        return None
    check_digest(SHIPPED_HEAD)
    head = load_head(SHIPPED_HEAD)
    if not set(labels) <= set(head.labels):
        return None
    return SecondOpinion(head, Embedding(), labels, sure=SURE if asked == "unsure" else math.inf)

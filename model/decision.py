"""Posteriors in, decision out: the likeliest label, whether it is accepted, and if not why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from model.audio import Waveform
from model.engines.protocol import Posteriors
from model.labels import SILENCE, UNKNOWN

Reason = Literal["silence", "unknown", "low_confidence"]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer to a clip.

    ``confidence`` is the calibrated posterior of ``label`` in [0, 1]; ``reason`` is None when the label was accepted;
    ``ranking`` holds every label with its posterior, the likeliest first.
    """

    label: str
    confidence: float
    accepted: bool
    reason: Reason | None
    ranking: tuple[tuple[str, float], ...]


def silence_zeros(posteriors: Posteriors, waveforms: Waveform, labels: Sequence[str]) -> Posteriors:
    """Be sure of silence where a waveform holds nothing but zeros, whatever the network says of it.

    Shape: ``(batch, label)`` and ``(batch, time)`` to ``(batch, label)``.
    """
    silence = np.array([label == SILENCE for label in labels], np.float32)
    return np.where(waveforms.any(axis=1, keepdims=True), posteriors, silence)


def decide(posteriors: Sequence[float], labels: Sequence[str], threshold: float) -> Decision:
    """Accept the likeliest label if it is a command and its posterior reaches the threshold.

    Args:
        posteriors: one per label, summing to 1.
        labels: in the order of the posteriors.
        threshold: in [0, 1].
    """
    ranking = sorted(zip(labels, posteriors, strict=True), key=lambda pair: -pair[1])
    label, confidence = ranking[0]
    reason = _reason(label, confidence, threshold)
    return Decision(label=label, confidence=confidence, accepted=reason is None, reason=reason, ranking=tuple(ranking))


def _reason(label: str, confidence: float, threshold: float) -> Reason | None:
    if label == SILENCE:
        return "silence"
    if label == UNKNOWN:
        return "unknown"
    return "low_confidence" if confidence < threshold else None

"""Posteriors in, decision out: the likeliest label, whether it is accepted, and if not why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.labels import SILENCE, UNKNOWN

Reason = Literal["silence", "unknown", "low_confidence"]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was heard.

    ``confidence`` is the calibrated posterior of ``label`` in [0, 1]; ``reason`` is None when the label was accepted;
    ``ranking`` holds every label with its posterior, the likeliest first.
    """

    label: str
    confidence: float
    accepted: bool
    reason: Reason | None
    ranking: tuple[tuple[str, float], ...]


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

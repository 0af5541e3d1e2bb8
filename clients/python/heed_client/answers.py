"""The answers of the service. Fields that a newer service adds are ignored."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, TypeVar

Answer = Mapping[str, Any]
Kind = TypeVar("Kind")


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A label, and the calibrated probability that it is right."""

    label: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class SpottedEvent:
    """A command that was heard, and when, counted from the start of the clip or stream."""

    label: str
    confidence: float
    start_seconds: float
    end_seconds: float

    @classmethod
    def of_stream(cls, word: Answer) -> Self:
        """Read an event in vosk-server's words."""
        return cls(label=word["word"], confidence=word["conf"], start_seconds=word["start"], end_seconds=word["end"])


@dataclass(frozen=True, kw_only=True)
class Transcription:
    """The commands in a clip.

    Attributes:
        text: the commands in their order; empty when none was accepted.
        label: the likeliest label at the best moment, accepted or not.
        reason: why nothing was accepted.
        alternatives: the likeliest labels at the best moment, best first.
        events: the commands with their times.
        elapsed_ms: from the clip's arrival at the service to its answer.
    """

    text: str
    label: str
    confidence: float
    accepted: bool
    reason: Literal["silence", "unknown", "low_confidence"] | None
    alternatives: tuple[Alternative, ...]
    events: tuple[SpottedEvent, ...]
    duration_seconds: float
    model: str
    elapsed_ms: float

    @classmethod
    def of(cls, answer: Answer) -> Self:
        alternatives = tuple(_read(Alternative, alternative) for alternative in answer["alternatives"])
        events = tuple(_read(SpottedEvent, event) for event in answer["events"])
        return _read(cls, {**answer, "alternatives": alternatives, "events": events})


@dataclass(frozen=True, kw_only=True)
class LookAlike:
    """A word that a taught word resembles, and the confidence in one where the other is said, 0 to 1."""

    word: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class TaughtWord:
    """A word that the service was taught.

    Attributes:
        source: what it learned from: "recordings", "text" or "both".
        text: what was typed, if anything.
        n_recordings: how many recordings are kept.
        threshold: least confidence at which the word is accepted.
        recall: share of its recordings that the others let be heard; None with fewer than three.
        look_alikes: the words that it may be taken for, the likeliest first.
    """

    word: str
    source: Literal["recordings", "text", "both"]
    text: str | None
    n_recordings: int
    threshold: float
    recall: float | None
    look_alikes: tuple[LookAlike, ...]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        look_alikes = tuple(_read(LookAlike, look_alike) for look_alike in answer["look_alikes"])
        return _read(cls, {**answer, "look_alikes": look_alikes, "n_recordings": len(answer["recordings"])})


def _read(kind: type[Kind], answer: Answer) -> Kind:
    return kind(**{field.name: answer[field.name] for field in fields(kind)})  # type: ignore[arg-type]

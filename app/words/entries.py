"""Describe a taught word as it is kept: how it was taught, the line that tells it from others, and its recordings."""

import io
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import soundfile

from model.appraisal import LookAlike
from model.audio import SAMPLE_RATE, Waveform
from model.bank import Features
from model.logistic import Line

Source = Literal["recording", "text"]  # said by a person, or by a voice


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording of a word.

    Attributes:
        seconds: how long the recording was that was sent.
        wav: the second around the word, in 16 bits at 16 kHz.
        features: what the word is learned from, ``(1, place, feature)``.
    """

    id: str
    source: Source
    seconds: float
    wav: bytes
    features: Features


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A taught word.

    Attributes:
        text: what voices spoke, if they did.
        line: see :class:`model.teaching.TaughtWord`.
        teacher: which teacher learned it; another one must learn it anew.
        recall: share of the recordings that the others let be heard; None where there are fewer than three.
        look_alikes: the words that it resembled when it was taught.
    """

    word: str
    text: str | None
    taught_at: datetime
    recordings: tuple[Recording, ...]
    line: Line
    teacher: str
    recall: float | None
    look_alikes: tuple[LookAlike, ...]


def new_id() -> str:
    return secrets.token_hex(8)


def to_wav(second: Waveform) -> bytes:
    """Write a waveform at 16 kHz as a WAV of 16 bits."""
    file = io.BytesIO()
    soundfile.write(file, second, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def of_wav(wav: bytes) -> Waveform:
    """Read what :func:`to_wav` has written."""
    waveform: Waveform = soundfile.read(io.BytesIO(wav), dtype="float32")[0]
    return waveform

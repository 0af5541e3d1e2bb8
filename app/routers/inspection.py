"""Show what lies between a clip and its transcription: what the page draws, and what a learner asks for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.schemas import InspectedWindow, Inspection, Transcription
from model.audio import SAMPLE_RATE, Waveform
from model.recognizer import Recognizer, Trace
from model.spotter import WindowPosteriors

MAX_ENVELOPE_PARTS = 1000


def inspection(trace: Trace, transcription: Transcription, recognizer: Recognizer) -> str:
    """An :class:`Inspection` as JSON; a long clip's takes a while to write, so it is not written on the event loop."""
    return Inspection.model_construct(  # checks of so many numbers would take as long as all the rest
        transcription=transcription,
        labels=list(recognizer.labels),
        envelope=_rounded(_envelope(trace.waveform), 3),
        frame_seconds=recognizer.engine.framing.hop_samples / SAMPLE_RATE,
        frames=_rounded(trace.frames, 2),
        looks=[_window(window) for window in trace.windows],
    ).model_dump_json()


def _envelope(waveform: Waveform) -> Waveform:
    """Least and greatest sample of equal parts: ``(time,)`` to ``(part, 2)``."""
    n_parts = min(MAX_ENVELOPE_PARTS, len(waveform))
    starts = np.arange(n_parts) * len(waveform) // n_parts
    return np.stack([np.minimum.reduceat(waveform, starts), np.maximum.reduceat(waveform, starts)], axis=1)


def _window(window: WindowPosteriors) -> InspectedWindow:
    posteriors = _rounded(window.posteriors, 3)
    return InspectedWindow.model_construct(end_seconds=round(window.end_seconds, 3), posteriors=posteriors)


def _rounded(numbers: NDArray[np.float32], n_digits: int) -> Any:
    """Round to nested lists of doubles: the single nearest to 0.12 would be written 0.11999999731779099."""
    return numbers.astype(np.float64).round(n_digits).tolist()

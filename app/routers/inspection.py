"""A clip and its transcription in, all that lies between them out: what is drawn, and what a learner asks for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.schemas import Inspection, Look, Transcription
from model import spotter
from model.audio import FRAME_SAMPLES, SAMPLE_RATE, WINDOW_SAMPLES, Waveform, decode, fit
from model.engines.protocol import Engine, Frames
from model.recognizer import Recognizer

MAX_ENVELOPE_PARTS = 1000
FRAME_WINDOW_SAMPLES = 512  # that one frame sees


def inspection(clip: bytes, transcription: Transcription, recognizer: Recognizer) -> str:
    """An :class:`Inspection` as JSON: for a long clip to write it takes a while, which is better spent here.

    Raises:
        AudioError: the clip can't be heard.
    """
    waveform = decode(clip)  # up to its usual limit, however long clips may be: an hour would come to 100 MB of JSON
    return Inspection.model_construct(  # checks of so many numbers would take as long as all the rest
        transcription=transcription,
        labels=list(recognizer.labels),
        envelope=_rounded(_envelope(waveform), 3),
        frame_seconds=FRAME_SAMPLES / SAMPLE_RATE,
        frames=_rounded(_frames(waveform, recognizer.engine), 2),
        looks=[_look(look) for look in _looks(waveform, recognizer)],
    ).model_dump_json()


def _envelope(waveform: Waveform) -> Waveform:
    """Least and greatest sample of equal parts: ``(time,)`` to ``(part, 2)``."""
    n_parts = min(MAX_ENVELOPE_PARTS, len(waveform))
    starts = np.arange(n_parts) * len(waveform) // n_parts
    return np.stack([np.minimum.reduceat(waveform, starts), np.maximum.reduceat(waveform, starts)], axis=1)


def _frames(waveform: Waveform, engine: Engine) -> Frames:
    """Frames of the whole waveform, by the second: ``(time,)`` to ``(frame, mfcc)``."""
    n_frames = 1 + (len(waveform) - FRAME_WINDOW_SAMPLES) // FRAME_SAMPLES
    n_seconds = -(-len(waveform) // SAMPLE_RATE)
    length = SAMPLE_RATE + FRAME_WINDOW_SAMPLES - FRAME_SAMPLES  # of the samples that a second's frames see
    padded = np.pad(waveform, (0, n_seconds * SAMPLE_RATE + length - len(waveform)))
    seconds = np.lib.stride_tricks.sliding_window_view(padded, length)[: n_seconds * SAMPLE_RATE : SAMPLE_RATE]
    _, frames = engine.look(seconds.copy())
    return frames.reshape(-1, frames.shape[-1])[:n_frames]


def _looks(waveform: Waveform, recognizer: Recognizer) -> list[spotter.Look]:
    """What was looked at: the one second that a short clip is, or each step through a longer one."""
    if len(waveform) <= WINDOW_SAMPLES:
        (posteriors,) = recognizer.posteriors(fit(waveform)[None])
        return [spotter.Look(end_seconds=len(waveform) / SAMPLE_RATE, posteriors=posteriors)]
    looks, _ = spotter.spot(recognizer.engine, waveform, recognizer.threshold)
    return looks


def _look(look: spotter.Look) -> Look:
    return Look.model_construct(end_seconds=round(look.end_seconds, 3), posteriors=_rounded(look.posteriors, 3))


def _rounded(numbers: NDArray[np.float32], n_digits: int) -> Any:
    """As nested lists of doubles: the single nearest to 0.12 would be written 0.11999999731779099."""
    return numbers.astype(np.float64).round(n_digits).tolist()

"""An engine that hears tones as words, and streams of such tones."""

import numpy as np

from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.framing import Framing
from tests.labels import LABELS
from tests.signals import Signal, noise, tone

WORDS_HZ = {"yes": 3_000.0, "no": 400.0}
WORD_SECONDS = 0.4
SURE = 0.9999


class ToneEngine:
    """Hears `yes` where enough of a high tone is in sight, `no` for a low one, silence in all else."""

    name: str = "tones"
    labels: tuple[str, ...] = LABELS
    threshold: float = 0.5
    framing: Framing = Framing(window_samples=512, hop_samples=160)

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """Frames are the power and the share of sign changes in 512 samples, every 10 ms."""
        windows = np.lib.stride_tricks.sliding_window_view(waveforms, 512, axis=1)[:, ::160]
        changes = (windows[:, :, 1:] * windows[:, :, :-1] < 0).mean(axis=2)
        frames = np.stack([np.square(windows).mean(axis=2), changes], axis=2).astype(np.float32)
        if past_frames is not None:
            frames = np.concatenate([past_frames, frames], axis=1)
        return np.stack([self._heard(row) for row in frames]), frames

    def _heard(self, frames: Frames) -> Posteriors:
        changes = frames[frames[:, 0] > 0.05, 1]
        label = "_silence_" if len(changes) < 15 else "yes" if changes.mean() > 0.2 else "no"
        return np.array([{label: SURE, "_unknown_": 1 - SURE}.get(name, 0.0) for name in LABELS], np.float32)


def word(label: str) -> Signal:
    return tone(WORDS_HZ[label], seconds=WORD_SECONDS)


def stream(*words: tuple[str, float], seconds: float) -> Signal:
    """Words, each with the second at which it starts, over a faint noise."""
    waveform = noise(round(16_000 * seconds), amplitude=0.001)
    for label, start in words:
        place = round(16_000 * start)
        waveform[place : place + len(word(label))] += word(label)
    return waveform

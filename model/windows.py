"""Sound in steps of 100 ms in, posteriors of the second that ends with each step out; every frame is computed once."""

import numpy as np

from model.audio import FRAME_SAMPLES, SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from model.engines.protocol import Engine, Posteriors
from model.labels import SILENCE

STEP_SAMPLES = SAMPLE_RATE // 10
OVERLAP_SAMPLES = 3 * FRAME_SAMPLES  # before a step, for its first frame: what the last one saw, or was too few for it
AFTER_SAMPLES = WINDOW_SAMPLES // 2  # zeros after the end, so that a last word comes to stand in the middle of a second
N_ROWS = 4  # parts of a recording that are heard side by side; more would gain nothing


class Hearing:
    """Hears waveforms that go on side by side, in rows.

    Frames are those of the whole waveforms: what the engine gave is handed back to it, and it sees of the past only the
    samples that old and new frames share. A second of zeros is silence whatever the network says.

    Attributes:
        second: the last second of each row, ``(row, WINDOW_SAMPLES)``; at first, what came before.
    """

    def __init__(self, engine: Engine, second: Waveform) -> None:
        self._engine = engine
        self._silence = np.array([label == SILENCE for label in engine.labels], np.float32)
        self._frames = engine.look(second)[1]
        self.second = second

    def hear(self, step: Waveform) -> Posteriors:
        """Posteriors of the second that ends with the next step, ``(row, STEP_SAMPLES)`` to ``(row, label)``."""
        self.second = np.concatenate([self.second[:, STEP_SAMPLES:], step], axis=1)
        unseen = self.second[:, -(OVERLAP_SAMPLES + STEP_SAMPLES) :]
        posteriors, self._frames = self._engine.look(unseen, self._frames[:, STEP_SAMPLES // FRAME_SAMPLES :])
        return np.where(self.second.any(axis=1, keepdims=True), posteriors, self._silence)


def hear_recording(engine: Engine, waveform: Waveform) -> tuple[Posteriors, Waveform]:
    """What :class:`Hearing` hears step by step in a recording that stands between zeros, but faster.

    Shape: ``(time,)`` to the posteriors, ``(look, label)``, and the seconds that they are about, ``(look, second)``.
    """
    n_looks = (len(waveform) + AFTER_SAMPLES) // STEP_SAMPLES
    part_samples = STEP_SAMPLES * -(-n_looks // N_ROWS)
    padded = np.zeros(WINDOW_SAMPLES + N_ROWS * part_samples, np.float32)
    padded[WINDOW_SAMPLES : WINDOW_SAMPLES + len(waveform)] = waveform
    rows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES + part_samples)[::part_samples]
    hearing = Hearing(engine, rows[:, :WINDOW_SAMPLES])
    starts = range(WINDOW_SAMPLES, WINDOW_SAMPLES + part_samples, STEP_SAMPLES)
    looks = np.stack([hearing.hear(rows[:, start : start + STEP_SAMPLES]) for start in starts], axis=1)
    seconds = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[STEP_SAMPLES::STEP_SAMPLES]
    return looks.reshape(-1, looks.shape[-1])[:n_looks], seconds[:n_looks]

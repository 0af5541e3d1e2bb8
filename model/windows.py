"""Slide a one-second window over sound, 100 ms at a time, and infer its posteriors; every frame is computed once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from model.audio import WINDOW_SAMPLES, Waveform
from model.decision import silence_zeros
from model.engines.protocol import Engine, Frames, Posteriors
from model.framing import STEP_SAMPLES

AFTER_SAMPLES = WINDOW_SAMPLES // 2  # zeros after the end bring a last word to the middle of a window
N_ROWS = 4  # a recording's parts that go through the network side by side; more would gain nothing


class SlidingWindows:
    """The windows of waveforms that go on side by side, one waveform a row.

    Frames are those of the whole waveforms: the engine gets back the frames that stay in the window, and of the past
    only the samples that old and new frames share.

    Attributes:
        window: the last second of each row, ``(row, time)``; at first, the second before the waveforms.
        new_frames: the frames that the last step brought, ``(row, frame, mfcc)``.
    """

    def __init__(self, engine: Engine, window: Waveform) -> None:
        self._engine = engine
        self._n_new = STEP_SAMPLES // engine.framing.hop_samples
        self._n_unseen = engine.framing.overlap_samples(WINDOW_SAMPLES) + STEP_SAMPLES
        self._frames = engine.infer(window)[1]
        self.window = window
        self.new_frames = self._frames[:, :0]

    def slide(self, step: Waveform) -> Posteriors:
        """Move on by one step, ``(row, STEP_SAMPLES)``, and return the new window's posteriors, ``(row, label)``."""
        self.window = np.concatenate([self.window[:, STEP_SAMPLES:], step], axis=1)
        unseen = self.window[:, -self._n_unseen :]
        posteriors, self._frames = self._engine.infer(unseen, self._frames[:, self._n_new :])
        self.new_frames = self._frames[:, -self._n_new :]
        return silence_zeros(posteriors, self.window, self._engine.labels)

    def forget(self, n_samples: int) -> None:
        """Put zeros in place of the window's first samples, as if the waveforms began after them."""
        self.window = forgotten(self.window, n_samples)
        self._frames = self._engine.infer(self.window)[1]


class SlidRecording(NamedTuple):
    """A recording's windows, ``(window, time)``, their posteriors, ``(window, label)``, and its frames."""

    posteriors: Posteriors
    windows: Waveform
    frames: Frames


def slide_recording(engine: Engine, waveform: Waveform) -> SlidRecording:
    """Slide over a whole recording between zeros: the same as :class:`SlidingWindows` step by step, but faster.

    Shape: ``(time,)`` at 16 kHz in [-1, 1].
    """
    n_windows = (len(waveform) + AFTER_SAMPLES) // STEP_SAMPLES
    part_samples = STEP_SAMPLES * -(-n_windows // N_ROWS)
    padded = np.zeros(WINDOW_SAMPLES + N_ROWS * part_samples, np.float32)
    padded[WINDOW_SAMPLES : WINDOW_SAMPLES + len(waveform)] = waveform
    rows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES + part_samples)[::part_samples]
    sliding = SlidingWindows(engine, rows[:, :WINDOW_SAMPLES])
    posteriors, frames = [], []
    for start in range(WINDOW_SAMPLES, WINDOW_SAMPLES + part_samples, STEP_SAMPLES):
        posteriors.append(sliding.slide(rows[:, start : start + STEP_SAMPLES]))
        frames.append(sliding.new_frames)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[STEP_SAMPLES::STEP_SAMPLES]
    return SlidRecording(
        posteriors=_one_after_another(np.stack(posteriors, axis=1))[:n_windows],
        windows=windows[:n_windows],
        frames=_of_recording(_one_after_another(np.concatenate(frames, axis=1)), engine, len(waveform)),
    )


class RecordedWindows:
    """The windows of a whole recording with their posteriors, one after another; :meth:`forget` acts on the next ones.

    Attributes:
        frames: of the recording, ``(frame, mfcc)``.
    """

    def __init__(self, engine: Engine, waveform: Waveform) -> None:
        self._engine = engine
        self._slid = slide_recording(engine, waveform)
        self._begun_anew: SlidingWindows | None = None
        self._n_left = 0  # windows that still hold zeros in place of samples
        self.frames = self._slid.frames

    def __iter__(self) -> Iterator[tuple[Posteriors, Waveform]]:
        for posteriors, window in zip(self._slid.posteriors, self._slid.windows, strict=True):
            self._window = window
            if self._begun_anew and self._n_left:
                self._n_left -= 1
                (posteriors,) = self._begun_anew.slide(window[None, -STEP_SAMPLES:])
                self._window = self._begun_anew.window[0]
            yield posteriors, self._window

    def forget(self, n_samples: int) -> None:
        """See :meth:`SlidingWindows.forget`; costs one window, and each of the next ones is inferred again."""
        self._begun_anew = SlidingWindows(self._engine, forgotten(self._window[None], n_samples))
        self._n_left = n_samples // STEP_SAMPLES


def forgotten(windows: Waveform, n_samples: int) -> Waveform:
    """Put zeros in place of the first samples, ``(batch, time)``."""
    return np.concatenate([np.zeros_like(windows[:, :n_samples]), windows[:, n_samples:]], axis=1)


def _one_after_another(rows: Posteriors) -> Posteriors:
    """Put the rows' results in the order of time: ``(row, step, ...)`` to ``(row * step, ...)``."""
    return rows.reshape(-1, rows.shape[-1])


def _of_recording(frames: Frames, engine: Engine, n_samples: int) -> Frames:
    """Leave out the frames that see some of the zeros before or after the recording."""
    framing = engine.framing
    first = framing.overlap_samples(WINDOW_SAMPLES) // framing.hop_samples
    return frames[first : first + framing.n_frames(n_samples)]

"""Listen to the sound of one connection, chunk by chunk, and keep account of where its stream stands."""

import numpy as np

from app.streaming.resampler import BYTES_PER_SAMPLE, Resampler
from model.audio import SAMPLE_RATE, Waveform
from model.recognizer import Recognizer
from model.spotter import Event

SILENCE_DB = -100.0  # stands for zeros; the faintest 16-bit sound has -90


class Listener:
    """One stream: its sample rate, its spotter and what is known of it. Not for several threads at once.

    Attributes:
        seconds: how much sound has come, in seconds.
        n_commands: how many commands were in it.
        level_db: loudness of the newest sound in decibels; 0 is as loud as samples can be.
        posteriors: of each label, in the newest window; None before the first window.
    """

    def __init__(self, recognizer: Recognizer, *, threshold: float) -> None:
        self._labels = recognizer.labels
        self._spotter = recognizer.spotter(threshold=threshold)
        self._resampler = Resampler(SAMPLE_RATE)
        self._unspotted = np.empty(0, np.float32)
        self.seconds = 0.0
        self.n_commands = 0
        self.level_db = SILENCE_DB
        self.posteriors: dict[str, float] | None = None

    @property
    def bytes_per_second(self) -> int:
        return BYTES_PER_SAMPLE * int(self._resampler.sample_rate)

    @property
    def threshold(self) -> float:
        return self._spotter.threshold

    @threshold.setter
    def threshold(self, threshold: float) -> None:
        self._spotter.threshold = threshold

    def set_sample_rate(self, sample_rate: float) -> None:
        """Set the rate of all chunks from here on."""
        if sample_rate != self._resampler.sample_rate:
            self._unspotted = np.concatenate([self._unspotted, self._resampler.finish()])
            self._resampler = Resampler(sample_rate)

    def listen(self, chunk: bytes) -> list[Event]:
        events = self._spot(self._resampler.resample(chunk))
        self.n_commands += len(events)
        return events

    def finish(self) -> list[Event]:
        """Return the events that only the end of the stream brings."""
        events = [*self._spot(self._resampler.finish()), *self._spotter.finish()]
        self.n_commands += len(events)
        return events

    def _spot(self, waveform: Waveform) -> list[Event]:
        waveform = np.concatenate([self._unspotted, waveform])
        self._unspotted = waveform[:0]
        events = self._spotter.spot(waveform)
        if len(waveform):
            self.seconds += len(waveform) / SAMPLE_RATE
            self.level_db = _level_db(waveform)
        if self._spotter.windows:
            self.posteriors = dict(zip(self._labels, self._spotter.windows[-1].posteriors.tolist(), strict=True))
        return events


def _level_db(waveform: Waveform) -> float:
    power = float(np.mean(np.square(waveform)))
    return max(SILENCE_DB, 10 * float(np.log10(power))) if power else SILENCE_DB

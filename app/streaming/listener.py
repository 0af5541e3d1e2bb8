"""Listen to the sound of one connection, chunk by chunk, and keep account of where its stream stands."""

from contextlib import suppress

import numpy as np

from app.models import Model, Words
from app.streaming.resampler import Resampler
from model.audio import SAMPLE_RATE, Waveform
from model.detector import Event
from model.errors import UnknownWord
from model.recognizer import Recognizer

SILENCE_DB = -100.0  # stands for zeros; the faintest 16-bit sound has -90


class Listener:
    """One stream: its sample rate, its spotter and what is known of it. Not for several threads at once.

    Attributes:
        seconds: how much sound has come since the start or the last reset, in seconds.
        total_seconds, n_commands: how much sound, and how many commands, have come in all.
        level_db: loudness of the newest sound in decibels; 0 is as loud as samples can be.
        posteriors: of each label, in the newest window; None before the first window.
    """

    def __init__(self, recognizer: Recognizer, *, threshold: float, sample_rate: float = SAMPLE_RATE) -> None:
        self._resampler = Resampler(sample_rate)
        self._unspotted: Waveform = np.empty(0, np.float32)
        self.total_seconds, self.n_commands = 0.0, 0
        self.set_recognizer(recognizer, threshold=threshold)

    @property
    def sample_rate(self) -> float:
        return self._resampler.sample_rate

    @property
    def n_channels(self) -> int:
        return self._resampler.n_channels

    @property
    def bytes_per_second(self) -> int:
        return self._resampler.n_frame_bytes * int(self.sample_rate)

    @property
    def threshold(self) -> float:
        return self._spotter.threshold

    @threshold.setter
    def threshold(self, threshold: float) -> None:
        self._spotter.threshold = threshold

    def set_recognizer(self, recognizer: Recognizer, *, threshold: float) -> None:
        """Let another recognizer hear what follows, as the start of a stream."""
        self._recognizer = recognizer
        self._spotter = recognizer.spotter(threshold=threshold)
        self._begin()

    def keep_up(self, model: Model, words: Words | None) -> None:
        """Hear words that the listener's model was taught meanwhile, and no more those that it has forgotten.

        The stream goes on where it stands, also where one of the only words that it asked for was forgotten.
        """
        with suppress(UnknownWord):
            recognizer = model.recognizer_of(words)
            if recognizer is not self._recognizer:
                self._recognizer = recognizer
                self._spotter.enroll(recognizer.enrolled)

    def reset(self) -> None:
        """Forget the sound that has come: what follows is the start of a stream."""
        self._spotter.reset()
        self._begin()

    def set_format(self, *, sample_rate: float | None = None, n_channels: int | None = None) -> None:
        """Set the rate and the channels of all chunks from here on; None leaves them as they are."""
        sample_rate, n_channels = sample_rate or self.sample_rate, n_channels or self.n_channels
        if (sample_rate, n_channels) != (self.sample_rate, self.n_channels):
            self._unspotted = np.concatenate([self._unspotted, self._resampler.finish()])
            self._resampler = Resampler(sample_rate, n_channels)

    def listen(self, chunk: bytes) -> list[Event]:
        events = self._spot(self._resampler.resample(chunk))
        self.n_commands += len(events)
        return events

    def finish(self) -> list[Event]:
        """Return the events that only the end of the stream brings."""
        events = [*self._spot(self._resampler.finish()), *self._spotter.finish()]
        self.n_commands += len(events)
        return events

    def _begin(self) -> None:
        self._resampler = Resampler(self._resampler.sample_rate, self._resampler.n_channels)
        self._unspotted = np.empty(0, np.float32)
        self.seconds = 0.0
        self.level_db = SILENCE_DB
        self.posteriors: dict[str, float] | None = None

    def _spot(self, waveform: Waveform) -> list[Event]:
        waveform = np.concatenate([self._unspotted, waveform])
        self._unspotted = waveform[:0]
        events = self._spotter.spot(waveform)
        if len(waveform):
            seconds = len(waveform) / SAMPLE_RATE
            self.seconds += seconds
            self.total_seconds += seconds
            self.level_db = _level_db(waveform)
        if self._spotter.windows:
            self.posteriors = dict(
                zip(self._recognizer.labels, self._spotter.windows[-1].posteriors.tolist(), strict=True)
            )
        return events


def _level_db(waveform: Waveform) -> float:
    power = float(np.mean(np.square(waveform)))
    return max(SILENCE_DB, 10 * float(np.log10(power))) if power else SILENCE_DB

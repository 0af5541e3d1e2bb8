"""Resample a stream of 16-bit sound to 16 kHz, in chunks of any length that may end inside a sample."""

import numpy as np
import soxr

from model.audio import SAMPLE_RATE, Waveform

BYTES_PER_SAMPLE = 2
FULL_SCALE = 32_768


class Resampler:
    """Gives a stream in chunks the waveform that :func:`model.audio.decode` gives a file with the same samples.

    Several channels, whose samples take turns, become their mean.
    """

    def __init__(self, sample_rate: float, n_channels: int = 1) -> None:
        self.sample_rate = sample_rate
        self.n_channels = n_channels
        self.n_frame_bytes = BYTES_PER_SAMPLE * n_channels
        self._torn = b""
        self._stream = None if sample_rate == SAMPLE_RATE else soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1)

    def resample(self, chunk: bytes) -> Waveform:
        """Return the waveform up to this chunk; torn samples, and what the filter still needs, wait for the next."""
        chunk = self._torn + chunk
        n_whole = len(chunk) - len(chunk) % self.n_frame_bytes
        self._torn = chunk[n_whole:]
        samples = np.frombuffer(chunk[:n_whole], "<i2").reshape(-1, self.n_channels)  # (time, channel)
        return self._resample(samples.sum(axis=1, dtype=np.float32) / np.float32(FULL_SCALE * self.n_channels))

    def finish(self) -> Waveform:
        """Return the rest, now that nothing follows."""
        return self._resample(np.empty(0, np.float32), last=True)

    def _resample(self, waveform: Waveform, last: bool = False) -> Waveform:
        if self._stream is None:
            return waveform
        resampled: Waveform = self._stream.resample_chunk(waveform, last)
        return np.clip(resampled, -1.0, 1.0)  # it overshoots

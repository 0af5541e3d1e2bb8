"""Chunks of 16-bit sound in, of any length and torn anywhere, a waveform at 16 kHz out."""

import numpy as np
import soxr

from model.audio import SAMPLE_RATE, Waveform

BYTES_PER_SAMPLE = 2
FULL_SCALE = 32_768


class Resampler:
    """Makes of a stream in chunks what :func:`model.audio.decode` makes of a file with the same samples."""

    def __init__(self, sample_rate: float) -> None:
        self.sample_rate = sample_rate
        self._torn = b""
        self._stream = None if sample_rate == SAMPLE_RATE else soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1)

    def resample(self, chunk: bytes) -> Waveform:
        """All that can be said after this chunk; half a sample and what the filter has yet to see are kept."""
        chunk = self._torn + chunk
        n_whole = len(chunk) - len(chunk) % BYTES_PER_SAMPLE
        self._torn = chunk[n_whole:]
        samples = np.frombuffer(chunk[:n_whole], "<i2")
        return self._resample(samples.astype(np.float32) / np.float32(FULL_SCALE))

    def finish(self) -> Waveform:
        """What was kept, now that nothing follows."""
        return self._resample(np.empty(0, np.float32), last=True)

    def _resample(self, waveform: Waveform, last: bool = False) -> Waveform:
        if self._stream is None:
            return waveform
        resampled: Waveform = self._stream.resample_chunk(waveform, last)
        return np.clip(resampled, -1.0, 1.0)  # it overshoots

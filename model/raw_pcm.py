"""Put a header before raw samples, which name neither their rate nor their order of bytes themselves."""

import numpy as np

from model.wav import MU_LAW, PCM, WavFormat, join_wav

BASIC_RATE = 8_000  # of audio/basic, which is mono: RFC 2046


def wav_of_l16(samples: bytes, *, sample_rate: int, n_channels: int) -> bytes:
    """Make a WAV of raw 16-bit samples.

    RFC 2586 writes them with the high byte first, but many programs send them as their processor holds them, the low
    byte first. In the wrong order sound is noise, so the order is taken in which neighbouring samples differ less.
    """
    order = "<" if _roughness(samples, "<", n_channels) < _roughness(samples, ">", n_channels) else ">"
    form = WavFormat.plain(PCM, n_channels=n_channels, sample_rate=sample_rate, n_bytes=2, order=order)
    return join_wav(form, samples)


def wav_of_basic(samples: bytes) -> bytes:
    """Make a WAV of the raw mu-law samples of a telephone."""
    return join_wav(WavFormat.plain(MU_LAW, n_channels=1, sample_rate=BASIC_RATE, n_bytes=1), samples)


def _roughness(samples: bytes, order: str, n_channels: int) -> float:
    """The power of the differences of neighbouring samples, as a share of that of the samples."""
    n_frames = len(samples) // (2 * n_channels)
    frames = (
        np.frombuffer(samples, f"{order}i2", n_frames * n_channels).reshape(n_frames, n_channels).astype(np.float32)
    )
    power = float(np.square(frames).sum())
    return float(np.square(np.diff(frames, axis=0)).sum()) / power if power else 0.0

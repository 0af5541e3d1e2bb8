"""Make sounds from a seed, and sound files of them."""

import io
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

Signal = NDArray[np.float32]


def noise(n_samples: int = 16_000, *, seed: int = 0, amplitude: float = 0.1) -> Signal:
    """White noise, (time,)."""
    return (amplitude * np.random.default_rng(seed).standard_normal(n_samples)).clip(-1, 1).astype(np.float32)


def tone(frequency_hz: float = 440.0, *, seconds: float = 1.0, sample_rate: int = 16_000) -> Signal:
    """A sine of amplitude 0.5, (time,)."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    return (0.5 * np.sin(2 * np.pi * frequency_hz * time)).astype(np.float32)


def encode(
    signal: NDArray[np.float32] | NDArray[np.float64],
    *,
    sample_rate: int = 16_000,
    container: str = "WAV",
    subtype: str | None = None,
    **options: Any,
) -> bytes:
    """A sound file of a signal, (time,) or (time, channel)."""
    file = io.BytesIO()
    soundfile.write(file, signal, sample_rate, format=container, subtype=subtype, **options)
    return file.getvalue()

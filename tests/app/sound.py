"""Turn signals into the bytes of a stream."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tests.signals import Signal, encode

WAV_HEADER_BYTES = 44


def pcm(signal: Signal) -> bytes:
    """16-bit samples, as a WAV file of the signal holds them."""
    return encode(signal)[WAV_HEADER_BYTES:]


def chunks_of(sound: bytes, n_bytes: int) -> list[bytes]:
    return [sound[start : start + n_bytes] for start in range(0, len(sound), n_bytes)]


def cut(sound: bytes, places: Sequence[int]) -> list[bytes]:
    """The sound in pieces, torn at each place; pieces may be empty."""
    edges = [0, *sorted(min(place, len(sound)) for place in places), len(sound)]
    return [sound[start:end] for start, end in pairwise(edges)]


def bursts(*seconds: float, amplitude: float = 0.5) -> Signal:
    """Silence, loud sound, silence, ... of the given lengths at 16 kHz."""
    square = np.sign(np.sin(np.arange(16_000 * 60) / 10)).astype(np.float32)
    parts = [(place % 2) * amplitude * square[: round(16_000 * length)] for place, length in enumerate(seconds)]
    return np.concatenate(parts)

"""Bring samples to the full scale of a waveform, [-1, 1], where a program wrote them far larger or smaller."""

import numpy as np
from numpy.typing import NDArray

from model.errors import SamplesOutOfRange

LOUDEST = 8.0  # times full scale; no recording is mixed 18 dB too loud
QUIETEST = 2.0**-16  # of full scale; no microphone is so quiet, but 16-bit samples in files of 32 bits are
MIN_INTEGER_PEAK = 128.0  # of samples that are not whole numbers; with less they fit no scale clearly
MIN_SHARE = 0.01  # of the sounding samples must lie beyond full scale; fewer are clicks
INTEGER_SCALES = (2.0**15, 2.0**23, 2.0**31)

Channels = NDArray[np.float32]  # (time, channel)


def to_full_scale(channels: Channels) -> Channels:
    """Scale samples that stand for integers of 16 to 32 bits; clip all others to [-1, 1].

    Shape: ``(time, channel)`` to the same.

    Raises:
        SamplesOutOfRange: the samples are far beyond full scale and fit no other scale either.
    """
    peak = max(float(channels.max(initial=0.0)), -float(channels.min(initial=0.0)))
    if QUIETEST <= peak <= 1.0 or peak == 0.0:
        return channels
    if peak < QUIETEST:
        return channels * np.float32(2**16) if _has_bits_below_24(channels) else channels
    if _are_integers(channels, peak):
        channels = channels / np.float32(_integer_scale(channels, peak))
    clipped: Channels = np.clip(channels, -1.0, 1.0)
    return clipped


def _are_integers(channels: Channels, peak: float) -> bool:
    """Tell whether samples beyond full scale stand for integers, and are neither clicks nor merely loud."""
    n_beyond = np.count_nonzero(np.abs(channels) > 1.0)
    is_whole = bool((channels == np.rint(channels)).all())
    return (peak > LOUDEST or is_whole) and bool(n_beyond >= MIN_SHARE * np.count_nonzero(channels))


def _integer_scale(channels: Channels, peak: float) -> float:
    is_whole = bool((channels == np.rint(channels)).all())
    fitting = [scale for scale in INTEGER_SCALES if peak <= scale]
    if fitting and (peak >= MIN_INTEGER_PEAK or is_whole):
        return fitting[0]
    raise SamplesOutOfRange(
        f"the samples reach {peak:.3g}, but samples that are floats go from -1 to 1; "
        "divide them by their largest value, or save the recording as 16-bit PCM"
    )


def _has_bits_below_24(channels: Channels) -> bool:
    """Tell 16-bit samples in 32 bits from dither, the last of 24 bits."""
    integers = np.rint(channels.astype(np.float64) * 2**31).astype(np.int64)
    return bool((integers & 0xFF).any())

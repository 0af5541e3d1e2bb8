"""Mix the channels of a recording to one, so that no speech in any of them is lost."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import NoSuchChannel

Channel = int | Literal["left", "right", "mean", "best"]

MAX_OFFSET = 0.01  # of full scale: microphones without a coupling capacitor have more, sound cards a tenth of it
PART_SECONDS = 0.02  # the level is measured in parts this long
FLOOR, PEAK = 0.1, 0.95  # shares of the parts that are quieter than the floor and the peak
FLOOR_POWER = 1e-8  # -80 dB; all that is quieter counts as silence
MIN_RISE_DB = 6.0  # of speech over its own floor; hiss and hum keep their level to 3 dB
MIN_KEPT = 1 / 8  # of the louder channel's power; a silent second channel leaves 1/4, two that cancel leave 0

_NAMES = {"left": 0, "right": 1}

Channels = NDArray[np.float32]  # (time, channel)
Mono = NDArray[np.float32]  # (time,)


def without_offset(channels: Channels) -> Channels:
    """Take a large constant offset out of each channel; a small one stays, so that ordinary clips stay as they are.

    Shape: ``(time, channel)`` to the same.
    """
    if not len(channels):
        return channels
    offset = np.array([channel.mean() for channel in channels.T])  # ten times as fast as mean(axis=0)
    offset[np.abs(offset) <= MAX_OFFSET] = 0.0
    return channels - offset.astype(np.float32) if offset.any() else channels


def mix(channels: Channels, sample_rate: int, channel: Channel | None = None) -> Mono:
    """Mix to one channel.

    By default two channels become their mean, unless that would lose speech: where only one carries speech, that one is
    taken, and where they cancel, the better one. Of more than two the best is taken.

    Args:
        channels: ``(time, channel)``.
        channel: the number of a channel from 0 on, its name, the ``mean`` or the ``best``.

    Shape: returns ``(time,)``.

    Raises:
        NoSuchChannel: the recording does not have this channel.
    """
    n_channels = channels.shape[1]
    if channel is not None and channel not in ("mean", "best"):
        return _numbered(channels, channel)
    if n_channels == 1:
        return channels[:, 0]
    if channel == "mean" or not len(channels):
        return _mean(channels)
    if channel == "best" or n_channels > 2:
        return channels[:, _best(_power(channels, sample_rate))]
    return _mix_two(channels, sample_rate)


def _numbered(channels: Channels, channel: int | str) -> Mono:
    n_channels = channels.shape[1]
    number = _NAMES[channel] if isinstance(channel, str) else channel
    if n_channels == 1 and channel in _NAMES:  # a mono recording is both
        number = 0
    if number >= n_channels:
        has = "one channel, 0" if n_channels == 1 else f"{n_channels} channels, 0 to {n_channels - 1}"
        raise NoSuchChannel(f"the recording has no channel {channel}; it has {has}")
    return channels[:, number]


def _mix_two(channels: Channels, sample_rate: int) -> Mono:
    mean = _mean(channels)
    if np.array_equal(channels[:, 0], channels[:, 1]):
        return mean
    power = _power(channels, sample_rate)
    carries_speech = _rise_db(power) >= MIN_RISE_DB
    if carries_speech.sum() == 1:
        return channels[:, carries_speech.argmax()]
    above_floor = _above_floor(power)
    kept = _above_floor(_power(mean[:, None], sample_rate)).sum() / max(above_floor.max(axis=1).sum(), 1e-30)
    return mean if kept >= MIN_KEPT else channels[:, _best(power)]


def _mean(channels: Channels) -> Mono:
    total: Mono = sum(channels.T[1:], start=channels[:, 0])  # five times as fast as mean(axis=1)
    return total / np.float32(channels.shape[1])


def _power(channels: Channels, sample_rate: int) -> NDArray[np.float64]:
    """Mean squares in parts of 20 ms, ``(part, channel)``, of the differences of samples, in which hum is quiet."""
    n_samples = max(1, round(PART_SECONDS * sample_rate))
    differences = np.diff(np.ascontiguousarray(channels.T), prepend=channels[:1].T)  # (channel, time)
    n_parts = max(1, len(channels) // n_samples)
    parts = differences[:, : n_parts * n_samples].reshape(len(differences), n_parts, -1)
    power: NDArray[np.float64] = np.square(parts).mean(axis=2, dtype=np.float64)
    return power.T


def _above_floor(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(power - _quantile(power, FLOOR), 0.0)


def _quantile(power: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """The power that this share of the parts does not reach, ``(channel,)``."""
    quantile: NDArray[np.float64] = np.sort(power, axis=0)[int(share * (len(power) - 1))]
    return quantile


def _rise_db(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the loud parts of each channel stand above its quiet ones, ``(channel,)``."""
    floor, peak = _quantile(power, FLOOR), _quantile(power, PEAK)
    rise: NDArray[np.float64] = 10 * np.log10((peak + FLOOR_POWER) / (floor + FLOOR_POWER))
    return rise


def _best(power: NDArray[np.float64]) -> int:
    """Number the channel that stands furthest above its own floor."""
    return int(_rise_db(power).argmax())

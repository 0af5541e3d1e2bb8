"""Put speech into noise or into a room, move it, or change its speed or loudness.

Shape: every distortion takes and returns ``(clip, time)``, float32 in [-1, 1] at 16 kHz. Draws come from the generator.
"""

from collections.abc import Callable

import numpy as np
import soxr
import torch
from torch import Generator, Tensor

from model.audio import SAMPLE_RATE, fit
from training.data.augment import add_noise, ratio, warp
from training.data.cache import FULL_SCALE

Distortion = Callable[[Tensor, Generator], Tensor]

RT60_SECONDS = (0.3, 0.8)
GAINS_DB = (-40, -30, -20, -10, 10, 20)
SHIFTS_MS = (-300, -200, -100, 100, 200, 300)
SPEEDS = (0.8, 0.9, 1.1, 1.25)
FIRST_ECHO_SECONDS = 0.002


def distortions() -> dict[str, Distortion]:
    """All but noises and codecs, by their names in the table."""
    rooms = {f"reverberation, RT60 {seconds} s": _room(seconds) for seconds in RT60_SECONDS}
    gains = {f"gain {gain_db:+} dB": _gain(gain_db) for gain_db in GAINS_DB}
    shifts = {f"shifted {shift_ms:+} ms": _shift(shift_ms) for shift_ms in SHIFTS_MS}
    speeds = {f"speed {speed}": _speed(speed) for speed in SPEEDS}
    return rooms | gains | shifts | speeds


def noisy(waveforms: Tensor, noise: Tensor, snr_db: float) -> Tensor:
    """Add noise at a ratio of mean powers over the second; a sum beyond full scale is scaled, not clipped."""
    mixed = add_noise(waveforms, noise, torch.full((len(waveforms),), float(snr_db)))
    return mixed / mixed.abs().amax(dim=1, keepdim=True).clamp(min=1.0)


def reverberant(waveforms: Tensor, rt60_seconds: float, generator: Generator) -> Tensor:
    """Put a talker so far away that the reverberation is as loud as the direct path; the level is kept.

    The tail is noise that has decayed by 60 dB after ``rt60_seconds``, another one for every clip.
    """
    n_samples = waveforms.shape[1]
    time = torch.arange(round(rt60_seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tail = torch.randn(len(waveforms), len(time), generator=generator) * ratio(-60.0 * time / rt60_seconds)
    tail[:, : round(FIRST_ECHO_SECONDS * SAMPLE_RATE)] = 0.0
    response = tail / tail.square().sum(dim=1, keepdim=True).sqrt()
    response[:, 0] = 1.0
    size = n_samples + len(time)
    heard = torch.fft.irfft(torch.fft.rfft(waveforms, size) * torch.fft.rfft(response, size), size)[:, :n_samples]
    level = waveforms.norm(dim=1, keepdim=True) / heard.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return torch.clamp(heard * level, -1.0, 1.0)


def amplified(waveforms: Tensor, gain_db: float) -> Tensor:
    """Record louder or more quietly in 16 bits: loud samples are clipped, quiet ones keep few bits."""
    louder = waveforms * ratio(torch.tensor(float(gain_db)))
    samples: Tensor = (louder * FULL_SCALE).round().clamp(-FULL_SCALE, FULL_SCALE)
    return samples / FULL_SCALE


def at_speed(waveforms: Tensor, speed: float) -> Tensor:
    """Play faster or slower, with its pitch, fitted to the second again."""
    played = [fit(soxr.resample(waveform, speed * SAMPLE_RATE, SAMPLE_RATE)) for waveform in waveforms.numpy()]
    return torch.from_numpy(np.stack(played)).clamp(-1.0, 1.0)


def _room(rt60_seconds: float) -> Distortion:
    return lambda waveforms, generator: reverberant(waveforms, rt60_seconds, generator)


def _gain(gain_db: float) -> Distortion:
    return lambda waveforms, _: amplified(waveforms, gain_db)


def _shift(shift_ms: float) -> Distortion:
    def moved(waveforms: Tensor, _: Generator) -> Tensor:
        n = len(waveforms)
        return warp(waveforms, torch.ones(n), torch.full((n,), shift_ms * SAMPLE_RATE / 1000))

    return moved


def _speed(speed: float) -> Distortion:
    return lambda waveforms, _: at_speed(waveforms, speed)

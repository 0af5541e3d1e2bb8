"""Vary waveforms and mask frames. Every draw comes from the generator that is passed in."""

import math

import torch
from torch import Tensor

from model.audio import SAMPLE_RATE
from training.config import TrainConfig


def uniform(n: int, bounds: tuple[float, float], generator: torch.Generator) -> Tensor:
    """Draw ``n`` numbers from [low, high), ``(n,)``."""
    low, high = bounds
    return low + (high - low) * torch.rand(n, generator=generator)


def ratio(decibels: Tensor) -> Tensor:
    """Convert decibels to a ratio of amplitudes."""
    return torch.pow(10.0, decibels / 20.0)


def vary(waveforms: Tensor, noise: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Vary the speed, place and loudness of speech; put some of it into a room, and most of it before a noise.

    Args:
        noise: a cut for each waveform, of which a share of ``config.noise_probability`` is used.

    Shape: all ``(batch, time)`` in [-1, 1] at 16 kHz.
    """
    n = len(waveforms)
    speed = uniform(n, config.speed, generator).to(waveforms.device)
    shift_ms = uniform(n, (-config.shift_ms, config.shift_ms), generator).to(waveforms.device)
    snr_db = uniform(n, config.noise_snr_db, generator)
    snr_db[torch.rand(n, generator=generator) >= config.noise_probability] = torch.inf
    gain = ratio(uniform(n, config.gain_db, generator)).to(waveforms.device)
    moved = warp(waveforms, speed, shift_ms * SAMPLE_RATE / 1000)
    in_room = (torch.rand(n, generator=generator) < config.room_probability).nonzero().flatten()
    if len(in_room):
        rt60_seconds = uniform(len(in_room), config.room_rt60_seconds, generator)
        direct_db = uniform(len(in_room), config.room_direct_db, generator)
        moved[in_room] = reverberate(moved[in_room], rt60_seconds, direct_db, generator)
    heard = add_noise(moved, noise, snr_db.to(waveforms.device)) * gain[:, None]
    return transmit(heard, config, generator).clamp(-1.0, 1.0)


def transmit(waveforms: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Record and send some waveforms badly: clipped, with an offset, or in a telephone's band and 8 bits.

    Shape: ``(batch, time)`` to the same.
    """
    waveforms = waveforms.clone()
    n = len(waveforms)
    clipped = (torch.rand(n, generator=generator) < config.clip_probability).nonzero().flatten()
    drive = ratio(uniform(len(clipped), config.clip_db, generator))[:, None]
    waveforms[clipped] = clip(waveforms[clipped], drive)
    narrow = (torch.rand(n, generator=generator) < config.narrow_probability).nonzero().flatten()
    low = uniform(len(narrow), config.narrow_low_hz, generator)
    high = uniform(len(narrow), config.narrow_high_hz, generator)
    if len(narrow):
        waveforms[narrow] = compand(narrow_band(waveforms[narrow], low, high))
    off = (torch.rand(n, generator=generator) < config.offset_probability).nonzero().flatten()
    waveforms[off] += uniform(len(off), config.offset, generator)[:, None]
    return waveforms


def clip(waveforms: Tensor, drive: Tensor) -> Tensor:
    """Cut off what is beyond a ``drive``-th of each waveform's peak.

    Shape: ``(batch, time)``, ``(batch, 1)`` to ``(batch, time)``.
    """
    limit = waveforms.abs().amax(dim=1, keepdim=True) / drive
    return torch.maximum(torch.minimum(waveforms, limit), -limit)


def narrow_band(waveforms: Tensor, low_hz: Tensor, high_hz: Tensor) -> Tensor:
    """Leave the frequencies between two edges, with slopes of 100 Hz.

    Shape: ``(batch, time)``, ``(batch,)``, ``(batch,)`` to ``(batch, time)``.
    """
    spectrum = torch.fft.rfft(waveforms)
    frequency_hz = torch.linspace(0, SAMPLE_RATE / 2, spectrum.shape[1])
    inside = torch.minimum(frequency_hz - low_hz[:, None], high_hz[:, None] - frequency_hz)
    narrowed: Tensor = torch.fft.irfft(spectrum * (inside / 100 + 0.5).clamp(0, 1), waveforms.shape[1])
    return narrowed


def compand(waveforms: Tensor) -> Tensor:
    """Round to the 8 bits of mu-law, as telephones do.

    Shape: any, in [-1, 1].

    References:
        ITU-T G.711.
    """
    mu = 255.0
    compressed = waveforms.sign() * torch.log1p(mu * waveforms.abs().clamp(max=1.0)) / math.log1p(mu)
    rounded = (compressed * 127.5).round() / 127.5
    return rounded.sign() * torch.expm1(rounded.abs() * math.log1p(mu)) / mu


def warp(waveforms: Tensor, speed: Tensor, shift_samples: Tensor) -> Tensor:
    """Play each waveform ``speed`` times as fast about its middle, then move it later by ``shift_samples``.

    Speed changes pitch and tempo together. Values between samples are interpolated linearly; outside the waveform
    there are zeros.

    Shape: ``(batch, time)``, ``(batch,)``, ``(batch,)`` to ``(batch, time)``.
    """
    n_samples = waveforms.shape[1]
    middle = (n_samples - 1) / 2
    time = torch.arange(n_samples, device=waveforms.device) - middle
    position = (time - shift_samples[:, None]) * speed[:, None] + middle + 1  # (batch, time), in the padded waveform
    position = position.clamp(0, n_samples + 1)
    before = position.floor().clamp(max=n_samples)
    padded = torch.nn.functional.pad(waveforms, (1, 1))
    left = padded.gather(1, before.long())
    right = padded.gather(1, before.long() + 1)
    return torch.lerp(left, right, position - before)


def tear(waveforms: Tensor, rest: Tensor) -> Tensor:
    """Leave only the end of each word, at the start of its waveform, as in a stream's window that the word is leaving.

    Args:
        rest: share of the word's length that is left. The word reaches from 5 to 95 % of the waveform's energy.

    Shape: ``(batch, time)``, ``(batch,)`` to ``(batch, time)``.
    """
    energy = waveforms.square().cumsum(dim=1)
    share = energy / energy[:, -1:].clamp(min=1e-9)
    start, end = (share < 0.05).sum(dim=1), (share < 0.95).sum(dim=1)
    cut = end - rest * (end - start)
    return warp(waveforms, torch.ones_like(rest), -cut.floor())


def splice(firsts: Tensor, seconds: Tensor, share: Tensor) -> Tensor:
    """Join the beginning of one word and the end of another, at equal loudness.

    Args:
        share: of the first word's energy that lies before the joint, and of the second's that is left out.

    Shape: ``(batch, time)``, ``(batch, time)``, ``(batch,)`` to ``(batch, time)``.
    """
    energies = [waveforms.square().cumsum(dim=1) for waveforms in (firsts, seconds)]
    ends, starts = ((energy < share[:, None] * energy[:, -1:]).sum(dim=1) for energy in energies)
    level = firsts.norm(dim=1, keepdim=True) / seconds.norm(dim=1, keepdim=True).clamp(min=1e-9)
    after = warp(seconds * level, torch.ones_like(share), (ends - starts).float())
    return torch.where(torch.arange(firsts.shape[1]) < ends[:, None], firsts, after)


def reverberate(waveforms: Tensor, rt60_seconds: Tensor, direct_db: Tensor, generator: torch.Generator) -> Tensor:
    """Put each waveform into a room: after the direct sound comes noise that dies away exponentially.

    Args:
        rt60_seconds: time in which the reverberation falls by 60 dB.
        direct_db: ratio of the energies of direct sound and reverberation, in decibels.

    Shape: ``(batch, time)``, ``(batch,)``, ``(batch,)`` to ``(batch, time)``; the loudness stays.

    References:
        J. Polack: La transmission de l'énergie sonore dans les salles, 1988.
    """
    n, n_samples = waveforms.shape
    seconds = torch.arange(1, n_samples // 2) / SAMPLE_RATE
    tail = torch.randn(n, len(seconds), generator=generator) * torch.pow(10.0, -3 * seconds / rt60_seconds[:, None])
    tail = tail / tail.norm(dim=1, keepdim=True) / ratio(direct_db)[:, None]
    response = torch.cat([torch.ones(n, 1), tail], dim=1).to(waveforms.device)
    size = 2 * n_samples
    wet: Tensor = torch.fft.irfft(torch.fft.rfft(waveforms, size) * torch.fft.rfft(response, size), size)[:, :n_samples]
    level: Tensor = waveforms.norm(dim=1, keepdim=True) / wet.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return wet * level


def babble(waveforms: Tensor, n_voices: int, generator: torch.Generator) -> Tensor:
    """Let many talk at once: sum ``n_voices`` other waveforms of the batch for each, at equal loudness.

    Shape: ``(batch, time)`` to the same; all zeros if the batch has one waveform.
    """
    loudness = waveforms.norm(dim=1, keepdim=True).clamp(min=1e-9)
    voices = waveforms / loudness
    steps = 1 + torch.randperm(max(len(waveforms) - 1, 0), generator=generator)[:n_voices]
    return sum((voices.roll(int(step), dims=0) for step in steps), start=torch.zeros_like(waveforms))


def add_noise(waveforms: Tensor, noise: Tensor, snr_db: Tensor) -> Tensor:
    """Add noise at a ratio of mean powers in decibels. ``inf`` adds none, and a waveform of zeros stays as it is.

    Shape: ``(batch, time)``, ``(batch, time)``, ``(batch,)`` to ``(batch, time)``.
    """
    level = waveforms.square().mean(dim=1).sqrt()
    noise_level = noise.square().mean(dim=1).sqrt().clamp(min=1e-5)
    scale = level / noise_level / ratio(snr_db)
    return waveforms + scale[:, None] * noise


def mask(
    frames: Tensor, config: TrainConfig, generator: torch.Generator, rows: slice = slice(None), n: int | None = None
) -> Tensor:
    """Set bands of frames and of coefficients to zero, which is the mean of normalized frames (SpecAugment).

    Args:
        rows: which rows the frames are of a batch of ``n``, for all of which bands are drawn.

    Shape: ``(batch, frame, mfcc)`` to the same.

    References:
        D. Park et al.: SpecAugment: A Simple Data Augmentation Method for Automatic Speech Recognition, 2019.
    """
    n_rows, n_frames, n_mfcc = frames.shape
    for _ in range(config.n_masks):
        in_time = _band(n or n_rows, n_frames, config.max_mask_frames, generator)[rows].to(frames.device)
        in_mfcc = _band(n or n_rows, n_mfcc, config.max_mask_mfcc, generator)[rows].to(frames.device)
        frames = frames.masked_fill(in_time[:, :, None] | in_mfcc[:, None, :], 0.0)
    return frames


def _band(n: int, size: int, max_width: int, generator: torch.Generator) -> Tensor:
    """Draw a run of True in each row, 0 to ``max_width`` wide, ``(n, size)``."""
    width = torch.randint(max_width + 1, (n, 1), generator=generator)
    start = (torch.rand(n, 1, generator=generator) * (size - width + 1)).long()
    place = torch.arange(size)
    return (place >= start) & (place < start + width)

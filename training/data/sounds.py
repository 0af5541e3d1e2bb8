"""Make sounds by rule: clicks, knocks, hums and the like, in more variety than recordings offer."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from model.audio import SAMPLE_RATE

SECONDS = 4
N_SAMPLES = SECONDS * SAMPLE_RATE


def made_sounds(n_recordings: int, generator: torch.Generator) -> list[list[Tensor]]:
    """Make ``n_recordings`` of each kind of sound, all different, each over a faint noise of its own.

    Shape: every recording is ``(time,)``, float32 with a peak of 1, four seconds at 16 kHz.
    """
    return [[_recorded(make(generator), generator) for _ in range(n_recordings)] for make in KINDS.values()]


def clicks(generator: torch.Generator) -> Tensor:
    """Make short impulses at random times, dull or sharp."""
    times = _random_times(_between(1, 12, generator), generator)
    return _strike(times, _shaped_noise(800, generator), decay_seconds=_between(3e-4, 4e-3, generator))


def knocks(generator: torch.Generator) -> Tensor:
    """Strike something now and then: noise and one resonance die away."""
    times = _random_times(_between(0.5, 4, generator), generator)
    return _strike(times, _body(8_000, generator), decay_seconds=_between(0.01, 0.12, generator))


def ticks(generator: torch.Generator) -> Tensor:
    """Make a clock tick: two strokes take turns at an even beat, each of a few parts within 50 ms."""
    beat = _between(0.1, 1.1, generator)
    times = torch.arange(_between(0, beat, generator), SECONDS - 0.1, beat)
    wave = torch.zeros(N_SAMPLES)
    for turn in (0, 1):
        for _ in range(int(_between(1, 4, generator))):
            late, strength = _between(0, 0.05, generator), _between(0.1, 1, generator)
            body, decay = _body(2_000, generator), _between(1e-3, 0.03, generator)
            wave += strength * _strike(times[turn::2] + late, body, decay_seconds=decay)
    return wave


def bursts(generator: torch.Generator) -> Tensor:
    """Make breaths, sneezes and splashes: noise that swells and dies away."""
    wave = torch.zeros(N_SAMPLES)
    for start in _random_times(_between(0.3, 2, generator), generator):
        length = int(SAMPLE_RATE * _between(0.1, 1.0, generator))
        swell = _rise_and_fall(length, _between(0.05, 0.7, generator))
        _add_at(wave, float(start), swell * _shaped_noise(length, generator))
    return wave


def bands(generator: torch.Generator) -> Tensor:
    """Make rain, wind, engines and surf: noise of a random spectrum that beats or drifts in loudness."""
    depth, rate_hz = _between(0, 1, generator), 10 ** _between(-1, 1.3, generator)
    beat = 1 + depth * _sine(torch.full((N_SAMPLES,), rate_hz))
    return beat * _shaped_noise(N_SAMPLES, generator)


def hums(generator: torch.Generator) -> Tensor:
    """Make mains and motors hum: a low note with many harmonics over faint noise."""
    pitch = torch.full((N_SAMPLES,), _between(40, 240, generator))
    return _harmonics(pitch, 20, generator) + _between(0, 0.3, generator) * _shaped_noise(N_SAMPLES, generator)


def tones(generator: torch.Generator) -> Tensor:
    """Make beeps and whistles: notes with few harmonics, held or broken off."""
    pitch = torch.full((N_SAMPLES,), 10 ** _between(1.9, 3.7, generator))
    vibrato = 1 + _between(0, 0.03, generator) * _sine(torch.full((N_SAMPLES,), _between(2, 9, generator)))
    on_hz, open_share = 10 ** _between(-1, 1, generator), _between(0.2, 1, generator)
    gate = (torch.arange(N_SAMPLES) * on_hz / SAMPLE_RATE) % 1.0 < open_share
    return gate * _harmonics(pitch * vibrato, 4, generator)


def chirps(generator: torch.Generator) -> Tensor:
    """Make birds and sirens: glides between two pitches, again and again."""
    low, high = sorted(10 ** _between(2.3, 3.8, generator) for _ in range(2))
    glide_hz = 10 ** _between(-0.5, 1.2, generator)
    phase = (torch.arange(N_SAMPLES) * glide_hz / SAMPLE_RATE) % 1.0
    way = phase if _between(0, 1, generator) < 0.5 else 1 - (2 * phase - 1).abs()
    loudness = torch.sin(math.pi * phase).clamp(min=0) ** _between(0, 2, generator)
    return loudness * _harmonics(low * (high / low) ** way, 3, generator)


def cries(generator: torch.Generator) -> Tensor:
    """Make calls of animals and infants: a rich voice whose pitch rises and falls, through a random filter."""
    wave = torch.zeros(N_SAMPLES)
    for start in _random_times(_between(0.5, 2.5, generator), generator):
        length = int(SAMPLE_RATE * _between(0.15, 2.0, generator))
        arch = _rise_and_fall(length, _between(0.1, 0.9, generator))
        quiver = 1 + _between(0, 0.05, generator) * _sine(torch.full((length,), _between(3, 15, generator)))
        pitch = quiver * _between(150, 900, generator) * (1 + _between(-0.4, 0.6, generator) * arch)
        rough = 1 + _between(0, 0.5, generator) * torch.randn(length, generator=generator)
        _add_at(wave, float(start), _coloured(arch.sqrt() * rough * _harmonics(pitch, 24, generator), generator))
    return wave


def chords(generator: torch.Generator) -> Tensor:
    """Make music of a kind: chords of two to four notes, plucked or bowed."""
    wave = torch.zeros(N_SAMPLES)
    beat, peak = _between(0.15, 1.0, generator), _between(0.02, 0.5, generator)
    for start in torch.arange(0, SECONDS, beat):
        length = int(SAMPLE_RATE * beat * _between(0.8, 2.5, generator))
        for _ in range(int(_between(2, 5, generator))):
            pitch = 110 * 2 ** (int(_between(0, 40, generator)) / 12)
            note = _harmonics(torch.full((length,), pitch), 8, generator)
            _add_at(wave, float(start), _rise_and_fall(length, peak) * note)
    return wave


KINDS: dict[str, Callable[[torch.Generator], Tensor]] = {
    make.__name__: make for make in (clicks, knocks, ticks, bursts, bands, hums, tones, chirps, cries, chords)
}


def _between(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * float(torch.rand((), generator=generator))


def _random_times(per_second: float, generator: torch.Generator) -> Tensor:
    """Draw the times of events in seconds; there is at least one."""
    return torch.rand(max(1, round(per_second * SECONDS)), generator=generator) * (SECONDS - 0.1)


def _sine(frequency_hz: Tensor) -> Tensor:
    return torch.sin(2 * math.pi * torch.cumsum(frequency_hz.double() / SAMPLE_RATE, dim=0)).float()


def _harmonics(pitch_hz: Tensor, n_harmonics: int, generator: torch.Generator) -> Tensor:
    """Make a note with random strengths of its harmonics, without those above half the sample rate."""
    note = torch.zeros(len(pitch_hz))
    slope = _between(0, 2, generator)
    for number in range(1, n_harmonics + 1):
        if number * float(pitch_hz.max()) < SAMPLE_RATE / 2:
            note += _between(0, 1, generator) / number**slope * _sine(number * pitch_hz)
    return note


def _body(n_samples: int, generator: torch.Generator) -> Tensor:
    """Make the sound of a struck body: noise and one resonance."""
    ring = _sine(torch.full((n_samples,), _between(80, 4_000, generator)))
    return _shaped_noise(n_samples, generator) + _between(0, 3, generator) * ring


def _shaped_noise(n_samples: int, generator: torch.Generator) -> Tensor:
    noise = _coloured(torch.randn(n_samples, generator=generator), generator)
    return noise / noise.std().clamp(min=1e-9)


def _coloured(wave: Tensor, generator: torch.Generator) -> Tensor:
    """Multiply the spectrum by a random smooth curve of up to 30 dB either way over a random slope."""
    spectrum = torch.fft.rfft(wave)
    points = 15 * torch.randn(1, 1, 8, generator=generator) + _between(-40, 10, generator) * torch.linspace(0, 1, 8)
    curve_db = torch.nn.functional.interpolate(points, len(spectrum), mode="linear", align_corners=True)[0, 0]
    coloured: Tensor = torch.fft.irfft(spectrum * 10 ** (curve_db / 20), len(wave))
    return coloured


def _rise_and_fall(n_samples: int, peak: float) -> Tensor:
    """Make an envelope that rises from 0 to 1 at ``peak``, a place in (0, 1), and falls back to 0."""
    place = torch.linspace(0, 1, n_samples)
    return torch.minimum(place / peak, (1 - place) / (1 - peak)).clamp(0, 1)


def _strike(times: Tensor, body: Tensor, *, decay_seconds: float) -> Tensor:
    """Let the same body sound at every time and die away."""
    wave = torch.zeros(N_SAMPLES)
    faded = body * torch.exp(-torch.arange(len(body)) / (SAMPLE_RATE * decay_seconds))
    for start in times:
        _add_at(wave, float(start), faded)
    return wave


def _add_at(wave: Tensor, start_seconds: float, part: Tensor) -> None:
    start = int(start_seconds * SAMPLE_RATE)
    end = min(len(wave), start + len(part))
    wave[start:end] += part[: end - start]


def _recorded(wave: Tensor, generator: torch.Generator) -> Tensor:
    """Put the noise of a room and a microphone under a sound, and bring both to full scale."""
    floor = 10 ** _between(-4, -1.5, generator) * _shaped_noise(len(wave), generator)
    whole = wave / wave.abs().max().clamp(min=1e-9) + floor
    return whole / whole.abs().max()

"""The kinds of noise by name, and seconds of them drawn from a seed."""

from pathlib import Path

import torch
from torch import Generator, Tensor

from model.audio import SAMPLE_RATE, WINDOW_SAMPLES
from training.data.cache import WaveformCache
from training.data.clips import Clip, draw
from training.data.noise import background_noise, further_noise
from training.data.speech_commands import BACKGROUND_NOISE, FOLDER, Split

MADE_SECONDS = 60  # of babble and of pink noise
N_VOICES = 8
LOWEST_PINK_HZ = 20.0
CUT_STEP_SECONDS = 0.1
FAINTEST = 1e-4  # -80 dB, root mean square

Recordings = list[Tensor]  # (time,) each, at least one second


def background(root: Path, split: Split) -> dict[str, Recordings]:
    """The data set's six, the part of the split, under their files' names."""
    names = sorted(path.stem for path in (root / FOLDER / BACKGROUND_NOISE).glob("*.wav"))
    return dict(zip(names, background_noise(root, split), strict=True))


def everyday(sources: list[Path]) -> dict[str, Recordings]:
    """The tars and folders in a source are its classes, under their names; a source without any is one itself.

    Raises:
        DataError: a source is missing, or holds no recording.
    """
    classes = [path for source in sources for path in _classes_in(source)]
    return {path.stem: [recording for kind in further_noise([path]) for recording in kind] for path in classes}


def babble(clips: list[Clip], cache: WaveformCache, generator: Generator) -> Recordings:
    """Eight voices at once, each with a word a second, all as loud."""
    voices = []
    for _ in range(N_VOICES):
        words = cache.waveforms(draw(clips, MADE_SECONDS, generator))
        level = words.square().mean(dim=1, keepdim=True).sqrt().clamp(min=1e-5)
        start = int(torch.randint(SAMPLE_RATE, (), generator=generator))
        voices.append((words / level).flatten().roll(start))
    return [_to_full_scale(torch.stack(voices).sum(dim=0))]


def pink(generator: Generator) -> Recordings:
    """Noise with the same power in every octave."""
    n_samples = MADE_SECONDS * SAMPLE_RATE
    spectrum = torch.fft.rfft(torch.randn(n_samples, generator=generator))
    frequencies = torch.fft.rfftfreq(n_samples, 1 / SAMPLE_RATE)
    spectrum = torch.where(frequencies < LOWEST_PINK_HZ, 0.0, spectrum / frequencies.clamp(min=LOWEST_PINK_HZ).sqrt())
    return [_to_full_scale(torch.fft.irfft(spectrum, n_samples))]


def steps(recordings: Recordings, step_seconds: float) -> Tensor:
    """The seconds that begin at every step of each recording, ``(step, time)``."""
    step = round(step_seconds * SAMPLE_RATE)
    return torch.cat([recording.unfold(0, WINDOW_SAMPLES, step) for recording in recordings])


def cuts(recordings: Recordings, n: int, generator: Generator) -> Tensor:
    """Seconds drawn from those that are not silent, ``(n, time)``: silence can't be brought to a level."""
    seconds = steps(recordings, CUT_STEP_SECONDS)
    sounding = seconds[seconds.square().mean(dim=1).sqrt() > FAINTEST]
    return sounding[torch.randint(len(sounding), (n,), generator=generator)]


def _classes_in(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    return sorted(path for path in source.iterdir() if path.is_dir() or path.suffix == ".tar") or [source]


def _to_full_scale(recording: Tensor) -> Tensor:
    return recording / recording.abs().max()

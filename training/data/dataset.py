"""Folders in, what a run learns from and is validated on out."""

from dataclasses import dataclass
from pathlib import Path

import torch

from model.frontend import Frontend, FrontendConfig
from training.config import TrainConfig
from training.data.batches import Examples, draw, held_out
from training.data.cache import WaveformCache
from training.data.noise import Noise, background_noise, further_noise
from training.data.sounds import made_sounds
from training.data.speech_commands import Clip, read_split
from training.data.synthesize import synthetic_clips

N_STATISTICS_CLIPS = 4_000


@dataclass(frozen=True, kw_only=True)
class Data:
    """What a run learns from and is validated on; ``synthetic`` may be empty."""

    clips: list[Clip]
    synthetic: list[Clip]
    cache: WaveformCache
    noise: Noise
    validation: Examples


def read_data(
    root: Path, noise_sources: list[Path], speech: Path | None, config: TrainConfig, *, download: bool = False
) -> Data:
    """Clips, noises and the fixed validation examples.

    Raises:
        DataError: something is missing or can't be decoded.
    """
    training = read_split(root, "training", download=download)
    validation = read_split(root, "validation")
    sounds = made_sounds(config.n_made_sounds, torch.Generator().manual_seed(config.seed))
    noise = Noise(background_noise(root, "training") + sounds + further_noise(noise_sources))
    validation_noise = Noise(background_noise(root, "validation"))
    synthetic = synthetic_clips(speech) if speech else []
    name = "training-and-validation" if speech is None else f"training-and-validation-and-{speech.resolve().name}"
    cache = WaveformCache(training + validation + synthetic, root / "heed-cache" / name)
    return Data(
        clips=training,
        synthetic=synthetic,
        cache=cache,
        noise=noise,
        validation=held_out(validation, cache, validation_noise, config),
    )


def normalized_frontend(data: Data, config: TrainConfig) -> Frontend:
    """A front end with the mean and deviation of training clips, as they were recorded."""
    frontend = Frontend(FrontendConfig())
    clips = draw(data.clips, min(N_STATISTICS_CLIPS, len(data.clips)), torch.Generator().manual_seed(config.seed))
    parts = [data.cache.waveforms(clips[start : start + 256]) for start in range(0, len(clips), 256)]
    frames = torch.cat([frontend(part).flatten(0, 1) for part in parts])
    frontend.normalize_by(frames.mean(dim=0), frames.std(dim=0))
    return frontend

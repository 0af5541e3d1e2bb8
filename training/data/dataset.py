"""Read all that a run learns from and is validated on."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from training.config import TrainConfig
from training.data.cache import FOLDER, WaveformCache
from training.data.clips import Clip, few
from training.data.codecs import CODECS
from training.data.held_out import Examples, held_out
from training.data.noise import Noise, background_noise, further_noise
from training.data.sounds import made_sounds
from training.data.speech_commands import Split, read_split
from training.data.synthesize import synthetic_clips


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """Clips, noises and validation examples of one run; ``synthetic`` may be empty."""

    clips: list[Clip]
    synthetic: list[Clip]
    cache: WaveformCache
    noise: Noise
    validation: Examples


def read_data(
    root: Path,
    noise_sources: list[Path],
    speech: list[Path],
    config: TrainConfig,
    *,
    download: bool = False,
    cache_folder: Path | None = None,
) -> TrainingData:
    """Read the clips and noises of a run, and make its fixed validation examples.

    Args:
        cache_folder: where the decoded clips are kept, 32 kB each; by default beside the data set.

    Raises:
        DataError: something is missing or can't be decoded.
    """
    training = _read(root, "training", config, download=download)
    training += coded_copies(training, config.coded_share)
    validation = _read(root, "validation", config)
    sounds = made_sounds(config.n_made_sounds, torch.Generator().manual_seed(config.seed))
    noise = Noise(background_noise(root, "training") + sounds + further_noise(noise_sources))
    validation_noise = Noise(background_noise(root, "validation"))
    synthetic = synthetic_clips(speech, config.commands)
    whole = f"few-{config.max_clips}" if config.max_clips else "training-and-validation"
    name = "-and-".join([whole, *(folder.resolve().name for folder in speech)])
    cache = WaveformCache(training + validation + synthetic, (cache_folder or root / FOLDER) / name)
    return TrainingData(
        clips=training,
        synthetic=synthetic,
        cache=cache,
        noise=noise,
        validation=held_out(validation, cache, validation_noise, config.labels),
    )


def _read(root: Path, split: Split, config: TrainConfig, *, download: bool = False) -> list[Clip]:
    clips = read_split(root, split, download=download)
    if not config.max_clips:
        return clips
    n = config.max_clips if split == "training" else config.max_clips // 4
    return few(clips, n, torch.Generator().manual_seed(config.seed))


def coded_copies(clips: list[Clip], share: float) -> list[Clip]:
    """Copies of a share of the clips that pass a codec at a low rate; the same for every run, which share a cache."""
    chance = random.Random(0)  # noqa: S311 # nothing secret
    chosen = chance.sample(clips, round(share * len(clips)))
    return [replace(clip, codec=chance.choice([*CODECS])) for clip in chosen]

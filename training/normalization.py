"""Make the front end of a run, which normalizes frames by the mean and deviation of the training clips."""

import torch

from model.frontend import Frontend, FrontendConfig
from training.config import TrainConfig
from training.data.clips import draw
from training.data.dataset import TrainingData

N_CLIPS = 4_000
BATCH_SIZE = 256


def normalized_frontend(data: TrainingData, config: TrainConfig) -> Frontend:
    """Make a front end whose frames of the training clips, as recorded, have mean 0 and deviation 1."""
    frontend = Frontend(FrontendConfig())
    clips = draw(data.clips, min(N_CLIPS, len(data.clips)), torch.Generator().manual_seed(config.seed))
    parts = [data.cache.waveforms(clips[start : start + BATCH_SIZE]) for start in range(0, len(clips), BATCH_SIZE)]
    frames = torch.cat([frontend(part).flatten(0, 1) for part in parts])
    frontend.normalize_by(frames.mean(dim=0), frames.std(dim=0))
    return frontend

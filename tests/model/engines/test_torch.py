"""The reference engine goes on from past frames, and leaves the other processors to other workers."""

import numpy as np
import torch

from model.engines.torch import BATCH_SIZE, TorchEngine
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise


def test_a_call_computes_on_one_processor() -> None:
    engine = TorchEngine(random_checkpoint())
    torch.set_num_threads(2)

    engine.infer(np.stack([noise()]))[0]

    assert torch.get_num_threads() == 1


def test_past_frames_and_what_follows_them_are_the_frames_of_the_whole() -> None:
    engine, waveforms = TorchEngine(random_checkpoint("attention")), np.stack([noise(), noise(seed=1)])

    _, past_frames = engine.infer(waveforms[:, :8_032])
    posteriors, frames = engine.infer(waveforms[:, 160 * past_frames.shape[1] :], past_frames)

    whole, whole_frames = engine.infer(waveforms)
    assert np.abs(frames - whole_frames).max() < 1e-4
    assert np.abs(posteriors - whole).max() < 1e-5


def test_a_large_batch_keeps_its_past_frames_in_order() -> None:
    engine = TorchEngine(random_checkpoint())
    waveforms = np.stack([noise(1_000, seed=seed) for seed in range(BATCH_SIZE + 2)])
    _, past_frames = engine.infer(waveforms[::-1])

    posteriors, _ = engine.infer(waveforms, past_frames)

    alone, _ = engine.infer(waveforms[-1:], past_frames[-1:])
    assert np.abs(posteriors[-1:] - alone).max() < 1e-5

"""The networks that step through the frames agree with the layer that the export puts in their place."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.engines.onnx import OnnxEngine
from model.engines.torch import TorchEngine
from model.networks.elman import Elman, ElmanConfig, FastRNN, FastRNNConfig
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise
from training.export.graph import export
from training.export.recurrent import GraphElman


def networks() -> list[Elman]:
    torch.manual_seed(0)
    elman, fastrnn = Elman(ElmanConfig(hidden_size=8)), FastRNN(FastRNNConfig(hidden_size=8))
    torch.nn.init.constant_(fastrnn.alpha, -1.5)  # away from where both shares add up to 1
    return [elman, fastrnn]


@pytest.mark.parametrize("network", networks(), ids=lambda network: type(network).__name__)
@pytest.mark.parametrize("n_frames", [1, 2, 97, 150])
def test_logits_equal_those_of_the_network(network: Elman, n_frames: int) -> None:
    frames = torch.randn(3, n_frames, 40, generator=torch.Generator().manual_seed(0))

    logits = GraphElman(network)(frames)

    assert torch.allclose(logits, network(frames), atol=1e-5)


@pytest.mark.parametrize("network", ["elman", "fastrnn"])
@pytest.mark.parametrize(("n", "n_samples", "n_past"), [(1, 16_000, 0), (3, 8_000, 0), (2, 24_321, 0), (2, 2_080, 90)])
def test_an_export_takes_any_number_of_frames(
    network: str, n: int, n_samples: int, n_past: int, tmp_path: Path
) -> None:
    checkpoint = random_checkpoint(network)
    (tmp_path / "heed.onnx").write_bytes(export(checkpoint, "digest"))
    waveforms = np.stack([noise(n_samples, seed=seed, amplitude=0.1) for seed in range(n)])
    past = np.random.default_rng(0).normal(size=(n, n_past, 40)).astype(np.float32)

    posteriors, _ = OnnxEngine(tmp_path / "heed.onnx").infer(waveforms, past)

    assert np.abs(posteriors - TorchEngine(checkpoint).infer(waveforms, past)[0]).max() < 1e-4

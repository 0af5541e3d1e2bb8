"""An export agrees with its checkpoint for any number of waveforms of any length and past."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest

from model.checkpoint import save
from model.engines.onnx import OnnxEngine
from model.engines.torch import TorchEngine
from tests.model.checkpoints import random_checkpoint
from tests.signals import Signal, noise, tone
from training.export.__main__ import main
from training.export.graph import export

TOLERANCE = 1e-4


def engines(network: str, folder: Path) -> tuple[OnnxEngine, TorchEngine]:
    checkpoint = random_checkpoint(network, temperature=0.5)
    (folder / "heed.onnx").write_bytes(export(checkpoint, "digest"))
    return OnnxEngine(folder / "heed.onnx"), TorchEngine(checkpoint)


def sounds(n: int, n_samples: int = 16_000) -> Signal:
    """Make noises from silent to full scale, and tones, in turn."""
    noises = [noise(n_samples, seed=seed, amplitude=10.0 ** -(seed % 5)) for seed in range(n)]
    tones = [tone(60.0 * (1 + seed), seconds=n_samples / 16_000) for seed in range(n)]
    return np.stack([tones[seed] if seed % 3 == 2 else noises[seed] for seed in range(n)])


@pytest.mark.parametrize("network", ["gru", "lstm", "attention"])
@pytest.mark.parametrize(("n", "n_samples"), [(1, 16_000), (3, 16_000), (65, 16_000), (2, 8_000), (5, 24_321)])
def test_an_export_agrees_with_its_checkpoint(network: str, n: int, n_samples: int, tmp_path: Path) -> None:
    exported, reference = engines(network, tmp_path)
    waveforms = sounds(n, n_samples)

    posteriors, expected = exported.infer(waveforms)[0], reference.infer(waveforms)[0]

    assert np.abs(posteriors - expected).max() < TOLERANCE
    assert (posteriors.argmax(axis=1) == expected.argmax(axis=1)).all()


@pytest.mark.parametrize("network", ["gru", "attention"])
@pytest.mark.parametrize(
    ("n", "n_samples", "n_past"), [(1, 2_080, 87), (4, 2_080, 87), (1, 672, 1), (3, 16_000, 0), (9, 5_000, 200)]
)
def test_an_export_agrees_for_any_batch_length_and_past(
    network: str, n: int, n_samples: int, n_past: int, tmp_path: Path
) -> None:
    exported, reference = engines(network, tmp_path)
    past_frames = noise(n * n_past * 40, amplitude=1.0).reshape(n, n_past, 40)

    posteriors, frames = exported.infer(sounds(n, n_samples), past_frames)

    expected, expected_frames = reference.infer(sounds(n, n_samples), past_frames)
    assert np.abs(posteriors - expected).max() < TOLERANCE
    assert np.abs(frames - expected_frames).max() < 10 * TOLERANCE
    assert np.array_equal(frames[:, :n_past], past_frames)


def test_an_export_names_its_checkpoint(tmp_path: Path) -> None:
    save(random_checkpoint("attention"), tmp_path / "heed.safetensors")

    status = main(["--model", str(tmp_path / "heed.safetensors"), "--out", str(tmp_path / "heed.onnx")])

    metadata = {entry.key: entry.value for entry in onnx.load(tmp_path / "heed.onnx").metadata_props}
    assert status == 0
    assert metadata["checkpoint_sha256"] == hashlib.sha256((tmp_path / "heed.safetensors").read_bytes()).hexdigest()


def test_a_missing_checkpoint_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["--model", str(tmp_path / "nowhere"), "--out", str(tmp_path / "heed.onnx")])

    assert status == 1
    assert "nowhere" in capsys.readouterr().err
    assert not (tmp_path / "heed.onnx").exists()

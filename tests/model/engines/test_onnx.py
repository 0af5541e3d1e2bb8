"""The ONNX engine runs exports, and refuses every other file by name."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from model.engines.onnx import BATCH_SIZE, OnnxEngine
from model.errors import CheckpointError
from model.recognizer import Recognizer
from tests.model.checkpoints import random_checkpoint
from tests.signals import Signal, encode, noise
from training.export.graph import export


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "heed.onnx"
    path.write_bytes(export(random_checkpoint("attention", threshold=0.25), "digest"))
    return path


def batch(n_waveforms: int) -> Signal:
    return np.stack([noise(seed=seed) for seed in range(n_waveforms)])


def test_onnx_runtime_reports_to_nobody(path: Path, tmp_path: Path) -> None:
    """It would begin with a session file among the temporary ones, unless it takes the machine for a test's."""
    others = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    code = "import pathlib, sys; from model.engines.onnx import OnnxEngine; OnnxEngine(pathlib.Path(sys.argv[1]))"

    subprocess.run([sys.executable, "-c", code, path], env=others | {"TMPDIR": str(tmp_path)}, check=True, timeout=60)

    assert list(tmp_path.iterdir()) == []


def test_name_labels_and_threshold_come_from_the_file(path: Path) -> None:
    engine = OnnxEngine(path)

    checkpoint = random_checkpoint("attention", threshold=0.25)
    assert (engine.name, engine.labels, engine.threshold) == (checkpoint.name, checkpoint.labels, 0.25)


def test_a_waveform_alone_gets_the_posteriors_that_it_gets_among_many(path: Path) -> None:
    engine, waveforms = OnnxEngine(path), batch(BATCH_SIZE + 2)

    together = engine.infer(waveforms)[0]

    alone = np.concatenate([engine.infer(waveform[None])[0] for waveform in waveforms])
    assert together.shape == (BATCH_SIZE + 2, 12)
    assert np.allclose(together, alone, atol=1e-6)


def test_an_export_hears_clips_like_any_other_engine(path: Path) -> None:
    recognition = Recognizer.load(path).recognize(encode(noise(20_000)))

    assert recognition.duration_seconds == 1.25
    assert sum(confidence for _, confidence in recognition.decision.ranking) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("content", [b"", b"not onnx", b"\x08\x07"])
def test_a_file_that_is_no_onnx_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "foreign.onnx").write_bytes(content)

    with pytest.raises(CheckpointError, match=r"foreign\.onnx"):
        OnnxEngine(tmp_path / "foreign.onnx")


def test_a_torn_export_is_refused(tmp_path: Path, path: Path) -> None:
    (tmp_path / "torn.onnx").write_bytes(path.read_bytes()[:-1000])

    with pytest.raises(CheckpointError, match=r"torn\.onnx"):
        OnnxEngine(tmp_path / "torn.onnx")


def test_a_missing_export_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nowhere\.onnx"):
        OnnxEngine(tmp_path / "nowhere.onnx")


def test_an_onnx_file_of_something_else_is_refused(tmp_path: Path, path: Path) -> None:
    model = onnx.load(path)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "foreign.onnx")

    with pytest.raises(CheckpointError, match="no export of this version of heed"):
        OnnxEngine(tmp_path / "foreign.onnx")

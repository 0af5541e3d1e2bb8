"""A checkpoint survives its file whole, nothing in a file is executed, and a bad file is told what is bad in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from model.checkpoint import FORMAT, load, read_tensors, save, write_tensors
from model.errors import CheckpointError
from model.networks.config import CONFIGS
from model.networks.gated import GRUConfig
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise


def rewrite(path: Path, **changes: str) -> None:
    """Change metadata of a checkpoint file."""
    tensors, metadata = read_tensors(path)
    write_tensors(tensors, metadata | changes, path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good checkpoint file."""
    save(random_checkpoint(), tmp_path / "good.safetensors")
    return tmp_path / "good.safetensors"


@pytest.mark.parametrize("network", CONFIGS)
def test_a_network_saved_and_loaded_gives_the_same_logits(network: str, tmp_path: Path) -> None:
    checkpoint, waveforms = random_checkpoint(network), torch.from_numpy(noise())[None]

    save(checkpoint, tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")

    (frontend, rnn), (loaded_frontend, loaded_rnn) = checkpoint.modules(), loaded.modules()
    assert torch.equal(rnn(frontend(waveforms)), loaded_rnn(loaded_frontend(waveforms)))


def test_everything_beside_the_tensors_comes_back_as_it_was(path: Path) -> None:
    assert replace(load(path), tensors={}) == replace(random_checkpoint(), tensors={})


def test_a_checkpoint_is_named_after_its_labels_and_its_network(path: Path) -> None:
    assert load(path).name == "heed-12-gru"


def test_the_modules_are_in_evaluation_mode(path: Path) -> None:
    frontend, network = load(path).modules()

    assert not frontend.training
    assert not network.training


def test_folders_are_made_and_nothing_half_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "first" / "model.safetensors"

    save(random_checkpoint(), path)

    assert list(path.parent.iterdir()) == [path]


def test_whoever_may_read_other_files_of_the_folder_may_read_the_checkpoint(path: Path) -> None:
    other = path.with_name("other")
    other.touch()

    assert path.stat().st_mode == other.stat().st_mode


def test_a_full_disk_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    before = path.read_bytes()
    path.with_name(path.name + ".partial").symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        save(random_checkpoint(seed=1), path)

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_new_checkpoint_takes_the_place_of_an_old_one(path: Path) -> None:
    save(random_checkpoint("lstm"), path)

    assert load(path).network == "lstm"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nowhere\.safetensors can't be read .*No such file"):
        load(tmp_path / "nowhere.safetensors")


@pytest.mark.parametrize("n_bytes", [0, 4, 8, 100, 3_000, -1])
def test_a_torn_file_is_refused(path: Path, n_bytes: int) -> None:
    path.write_bytes(path.read_bytes()[:n_bytes])

    with pytest.raises(CheckpointError, match="can't be read as a safetensors file"):
        load(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="can't be read as a safetensors file"):
        load(tmp_path)


def test_a_pickle_is_refused_and_not_executed(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
            return Path.touch, (tmp_path / "executed",)

    torch.save({"network.weight": Trap()}, tmp_path / "model.safetensors")

    with pytest.raises(CheckpointError, match="can't be read as a safetensors file"):
        load(tmp_path / "model.safetensors")

    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, {"format": "heed-checkpoint-0"}])
def test_foreign_tensors_and_other_versions_are_refused(metadata: dict[str, str] | None, tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "model.safetensors", metadata)

    with pytest.raises(CheckpointError, match=f"not a checkpoint of this version of heed.* expected '{FORMAT}'"):
        load(tmp_path / "model.safetensors")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("network", "transformer", "transformer"),
        ("network_config", '{"n_layers": 2, "wings": 2}', "wings"),
        ("network_config", "{", "JSON"),
        ("network_config", '{"n_mfcc": 13}', "40 mfcc for 13 network inputs"),
        ("frontend_config", '{"window_s": 0.03}', "window_s"),
        ("labels", '["yes", "no"]', "2 labels for 12 outputs"),
        ("labels", "5", "int"),
        ("temperature", "0", "temperature 0.0 must be positive"),
        ("temperature", "NaN", "temperature nan must be positive"),
        ("threshold", "1.5", "threshold 1.5 in"),
        ("origin", "", "JSON"),
    ],
)
def test_metadata_that_makes_no_sense_is_refused_by_name(path: Path, field: str, value: str, says: str) -> None:
    rewrite(path, **{field: value})

    with pytest.raises(CheckpointError, match=rf"good\.safetensors has metadata .*{says}"):
        load(path)


def test_metadata_that_is_not_there_is_named(path: Path) -> None:
    tensors, metadata = read_tensors(path)
    write_tensors(tensors, {name: value for name, value in metadata.items() if name != "labels"}, path)

    with pytest.raises(CheckpointError, match=r"metadata .*labels"):
        load(path)


@pytest.mark.parametrize("name", ["frontend.mean", "frontend.deviation", "network.output.weight"])
def test_a_tensor_of_another_shape_is_refused(name: str) -> None:
    checkpoint = random_checkpoint()
    bent = replace(checkpoint, tensors=checkpoint.tensors | {name: torch.ones(1)})

    with pytest.raises(CheckpointError, match=r"do not fit its configuration: (shape|[\s\S]*size)"):
        bent.modules()


@pytest.mark.parametrize("name", ["frontend.mean", "network.output.bias"])
def test_a_missing_tensor_is_named(name: str) -> None:
    checkpoint = random_checkpoint()
    kept = {other: tensor for other, tensor in checkpoint.tensors.items() if other != name}

    with pytest.raises(CheckpointError, match=name.removeprefix("network.")):
        replace(checkpoint, tensors=kept).modules()


def test_a_tensor_too_many_is_named() -> None:
    checkpoint = random_checkpoint()
    more = checkpoint.tensors | {"network.wings": torch.zeros(2)}

    with pytest.raises(CheckpointError, match="wings"):
        replace(checkpoint, tensors=more).modules()


@pytest.mark.parametrize("changes", [{"n_layers": 0}, {"hidden_size": 4}, {"hidden_size": "many"}, {"dropout": 3.0}])
def test_a_config_that_the_tensors_do_not_have_is_refused(changes: dict[str, Any]) -> None:
    config = replace(GRUConfig(hidden_size=8), **changes)
    bent = replace(random_checkpoint(), network_config=config)

    with pytest.raises(CheckpointError, match="do not fit its configuration"):
        bent.modules()


def test_labels_without_silence_are_refused() -> None:
    checkpoint = random_checkpoint("elman")

    with pytest.raises(ValueError, match="must hold _silence_, _unknown_"):
        replace(checkpoint, labels=("left",) * len(checkpoint.labels))

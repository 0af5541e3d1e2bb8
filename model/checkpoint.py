"""Read and write checkpoints: one safetensors file holds all that a recognizer needs."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_safetensors
from torch import Tensor

from model.errors import CheckpointError
from model.frontend import Frontend, FrontendConfig
from model.labels import SILENCE, UNKNOWN
from model.networks.build import Network, build
from model.networks.config import CONFIGS, NetworkConfig

FORMAT = "heed-checkpoint-1"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything that a trained recognizer knows: configs, labels, weights and their origin.

    Attributes:
        network: name of the network, a key of :data:`model.networks.config.CONFIGS`.
        labels: in the order of the network's outputs.
        temperature: logits are divided by it before the softmax; positive.
        threshold: least confidence at which a command is accepted, in [0, 1].
        origin: where the weights came from (data digest, arguments, epoch, measured figures), as JSON holds it.
        tensors: state of front end (``frontend.mean``, ``frontend.deviation``) and network (``network.*``).

    Raises:
        ValueError: the parts contradict each other, or a number is out of range.
    """

    network: str
    network_config: NetworkConfig
    frontend_config: FrontendConfig
    labels: tuple[str, ...]
    temperature: float
    threshold: float
    tensors: dict[str, Tensor]
    origin: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.labels) != self.network_config.n_labels:
            raise ValueError(f"{len(self.labels)} labels for {self.network_config.n_labels} outputs of the network")
        if not {SILENCE, UNKNOWN} < set(self.labels):
            raise ValueError(f"the labels must hold {SILENCE}, {UNKNOWN} and at least one command: {self.labels}")
        if self.network_config.n_mfcc != self.frontend_config.n_mfcc:
            raise ValueError(f"{self.frontend_config.n_mfcc} mfcc for {self.network_config.n_mfcc} network inputs")
        if not self.temperature > 0 or not 0 <= self.threshold <= 1:
            raise ValueError(f"temperature {self.temperature} must be positive, threshold {self.threshold} in [0, 1]")

    @property
    def name(self) -> str:
        return f"heed-{len(self.labels)}-{self.network}"

    def modules(self) -> tuple[Frontend, Network]:
        """Build front end and network with these weights, in evaluation mode.

        Raises:
            CheckpointError: the configs describe no network, or the tensors are not those of the configs.
        """
        try:
            frontend, network = Frontend(self.frontend_config), build(self.network_config)
            frontend.normalize_by(self.tensors["frontend.mean"], self.tensors["frontend.deviation"])
            network.load_state_dict(without_prefix("network.", self.tensors))
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise CheckpointError(f"the checkpoint's tensors do not fit its configuration: {error}") from error
        return frontend.eval(), network.eval()


def tensors_of(frontend: Frontend, network: torch.nn.Module) -> dict[str, Tensor]:
    """Copy the tensors that a checkpoint keeps of a front end and a network to the CPU."""
    statistics = {"mean": frontend.mean, "deviation": frontend.deviation}
    return with_prefix("frontend.", statistics) | with_prefix("network.", network.state_dict())


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint whole or not at all.

    Raises:
        OSError: the folder can't be written or the disk is full; an older file at ``path`` is then untouched.
    """
    metadata = {
        "format": FORMAT,
        "network": checkpoint.network,
        "network_config": json.dumps(asdict(checkpoint.network_config)),
        "frontend_config": json.dumps(asdict(checkpoint.frontend_config)),
        "labels": json.dumps(checkpoint.labels),
        "temperature": json.dumps(checkpoint.temperature),
        "threshold": json.dumps(checkpoint.threshold),
        "origin": json.dumps(checkpoint.origin),
    }
    write_tensors(checkpoint.tensors, metadata, path)


def write_tensors(tensors: dict[str, Tensor], metadata: dict[str, str], path: Path) -> None:
    """Write a safetensors file whole or not at all.

    Raises:
        OSError: the folder can't be written or the disk is full.
    """
    # save_file would leave a file that only its owner may read
    write_whole(path, as_safetensors(tensors, metadata))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that no reader ever sees half of it.

    Raises:
        OSError: the folder can't be written or the disk is full.
    """
    partial = path.with_name(path.name + ".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read the tensors and metadata of a safetensors file.

    Raises:
        CheckpointError: there is no such file, or it is not safetensors, or it is torn.
    """
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()  # not a mapping: it has keys but is not iterable
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} can't be read as a safetensors file: {error}") from error


def load(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing in it is executed.

    Raises:
        CheckpointError: no such file, not safetensors, torn, not written by heed, or of another version.
    """
    tensors, metadata = read_tensors(path)
    if metadata.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is not a checkpoint of this version of heed: its format is {metadata.get('format')!r}, "
            f"expected {FORMAT!r}"
        )
    try:
        return Checkpoint(
            network=metadata["network"],
            network_config=CONFIGS[metadata["network"]](**json.loads(metadata["network_config"])),
            frontend_config=FrontendConfig(**json.loads(metadata["frontend_config"])),
            labels=tuple(json.loads(metadata["labels"])),
            temperature=float(json.loads(metadata["temperature"])),
            threshold=float(json.loads(metadata["threshold"])),
            tensors=tensors,
            origin=json.loads(metadata["origin"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} has metadata that this version of heed can't read: {error!r}") from error


def with_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Put a prefix before the names of tensors, and the tensors on the CPU, as a safetensors file takes them."""
    return {prefix + name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}


def without_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Choose the tensors whose names begin with the prefix, under the rest of their names."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}

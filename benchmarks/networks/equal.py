"""Train each network at the same number of parameters, by one recipe, from one seed."""

import json
import sys
from bisect import bisect_left
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import redirect_stderr
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from model.checkpoint import read_tensors
from model.errors import CheckpointError
from model.networks.attention import AttentionConfig
from model.networks.build import build
from model.networks.config import NetworkConfig
from model.networks.elman import ElmanConfig, FastRNNConfig
from model.networks.gated import GRUConfig, LSTMConfig
from training.config import LEARNING_RATES, TrainConfig
from training.data.dataset import read_data
from training.run import train
from training.state_file import FILE as STATE

N_PARAMETERS = 80_000
N_EPOCHS = 10

NETWORKS: dict[str, NetworkConfig] = {
    "elman": ElmanConfig(),
    "fastrnn": FastRNNConfig(),
    "gru": GRUConfig(),
    "gru-bidirectional": GRUConfig(bidirectional=True),
    "lstm": LSTMConfig(),
    "lstm-bidirectional": LSTMConfig(bidirectional=True),
    "attention-unidirectional": AttentionConfig(hidden_size=48, bidirectional=False),
    "attention": AttentionConfig(hidden_size=40),
}


def n_parameters(config: NetworkConfig) -> int:
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in build(config).parameters())


def multiply_adds(config: NetworkConfig, n_frames: int) -> int:
    """Of one clip; a multiply-add counts once."""
    with torch.device("meta"), torch.inference_mode(), FlopCounterMode(display=False) as counter:
        build(config).eval()(torch.empty(1, n_frames, config.n_mfcc))
    return int(counter.get_total_flops()) // 2


def sized(config: NetworkConfig) -> NetworkConfig:
    """The same network with as nearly ``N_PARAMETERS`` as it can have."""
    configs = [_of_size(config, size) for size in range(1, 512)]
    place = bisect_left(configs, N_PARAMETERS, key=n_parameters)
    return min(configs[place - 1 : place + 1], key=lambda config: abs(n_parameters(config) - N_PARAMETERS))


def _of_size(config: NetworkConfig, size: int) -> NetworkConfig:
    if isinstance(config, AttentionConfig):  # its heads share the states, so these come in fours, which is too coarse
        return replace(config, stem_channels=size)
    return replace(config, hidden_size=size)


def recipe(name: str, n_epochs: int) -> TrainConfig:
    """That of the shipped model, but for its length: the average of the weights spans one epoch in place of four."""
    sizes = asdict(sized(NETWORKS[name]))
    del sizes["n_labels"]  # follows from the recipe's commands
    return TrainConfig(
        network=name.partition("-")[0],
        sizes=sizes,
        n_epochs=n_epochs,
        learning_rate=LEARNING_RATES.get(name, TrainConfig.learning_rate),
        average_decay=0.99,
    )


def is_finished(folder: Path, config: TrainConfig) -> bool:
    """Tell whether a run with this config has all its epochs behind it.

    Raises:
        CheckpointError: the run in this folder was made with another one.
    """
    if not (folder / STATE).exists():
        return False
    _, metadata = read_tensors(folder / STATE)
    if metadata.get("config") != json.dumps(asdict(config)):
        raise CheckpointError(f"{folder} holds a run with other numbers of epochs or rates; name another --out")
    return bool(json.loads(metadata["progress"])["n_done"] == config.n_epochs)


def train_all(root: Path, out: Path, n_epochs: int, n_jobs: int) -> None:
    """Finish every run that is not finished yet, ``n_jobs`` at a time, and say how each went.

    Raises:
        DataError: something is missing or can't be decoded.
        CheckpointError: a run in ``out`` was made with another recipe.
        OSError: ``out`` can't be written or the disk is full.
    """
    missing = [name for name in NETWORKS if not is_finished(out / name, recipe(name, n_epochs))]
    jobs = ThreadPoolExecutor(n_jobs)
    try:
        runs = {jobs.submit(in_a_process, name, root, out / name, n_epochs): name for name in missing}
        for run in as_completed(runs):
            print(f"{runs[run]}: {run.result():.1%} on validation", file=sys.stderr, flush=True)
    finally:
        jobs.shutdown(cancel_futures=True)


def in_a_process(name: str, root: Path, folder: Path, n_epochs: int) -> float:
    """Run :func:`train_one` in a fresh process. A pool for all runs would begin further ones after Ctrl-C."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(train_one, name, root, folder, n_epochs).result()


def train_one(name: str, root: Path, folder: Path, n_epochs: int) -> float:
    """Train on one thread. Returns the balanced accuracy on validation."""
    torch.set_num_threads(1)
    config = recipe(name, n_epochs)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "progress.log").open("a") as log, redirect_stderr(log):
        data = read_data(root, noise_sources=[], speech=[], config=config)
        resume = (folder / STATE).exists()
        return train(data, config, folder, torch.device("cpu"), resume=resume).balanced_accuracy

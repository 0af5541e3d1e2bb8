"""Train one network, epoch after epoch, so that a run that is broken off can go on."""

import time
from contextlib import closing, nullcontext
from pathlib import Path

import torch
from tqdm import tqdm

from model.checkpoint import Checkpoint, save
from training.config import TrainConfig
from training.data.batches import TrainingBatch, plan_epoch, render
from training.data.clips import Clip
from training.data.dataset import TrainingData
from training.distributed import ALONE, Share, n_blocks
from training.loop import learning_rate_at, train_epoch
from training.normalization import normalized_frontend
from training.run_log import RunLog
from training.state import TrainState
from training.state_file import load_state, save_state
from training.teachers import Teachers
from training.validate import validate

CHECKPOINT = "heed.safetensors"
BATCHES_PER_SHOWN_LOSS = 20  # to read a loss, the processor waits for the GPU


def train(
    data: TrainingData,
    config: TrainConfig,
    folder: Path,
    device: torch.device,
    *,
    start: Checkpoint | None = None,
    teachers: Teachers | None = None,
    resume: bool = False,
    share: Share = ALONE,
) -> TrainState:
    """Train one network. ``folder`` then holds its checkpoint, the state to resume from and the figures of each epoch.

    Several processes may train it together, each with its own ``share``; a run may go on with another number of them.

    The checkpoint is that of the last epoch: the learning rate has come down to zero by then, and the epoch that does
    best on validation would flatter the network there.

    Raises:
        CheckpointError: ``start`` is of another kind than the run, there is nothing to resume, or it was begun with
            other arguments.
        DataError: the processes can't have equal shares of a batch.
        OSError: ``folder`` can't be written or the disk is full. What was written before stays whole.
    """
    torch.set_flush_denormal(True)  # with vanished gradients as denormal numbers a step takes six times as long
    share.check(config.batch_size)
    state = TrainState.fresh(config, normalized_frontend(data, config), device)
    if start is not None:
        state.start_from(start, config)
    _load_or_save(state, config, folder, share, resume=resume)
    log = closing(RunLog(folder, state.n_done)) if share.is_first else nullcontext()
    with log as written, _progress_bar(data, config, state.n_done, share) as bar:
        while state.n_done < config.n_epochs:
            started = time.monotonic()
            loss = _train_one_epoch(state, data, config, teachers, share, bar)
            state.n_done += 1
            if written:  # the first process; at the next step the others wait for it
                figures = _validate_and_save(state, data, config, folder)
                written.add(state.n_done, loss=loss, **figures, seconds=time.monotonic() - started)
                save_state(folder, config, state)  # last: whatever is broken off before it is done again
                bar.set_description(f"validation {state.balanced_accuracy:.4f}")
    return state


def _load_or_save(state: TrainState, config: TrainConfig, folder: Path, share: Share, *, resume: bool) -> None:
    """Go on with the run in a folder, or begin one there."""
    with share.in_turn():
        if resume:
            load_state(folder, config, state)
        elif share.is_first:
            save_state(folder, config, state)


def _validate_and_save(state: TrainState, data: TrainingData, config: TrainConfig, folder: Path) -> dict[str, float]:
    """Write the checkpoint of an epoch, and return its figures on validation."""
    checkpoint, figures = validate(state, data, config, state.n_done)
    state.balanced_accuracy = figures.balanced_accuracy
    save(checkpoint, folder / CHECKPOINT)
    return {"balanced_accuracy": figures.balanced_accuracy, "accuracy": figures.accuracy}


def _train_one_epoch(
    state: TrainState,
    data: TrainingData,
    config: TrainConfig,
    teachers: Teachers | None,
    share: Share,
    bar: "tqdm[None]",
) -> float:
    """Train on every batch of the next epoch and return the mean loss.

    Every epoch draws from generators seeded with the run's seed and the epoch's number, so that a resumed run arrives
    at the same numbers as an unbroken one.
    """
    generator = torch.Generator().manual_seed(1_000_003 * config.seed + state.n_done)
    torch.manual_seed(generator.initial_seed() + share.rank)  # for dropout, which takes no generator
    plan = plan_epoch(data.clips, data.synthetic, config, generator)
    batches = (_render_share(examples, data, config, generator, share) for examples in plan)
    rates = (learning_rate_at(state.n_done + place / len(plan), config) for place in range(1, len(plan) + 1))
    losses = []
    for number, loss in enumerate(train_epoch(state, batches, rates, config, generator, teachers, share)):
        losses.append(loss)
        bar.update()
        if number % BATCHES_PER_SHOWN_LOSS == 0:
            bar.set_postfix(epoch=state.n_done + 1, loss=f"{loss:.3f}", refresh=False)
    return float(share.totals([float(torch.stack(losses).mean())], state.device)) / share.n_processes


def _render_share(
    examples: list[Clip | None], data: TrainingData, config: TrainConfig, generator: torch.Generator, share: Share
) -> TrainingBatch:
    """Render this process's blocks of a batch, each from a seed of its own, which every process draws."""
    seeds = torch.randint(2**62, (n_blocks(config.batch_size),), generator=generator).tolist()
    blocks = [
        render(examples[rows], data.cache, data.noise, config, torch.Generator().manual_seed(seeds[block]))
        for block, rows in share.blocks(len(examples), config.batch_size)
        if examples[rows]
    ]
    return TrainingBatch(*(torch.cat(parts) for parts in zip(*blocks, strict=True)))


def _progress_bar(data: TrainingData, config: TrainConfig, n_done: int, share: Share) -> "tqdm[None]":
    n_batches = len(plan_epoch(data.clips, data.synthetic, config, torch.Generator()))
    total, initial = config.n_epochs * n_batches, n_done * n_batches
    return tqdm(total=total, initial=initial, unit="batch", disable=not share.is_first)

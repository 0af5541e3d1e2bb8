"""A folder of Speech Commands in, a checkpoint out: ``python -m training.train --help``."""

import argparse
import sys
import time
from contextlib import closing
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from model.checkpoint import Checkpoint, load, save, tensors_of
from model.errors import HeedError
from model.networks.config import CONFIGS
from training.calibrate import fit_temperature, fit_threshold
from training.config import TrainConfig
from training.data.batches import plan_epoch, render
from training.data.dataset import TrainingData, read_data
from training.data.speech_commands import WORDS
from training.errors import DataError
from training.loop import learning_rate_at, train_epoch
from training.normalization import normalized_frontend
from training.report import Report, report
from training.run_log import RunLog
from training.state import FILE as STATE
from training.state import Progress, load_state, save_state
from training.student import Learner
from training.teachers import Teachers

CHECKPOINT = "heed.safetensors"


def train(
    data: TrainingData,
    config: TrainConfig,
    folder: Path,
    device: torch.device,
    *,
    start: Checkpoint | None = None,
    teachers: Teachers | None = None,
    resume: bool = False,
) -> Progress:
    """Train one network; leaves its checkpoint, the state to resume from, metrics and TensorBoard events.

    The checkpoint is that of the last epoch: the rate has come down to zero by then, and to take the one that does best
    on validation would flatter it there.

    Every epoch draws from generators that are seeded with the run's seed and the epoch's number, so a resumed run goes
    on to the numbers of an unbroken one.

    Raises:
        CheckpointError: nothing to resume from, or other arguments.
        OSError: ``folder`` can't be written or the disk is full; what was written before stays whole.
    """
    torch.set_flush_denormal(True)  # vanished gradients would cost six times the time
    learner = Learner.fresh(config, normalized_frontend(data, config), device)
    if start is not None:
        learner.start_from(start, config)
    progress = load_state(folder, config, learner) if resume else Progress()
    save_state(folder, config, progress, learner)
    n_batches = len(plan_epoch(data.clips, data.synthetic, config, torch.Generator()))
    with (
        closing(RunLog(folder, progress.n_done)) as log,
        tqdm(total=config.n_epochs * n_batches, initial=progress.n_done * n_batches, unit="batch") as bar,
    ):
        for number in range(progress.n_done, config.n_epochs):
            started = time.monotonic()
            loss = _one_epoch(learner, data, config, number, teachers, bar)
            checkpoint, figures = validate(learner, data, config, number + 1)
            progress.n_done = number + 1
            progress.balanced_accuracy = figures.balanced_accuracy
            save(checkpoint, folder / CHECKPOINT)
            log.add(
                number + 1,
                loss=loss,
                balanced_accuracy=figures.balanced_accuracy,
                accuracy=figures.accuracy,
                seconds=time.monotonic() - started,
            )
            save_state(folder, config, progress, learner)  # last: what comes before is done again if it is broken off
            bar.set_description(f"validation {figures.balanced_accuracy:.4f}")
    return progress


def _one_epoch(
    learner: Learner, data: TrainingData, config: TrainConfig, number: int, teachers: Teachers | None, bar: "tqdm[None]"
) -> float:
    """Returns the mean loss."""
    generator = torch.Generator().manual_seed(1_000_003 * config.seed + number)
    torch.manual_seed(generator.initial_seed())  # for dropout, which takes no generator
    plan = plan_epoch(data.clips, data.synthetic, config, generator)
    batches = (render(examples, data.cache, data.noise, config, generator) for examples in plan)
    rates = (learning_rate_at(number + place / len(plan), config) for place in range(1, len(plan) + 1))
    losses = []
    for loss in train_epoch(learner, batches, rates, config, generator, teachers):
        losses.append(loss)
        bar.set_postfix(epoch=number + 1, loss=f"{loss:.3f}", refresh=False)
        bar.update()
    return sum(losses) / len(losses)


def validate(learner: Learner, data: TrainingData, config: TrainConfig, epoch: int) -> tuple[Checkpoint, Report]:
    """The averaged network as a calibrated checkpoint, and its figures on the validation split."""
    waveforms, targets = data.validation
    logits = learner.logits(waveforms)
    temperature = fit_temperature(logits, targets)
    posteriors = (logits / temperature).softmax(dim=-1)
    threshold = fit_threshold(posteriors, targets, config.labels, config.max_false_accepts)
    figures = report(posteriors.numpy(), targets.numpy(), config.labels, threshold)
    checkpoint = Checkpoint(
        network=config.network,
        network_config=config.network_config,
        frontend_config=learner.frontend.config,
        labels=config.labels,
        temperature=temperature,
        threshold=threshold,
        tensors=tensors_of(learner.frontend, learner.average.module),
        origin={
            "data": data.cache.digest,
            "arguments": asdict(config),
            "epoch": epoch,
            "validation": {"balanced_accuracy": figures.balanced_accuracy, "accuracy": figures.accuracy},
            "torch": torch.__version__,
        },
    )
    return checkpoint, figures


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if (options.out / STATE).exists() and not options.resume:
        print(f"{options.out} holds a run already; go on with --resume or name another --out", file=sys.stderr)
        return 1
    try:
        config = _config(options)
        data = read_data(options.data, options.noise, options.speech, config, download=options.download)
        start = load(options.start) if options.start else None
        checkpoints = [load(path) for path in options.teacher]
        teachers = Teachers(checkpoints, config.labels, options.device) if checkpoints else None
        progress = train(
            data, config, options.out, options.device, start=start, teachers=teachers, resume=options.resume
        )
    except (DataError, HeedError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # of a full disk it does not say which
        print(f"{error}; a run reads and writes {options.data} and writes {options.out}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        started = (options.out / STATE).exists()
        saved = (
            f"every whole epoch is saved in {options.out}, go on with --resume" if started else "nothing was saved yet"
        )
        print(f"stopped; {saved}", file=sys.stderr)
        return 130
    print(f"balanced accuracy {progress.balanced_accuracy:.4f} on validation")
    print(f"checkpoint in {options.out / CHECKPOINT}")
    return 0


def _config(options: argparse.Namespace) -> TrainConfig:
    config = TrainConfig(
        network=options.network,
        seed=options.seed,
        noise=tuple(path.resolve().name for path in options.noise),
        without=tuple(options.without),
        speech=options.speech.resolve().name if options.speech else "",
        start=_digest(options.start) if options.start else "",
        teachers=tuple(_digest(path) for path in options.teacher),
        n_epochs=options.epochs,
    )
    return replace(config, **dict(options.set))


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.train", description="Train a recognizer.")
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--download", action="store_true", help="fetch the data set if it is not there (2.3 GB)")
    parser.add_argument("--noise", type=Path, action="append", default=[], help="folder or tar of further noises")
    parser.add_argument("--speech", type=Path, help="folder of synthetic speech (python -m training.data.synthesize)")
    parser.add_argument("--without", choices=WORDS, nargs="*", default=[], metavar="WORD", help="words to leave out")
    parser.add_argument("--start", type=Path, help="checkpoint whose weights to begin with")
    parser.add_argument(
        "--teacher", type=Path, action="append", default=[], help="checkpoint to learn from, repeatable"
    )
    parser.add_argument("--network", choices=CONFIGS, default=TrainConfig.network)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--epochs", type=whole_number, default=TrainConfig.n_epochs)
    parser.add_argument(
        "--set",
        type=number_of_the_recipe,
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="another number of training/config.py than the recipe's, repeatable",
    )
    parser.add_argument("--seed", type=int, default=TrainConfig.seed)
    parser.add_argument("--device", type=_device, default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    return parser


def number_of_the_recipe(text: str) -> tuple[str, Any]:
    """``NAME=NUMBER`` as the name and the number, of the type that ``TrainConfig`` gives the name."""
    name, _, number = text.partition("=")
    kinds = {name: type(number) for name, number in asdict(TrainConfig()).items() if type(number) in (int, float)}
    if name not in kinds:
        raise argparse.ArgumentTypeError(f"{name!r} is no number of the recipe; there are {', '.join(kinds)}")
    try:
        return name, kinds[name](number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{name} wants {kinds[name].__name__}, not {number!r}") from error


def whole_number(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


def _device(name: str) -> torch.device:
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:  # AssertionError: this torch was built without it
        raise argparse.ArgumentTypeError(f"no device {name!r} here; cpu is always there ({error})") from error


if __name__ == "__main__":
    sys.exit(main())

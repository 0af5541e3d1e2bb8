"""The options of ``python -m training.train``, and the recipe that they ask for."""

import argparse
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from model.networks.config import CONFIGS
from model.recognizer import SHIPPED_CHECKPOINT
from training.config import LEARNING_RATES, TrainConfig, own_words, quick
from training.data.speech_commands import WORDS


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m training.train", description="Train a recognizer.")
    recordings = options.add_mutually_exclusive_group(required=True)
    recordings.add_argument("--data", type=Path, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    recordings.add_argument("--words", type=Path, help="folder of a folder of recordings for each of your own words")
    options.add_argument("--language", help="language of --words, as espeak-ng calls it (default: en)")
    options.add_argument("--download", action="store_true", help="fetch the data set if it is not there (2.3 GB)")
    options.add_argument(
        "--cache", type=Path, help="folder for the decoded clips of --data, 1.1 GB (default: heed-cache in --data)"
    )
    options.add_argument("--noise", type=Path, action="append", default=[], help="folder or tar of further noises")
    options.add_argument(
        "--speech", type=Path, action="append", default=[], help="folder of folders of synthetic words, repeatable"
    )
    options.add_argument("--without", choices=WORDS, nargs="*", default=[], metavar="WORD", help="words to leave out")
    options.add_argument(
        "--start", type=Path, help="checkpoint whose weights to begin with (with --words the shipped one)"
    )
    options.add_argument(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        help="checkpoint or second opinion (.npz) to learn from, repeatable",
    )
    options.add_argument("--quick", action="store_true", help="a first network, from few clips, within two minutes")
    options.add_argument("--network", choices=CONFIGS, default=TrainConfig.network)
    options.add_argument("--out", type=Path, required=True, help="folder of the run")
    options.add_argument("--epochs", type=whole_number, help="default: 100, with --words 15, with --quick 20")
    options.add_argument(
        "--set",
        type=number_of_the_recipe,
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="change a number of training/config.py, repeatable",
    )
    options.add_argument("--seed", type=int, default=TrainConfig.seed)
    options.add_argument("--device", type=_device, default="cuda" if torch.cuda.is_available() else "cpu")
    options.add_argument("--resume", action="store_true", help="continue the run in --out")
    return options


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line, and fill in what ``--words`` starts from."""
    options = parser().parse_args(arguments)
    if options.words and (options.download or options.without or options.cache or options.quick):
        parser().error("--download, --without, --cache and --quick go with --data, not with --words")
    if options.language and not options.words:
        parser().error("--language goes with --words, not with --data")
    if options.words and options.start is None and options.network == TrainConfig.network:
        options.start = SHIPPED_CHECKPOINT
    return options


def config_of(options: argparse.Namespace, words: tuple[str, ...] = ()) -> TrainConfig:
    """Make the recipe that the options ask for.

    Args:
        words: the commands, if they are the user's own.
    """
    recipe = own_words(words) if words else quick() if options.quick else TrainConfig()
    config = replace(
        recipe,
        network=options.network,
        sizes=recipe.sizes if options.network == recipe.network else {},
        learning_rate=LEARNING_RATES.get(options.network, recipe.learning_rate),
        seed=options.seed,
        noise=tuple(path.resolve().name for path in options.noise),
        without=tuple(options.without),
        speech=tuple(path.resolve().name for path in options.speech),
        start=_digest(options.start) if options.start else "",
        teachers=tuple(_digest(path) for path in options.teacher),
        n_epochs=options.epochs or recipe.n_epochs,
    )
    return replace(config, **dict(options.set))


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def number_of_the_recipe(text: str) -> tuple[str, Any]:
    """Parse ``NAME=NUMBER``; the number has the type of that field of ``TrainConfig``."""
    name, _, number = text.partition("=")
    kinds = {name: type(number) for name, number in asdict(TrainConfig()).items() if type(number) in (int, float)}
    if name not in kinds:
        raise argparse.ArgumentTypeError(f"{name!r} is not a number of the recipe; it has {', '.join(kinds)}")
    try:
        return name, kinds[name](number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{name} must be {'a whole number' if kinds[name] is int else 'a number'}, not {number!r}"
        ) from error


def whole_number(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return int(text)


def _device(name: str) -> torch.device:
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:  # AssertionError: torch was built without it
        raise argparse.ArgumentTypeError(f"there is no device {name!r} here; cpu always works ({error})") from error

"""Train a recognizer, on Speech Commands or on own words: ``python -m training.train --help``."""

import argparse
import os
import shlex
import sys
from pathlib import Path

import torch

from model.checkpoint import load
from model.errors import HeedError
from model.second_opinion import load_head
from training.config import TrainConfig
from training.data.dataset import TrainingData, read_data
from training.data.folder import read_folder
from training.data.own_words import ENGLISH, own_words_data
from training.distributed import Share, joined
from training.errors import DataError, ProcessLost
from training.loop import loss_of_guessing
from training.options import config_of, parse
from training.run import CHECKPOINT, train
from training.state import TrainState
from training.state_file import FILE as STATE
from training.teachers import Teachers


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = parse(arguments)
    if (options.out / STATE).exists() and not options.resume:
        print(f"{options.out} already holds a run; continue it with --resume, or name another --out", file=sys.stderr)
        return 1
    try:
        with joined(options.device) as (share, options.device):
            state = _run(options, share)
    except (DataError, HeedError) as error:
        print(error, file=sys.stderr)
        return 1
    except ProcessLost as error:
        print(f"{error}; {_what_is_saved(options.out)}", file=sys.stderr)
        return 1
    except OSError as error:  # the error of a full disk does not name the disk
        folders = [str(path) for path in (options.cache or options.data, options.out) if path]
        print(f"{error}; the run writes to {' and '.join(folders)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"stopped; {_what_is_saved(options.out)}", file=sys.stderr)
        return 130
    if share.is_first:
        _report(state, options)
    return 0


def _what_is_saved(out: Path) -> str:
    if (out / STATE).exists():
        return f"every finished epoch is saved in {out}; continue with --resume"
    return "nothing was saved yet"


def _report(state: TrainState, options: argparse.Namespace) -> None:
    print(f"balanced accuracy {state.balanced_accuracy:.4f} on validation")
    print(f"checkpoint in {options.out / CHECKPOINT}")
    if options.words:
        print(next_commands(options.out))


def _run(options: argparse.Namespace, share: Share) -> TrainState:
    if options.quick:
        torch.set_num_threads(1)  # two take longer for a small network, and ten times as long on a busy machine
    with share.in_turn():
        config, data = _read_words(options) if options.words else _read_speech_commands(options)
    start = load(options.start) if options.start else None
    heads = [load_head(path) for path in options.teacher if path.suffix == ".npz"]
    checkpoints = [load(path) for path in options.teacher if path.suffix != ".npz"]
    teachers = Teachers(checkpoints, heads, config.labels, options.device) if options.teacher else None
    if share.is_first:
        print(_about_the_loss(config), file=sys.stderr)
    return train(
        data,
        config,
        options.out,
        options.device,
        start=start,
        teachers=teachers,
        resume=options.resume,
        share=share,
    )


def _about_the_loss(config: TrainConfig) -> str:
    return (
        f"the loss is that of the {len(config.labels)} labels and {config.word_weight:g} times that of the "
        f"{len(config.words)} words, which a second head tells apart; guessing gives {loss_of_guessing(config):.2f}"
    )


def _read_speech_commands(options: argparse.Namespace) -> tuple[TrainConfig, TrainingData]:
    config = config_of(options)
    data = read_data(
        options.data, options.noise, options.speech, config, download=options.download, cache_folder=options.cache
    )
    return config, data


def _read_words(options: argparse.Namespace) -> tuple[TrainConfig, TrainingData]:
    folder = read_folder(options.words)
    config = config_of(options, folder.words)
    language = options.language or ENGLISH
    return config, own_words_data(folder, options.noise, options.speech, language, config, options.out)


def next_commands(out: Path) -> str:
    """Say how to score, export and serve the network of a run on own words, as lines for a shell."""
    python = shlex.quote(os.path.relpath(sys.executable))
    checkpoint, graph, testing = (shlex.quote(str(out / name)) for name in (CHECKPOINT, "heed.onnx", "testing"))
    return (
        f"next:\n"
        f"{python} -m training.evaluate --model {checkpoint} --clips {testing}\n"
        f"{python} -m training.export --model {checkpoint} --out {graph}\n"
        f"HEED_MODEL={graph} scripts/serve"
    )


if __name__ == "__main__":
    sys.exit(main())

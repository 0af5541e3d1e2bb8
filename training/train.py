"""Train a recognizer on Speech Commands: ``python -m training.train --help``."""

import argparse
import sys

from model.checkpoint import load
from model.errors import HeedError
from model.second_opinion import load_head
from training.data.dataset import read_data
from training.errors import DataError
from training.options import config_of, parser
from training.run import CHECKPOINT, train
from training.state import TrainState
from training.state_file import FILE as STATE
from training.teachers import Teachers


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = parser().parse_args(arguments)
    if (options.out / STATE).exists() and not options.resume:
        print(f"{options.out} already holds a run; continue it with --resume, or name another --out", file=sys.stderr)
        return 1
    try:
        state = _run(options)
    except (DataError, HeedError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # the error of a full disk does not name the disk
        print(f"{error}; the run writes to {options.data} and {options.out}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        saved = f"every finished epoch is saved in {options.out}; continue with --resume"
        print(f"stopped; {saved if (options.out / STATE).exists() else 'nothing was saved yet'}", file=sys.stderr)
        return 130
    print(f"balanced accuracy {state.balanced_accuracy:.4f} on validation")
    print(f"checkpoint in {options.out / CHECKPOINT}")
    return 0


def _run(options: argparse.Namespace) -> TrainState:
    config = config_of(options)
    data = read_data(options.data, options.noise, options.speech, config, download=options.download)
    start = load(options.start) if options.start else None
    heads = [load_head(path) for path in options.teacher if path.suffix == ".npz"]
    checkpoints = [load(path) for path in options.teacher if path.suffix != ".npz"]
    teachers = Teachers(checkpoints, heads, config.labels, options.device) if options.teacher else None
    return train(data, config, options.out, options.device, start=start, teachers=teachers, resume=options.resume)


if __name__ == "__main__":
    sys.exit(main())

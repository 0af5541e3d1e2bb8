"""Recognize many clips at once: ``python -m bulk SOURCE --out results.parquet``."""

import argparse
import hashlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

import pyarrow as pa
from tqdm import tqdm

from bulk.recognize import ShardRecognizer
from bulk.results import OtherRun, Results
from bulk.shards import NoClips, Shard, shards_of
from bulk.threads import on_threads
from model.errors import HeedError
from model.recognizer import SHIPPED
from model.second_opinion import Asked

N_CORES = len(os.sched_getaffinity(0))


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        results = Results(options.out, _run_of(options), partial(shards_of, options.source))
        missing = results.missing()
        with tqdm(total=len(results.shards), initial=len(results.shards) - len(missing), unit="shard") as bar:
            for number, rows in _recognized(options, missing):
                results.keep(number, rows)
                bar.update()
        print(f"{options.out}: {results.finish():,} clips")
    except (HeedError, NoClips, OtherRun, OSError) as error:
        print(f"bulk: {error}", file=sys.stderr)
        return 1
    return 0


def _recognized(options: argparse.Namespace, shards: Sequence[tuple[int, Shard]]) -> Iterator[tuple[int, pa.Table]]:
    second_opinion: Asked = options.second_opinion
    if options.ray is None:
        return on_threads(ShardRecognizer(options.model, second_opinion), shards, options.threads)
    from bulk.on_ray import on_ray  # here, because threads do without Ray

    return on_ray(options.ray, options.model, second_opinion, shards)


def _run_of(options: argparse.Namespace) -> dict[str, str]:
    """Name the things on which the rows depend."""
    digest = hashlib.sha256(options.model.read_bytes()).hexdigest()
    return {"source": options.source, "model": digest, "second opinion": options.second_opinion}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bulk",
        description="Recognize many clips, one row each. A run that was stopped goes on if it is started again.",
    )
    parser.add_argument(
        "source", help="folder, glob, tar or Parquet file of clips, local or a URL such as s3://bucket/clips"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="Parquet file for the rows")
    parser.add_argument("--threads", type=int, default=N_CORES, help=f"on this machine (default: {N_CORES})")
    parser.add_argument(
        "--ray",
        nargs="?",
        const="local",
        metavar="ADDRESS",
        help="recognize on a Ray cluster instead: auto, the address of its head, or nothing for one on this machine",
    )
    parser.add_argument("--model", type=Path, default=SHIPPED, help="checkpoint (default: the shipped one)")
    parser.add_argument(
        "--second-opinion",
        choices=get_args(Asked),
        default="unsure",
        help="when to ask a second recognizer (default: where the network is unsure)",
    )
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends at once; whatever is written is whole
    sys.exit(main())

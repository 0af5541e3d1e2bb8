"""Measure how well a model recognizes commands in noise, rooms and codecs, and what it wrongly accepts.

    python -m benchmarks.hearing --data DIR --noise SOUNDS --words WORDS --split testing --json FILE --plots FOLDER

SOUNDS are folders of everyday sounds, with a tar or a folder for each class. WORDS is a folder of synthetic words.
``--without CLASS=MODEL`` judges a class, or the "words never heard", by a model that was trained without it. All draws
come from fixed seeds.
"""

import argparse
import json
import sys
from itertools import chain
from pathlib import Path
from typing import get_args

import torch

from benchmarks.hearing.calibration import Calibration
from benchmarks.hearing.conditions import changed, in_noise
from benchmarks.hearing.material import Listeners, Material, seeded
from benchmarks.hearing.no_command import NEVER_HEARD_WORDS, held_out_words, no_command
from benchmarks.hearing.noises import babble, background, everyday, pink
from benchmarks.hearing.rejection import refusals
from benchmarks.hearing.report import Findings, draw, tables
from benchmarks.machine import describe
from model.errors import HeedError
from model.recognizer import SHIPPED
from model.second_opinion import Asked
from training.config import TrainConfig
from training.data.speech_commands import Split
from training.errors import DataError


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        listeners = Listeners.load(options.model, dict(options.without), second_opinion=options.second_opinion)
        findings = find(listeners, options.data, options.split, options.noise, options.words, options.limit)
        print(describe("onnxruntime", "torch", "soundfile", "numpy"))
        asked = f"second opinion {options.second_opinion}"
        print(f"{listeners.default.name}, {asked}, {options.split} split, {len(findings.targets)} clips\n")
        print(tables(findings))
        if options.json:
            about = {"model": listeners.default.name, "sha256": listeners.digests, "split": options.split}
            about["second_opinion"] = options.second_opinion
            options.json.write_text(json.dumps(about | findings.figures(), indent=2) + "\n")
        if options.plots:
            draw(findings, options.plots)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def find(
    listeners: Listeners, root: Path, split: Split, sources: list[Path], words: Path | None, limit: int | None
) -> Findings:
    """All figures of one split.

    Raises:
        DataError: the data set or a source of noise is missing or damaged, or a class to be left out is not there.
    """
    material = Material.read(root, split, limit)
    of_rooms, of_days = background(root, split), everyday(sources)
    listeners.check_classes([*of_days, NEVER_HEARD_WORDS])
    others = [clip for clip in material.clips if clip.word not in TrainConfig.commands]
    made = {"babble": babble(others, material.cache, seeded("babble")), "made pink noise": pink(seeded("pink"))}
    noises = {"background noises": of_rooms, "everyday sounds": of_days, "made": made}
    synthetic = held_out_words(words) if words else ()
    passing, refused = refusals(material, listeners, chain(no_command(material, of_rooms, of_days), synthetic))
    posteriors = listeners.default.posteriors(material.waveforms.numpy())
    return Findings(
        targets=material.targets,
        calibration=Calibration.of(posteriors, material.targets),
        passing=passing,
        refusals=refused,
        changes=changed(material, listeners.default),
        noises=in_noise(material, listeners, noises),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--noise", type=Path, nargs="+", default=[], metavar="SOUNDS", help="everyday sounds")
    parser.add_argument("--words", type=Path, help="synthetic words, of which those kept out of training are heard")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export or checkpoint (default: the shipped one)")
    parser.add_argument(
        "--without",
        type=class_and_model,
        action="append",
        default=[],
        metavar="CLASS=MODEL",
        help="model that was trained without a class of everyday sounds, or 'words never heard', and judges it",
    )
    parser.add_argument(
        "--second-opinion", choices=get_args(Asked), default="off", help="when the second opinion is asked"
    )
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    parser.add_argument("--limit", type=int, help="seconds of each kind at most, for a quick look")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plots", type=Path, help="write robustness.png, refusal.png and calibration.png here")
    return parser


def class_and_model(text: str) -> tuple[str, Path]:
    kind, equals, path = text.partition("=")
    if not (kind and equals and path):
        raise argparse.ArgumentTypeError(
            f"{text} is not of the form CLASS=MODEL, such as rain=runs/rain/heed.safetensors"
        )
    return kind, Path(path)


if __name__ == "__main__":
    sys.exit(main())

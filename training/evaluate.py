"""Score a model on clips: ``python -m training.evaluate --help``."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import get_args
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.errors import AudioError, HeedError
from model.labels import SILENCE, UNKNOWN, is_command
from model.recognizer import SHIPPED, Recognizer
from model.second_opinion import Asked
from training.data.cache import FOLDER, WaveformCache
from training.data.clips import label_of
from training.data.held_out import held_out
from training.data.noise import Noise, background_noise
from training.data.speech_commands import BACKGROUND_NOISE, WORDS, Split, read_split
from training.errors import DataError
from training.report import plot_confusion, report, table

MAX_CLIP_SECONDS = 600.0

Scored = tuple[NDArray[np.float32], NDArray[np.int64]]  # posteriors (clip, label), targets (clip,)


def score_split(recognizer: Recognizer, root: Path, split: Split, cache_folder: Path | None = None) -> Scored:
    """Run a recognizer on one split of Speech Commands, by the published protocol with the recognizer's labels.

    Raises:
        DataError: the data set is missing or damaged, or one of the recognizer's commands is not a word of it.
    """
    foreign = [label for label in recognizer.labels if is_command(label) and label not in WORDS]
    if foreign:
        raise DataError(f"Speech Commands has no clips of {', '.join(foreign)}; score {recognizer.name} with --clips")
    clips = read_split(root, split)
    cache = WaveformCache(clips, (cache_folder or root / FOLDER) / split)
    waveforms, targets = held_out(clips, cache, Noise(background_noise(root, split)), recognizer.labels)
    return recognizer.posteriors(waveforms.numpy()), targets.numpy()


def score_folder(recognizer: Recognizer, folder: Path) -> Scored:
    """Run a recognizer on the sound files in a folder of label folders, as the service would.

    A folder whose name is not a label counts as ``_unknown_``; ``_background_noise_`` counts as ``_silence_``. A file
    that can't be read is named on standard error and left out.

    Raises:
        DataError: no file could be read.
    """
    posteriors, targets = [], []
    paths = sorted(path for path in folder.glob("*/*") if path.is_file())
    for path in tqdm(paths, unit=" clips", leave=False):
        try:
            recognition = recognizer.recognize(path.read_bytes(), max_clip_seconds=MAX_CLIP_SECONDS)
        except (AudioError, OSError) as error:
            print(f"left out {path}: {error}", file=sys.stderr)
            continue
        confidences = dict(recognition.decision.ranking)
        posteriors.append([confidences[label] for label in recognizer.labels])
        targets.append(recognizer.labels.index(label_of_folder(path.parent.name, recognizer.labels)))
    if not posteriors:
        raise DataError(f"no sound file could be read in {folder}; it must hold a folder of clips for each label")
    return np.array(posteriors, np.float32), np.array(targets)


def label_of_folder(folder_name: str, labels: tuple[str, ...]) -> str:
    """Return the label that the clips of a folder count as; its name may be in any form of Unicode."""
    if folder_name == BACKGROUND_NOISE:
        return SILENCE
    return label_of(normalize("NFC", folder_name), labels)


def counted_as(folder: Path, labels: tuple[str, ...]) -> list[str]:
    """Say which folders count as ``_silence_`` or ``_unknown_``, and which commands have none, in a line each."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and any(path.iterdir()))
    of_label = {label: [name for name in names if label_of_folder(name, labels) == label] for label in labels}
    lines = [f"counted as {label}: {', '.join(of_label[label])}" for label in (SILENCE, UNKNOWN) if of_label[label]]
    missing = [label for label in labels if is_command(label) and not of_label[label]]
    return lines + [f"no clips of: {', '.join(missing)}"] * bool(missing)


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        recognizer = Recognizer.load(options.model, second_opinion=options.second_opinion)
        if options.clips:
            posteriors, targets = score_folder(recognizer, options.clips)
        else:
            posteriors, targets = score_split(recognizer, options.data, options.split, options.cache)
        threshold = recognizer.threshold if options.threshold is None else options.threshold
        figures = report(posteriors, targets, recognizer.labels, threshold)
        print(f"{recognizer.name} on {options.clips or f'{options.data}, {options.split}'}")
        if options.clips:
            print("\n".join(counted_as(options.clips, recognizer.labels)))
        print(table(figures))
        if options.json:
            options.json.write_text(json.dumps({"model": recognizer.name, **asdict(figures)}, indent=2) + "\n")
        if options.plot:
            plot_confusion(figures, options.plot)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description="Score a checkpoint on clips.")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="checkpoint (default: the shipped one)")
    clips = parser.add_mutually_exclusive_group(required=True)
    clips.add_argument("--data", type=Path, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    clips.add_argument("--clips", type=Path, help="folder of label folders, in place of --data")
    parser.add_argument("--cache", type=Path, help="folder for the decoded clips (default: heed-cache in --data)")
    parser.add_argument("--split", choices=("training", "validation", "testing"), default="validation")
    parser.add_argument(
        "--threshold",
        type=share,
        help="lowest confidence at which a command is accepted, 0 to 1 (default: the model's)",
    )
    parser.add_argument(
        "--second-opinion", choices=get_args(Asked), default="off", help="when the second opinion is asked"
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plot", type=Path, help="write the confusion matrix to this PNG")
    return parser


def share(text: str) -> float:
    if not 0.0 <= float(text) <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return float(text)


if __name__ == "__main__":
    sys.exit(main())

"""A recognizer and a split in, whether a threshold for each label beats one for all out.

    python -m benchmarks.hearing.label_thresholds --data DIR --noise SOUNDS

The thresholds are found on every other clip and judged on the rest, then the other way round; what is wrongly accepted
is the mean over the kinds of sound that hold no command.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.hearing.material import Material
from benchmarks.hearing.no_command import no_command
from benchmarks.hearing.noises import background, everyday
from benchmarks.hearing.rejection import IS_COMMAND, PASS_SHARE, accepted_scores, right_scores
from benchmarks.table import table
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from training.config import TrainConfig
from training.data.speech_commands import Split
from training.errors import DataError

LABELS = TrainConfig().labels
PASS_SHARES = (0.90, PASS_SHARE, 0.97)
PRICES = np.geomspace(1e-3, 1e3, 400)  # of a false accept in false rejects
GRID = np.linspace(0.0, 1.0, 501)

Thresholds = NDArray[np.float64]  # (label,)


class Heard(NamedTuple):
    """What a recognizer makes of clips: the label it hears and the score, ``(clip,)`` each, and the clip's weight.

    The weights of the commands add up to 1, those of all other sounds too.
    """

    labels: NDArray[np.int64]
    scores: NDArray[np.float64]
    weights: NDArray[np.float64]
    is_command: NDArray[np.bool_]

    def part(self, places: slice) -> "Heard":
        return Heard(self.labels[places], self.scores[places], self.weights[places], self.is_command[places])

    def passing(self, thresholds: Thresholds) -> tuple[float, float]:
        """Shares of the commands and of the other sounds that are accepted."""
        accepted = self.scores >= thresholds[self.labels]
        shares = [
            float((self.weights * accepted)[kind].sum() / self.weights[kind].sum())
            for kind in (self.is_command, ~self.is_command)
        ]
        return shares[0], shares[1]


def one_for_all(heard: Heard, share: float) -> Thresholds:
    """The highest single threshold at which this share of the commands passes."""
    passing = [heard.passing(np.full(len(LABELS), threshold))[0] for threshold in GRID]
    return np.full(len(LABELS), GRID[np.flatnonzero(np.array(passing) >= share)[-1]])


def one_for_each(heard: Heard, share: float) -> Thresholds:
    """For each label the threshold at which another false accept is worth the same false rejects, for all labels.

    Among the prices for which this share of the commands passes, the one with the fewest false accepts.
    """
    candidates = [_at_price(heard, price) for price in PRICES]
    passing = [(*heard.passing(thresholds), thresholds) for thresholds in candidates]
    enough = [entry for entry in passing if entry[0] >= share]
    return min(enough, key=lambda entry: entry[1])[2]


def _at_price(heard: Heard, price: float) -> Thresholds:
    values = np.where(heard.is_command, heard.weights, -price * heard.weights)
    best = np.zeros(len(LABELS))
    for label in np.flatnonzero(IS_COMMAND):
        of_label = heard.labels == label
        gains = values[of_label] @ (heard.scores[of_label, None] >= GRID)
        best[label] = GRID[gains.argmax()]
    return best


def listen(recognizer: Recognizer, material: Material, root: Path, split: Split, sources: list[Path]) -> Heard:
    spoken = IS_COMMAND[material.targets]
    posteriors = recognizer.posteriors(material.waveforms.numpy()[spoken])
    columns = [(posteriors.argmax(axis=1), right_scores(posteriors, material.targets[spoken]), True)]
    for _, _, waveforms in no_command(material, background(root, split), everyday(sources)):
        posteriors = recognizer.posteriors(waveforms.numpy())
        columns.append((posteriors.argmax(axis=1), accepted_scores(posteriors), False))
    n_kinds = len(columns) - 1
    return Heard(
        labels=np.concatenate([labels for labels, _, _ in columns]),
        scores=np.concatenate([scores for _, scores, _ in columns]),
        weights=np.concatenate(
            [np.full(len(labels), (1 if said else 1 / n_kinds) / len(labels)) for labels, _, said in columns]
        ),
        is_command=np.concatenate([np.full(len(labels), said) for labels, _, said in columns]),
    )


def compare(heard: Heard) -> str:
    """Found on one half, judged on the other against the single threshold that lets as many commands of it pass."""
    halves = heard.part(slice(0, None, 2)), heard.part(slice(1, None, 2))
    rows = []
    for share in PASS_SHARES:
        judged = []
        for found, judge in (halves, halves[::-1]):
            passed, accepted = judge.passing(one_for_each(found, share))
            judged.append((passed, accepted, judge.passing(one_for_all(judge, passed))[1]))
        rows.append((f"{share:.0%}", *(f"{mean:.2%}" for mean in np.mean(judged, axis=0))))
    others = "others accepted, one"
    return table(["asked to pass", "commands that pass", f"{others} for each", f"{others} for all"], rows)


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        recognizer = Recognizer.load(options.model)
        material = Material.read(options.data, options.split, limit=None)
        heard = listen(recognizer, material, options.data, options.split, options.noise)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    n_commands = int(heard.is_command.sum())
    print(f"{recognizer.name}, {options.split} split, {n_commands} commands, {len(heard.labels) - n_commands} others\n")
    print(compare(heard))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hearing.label_thresholds", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--noise", type=Path, nargs="+", default=[], metavar="SOUNDS", help="everyday sounds")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export or checkpoint (default: the shipped one)")
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    return parser


if __name__ == "__main__":
    sys.exit(main())

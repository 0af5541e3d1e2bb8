"""Several recognizers and a split in, which errors are each one's own and which all of them share out.

    python -m benchmarks.hearing.shared_errors --data DIR MODEL MODEL...

What models of different seeds all get wrong in the same way is more likely to lie in the recordings (cut off, silent,
of another word) than in any of the models: no choice among them brings it back.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.table import table
from model.errors import HeedError
from model.recognizer import Recognizer
from training.config import TrainConfig
from training.data.speech_commands import Split
from training.errors import DataError
from training.evaluate import score_split

N_EXAMPLES = 8
LABELS = TrainConfig().labels


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        scored = [score_split(Recognizer.load(path), options.data, options.split) for path in options.models]
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    answers = np.stack([posteriors.argmax(axis=1) for posteriors, _ in scored])
    print(as_text(answers, scored[0][1]))
    return 0


def as_text(answers: NDArray[np.int64], targets: NDArray[np.int64]) -> str:
    """Tables of who is wrong where.

    Args:
        answers: places of labels, ``(model, clip)``.
        targets: ``(clip,)``.
    """
    is_wrong = answers != targets
    by_all, alike = is_wrong.all(axis=0), (answers == answers[0]).all(axis=0)
    counts = [
        *((f"by model {number}", int(wrong.sum())) for number, wrong in enumerate(is_wrong, 1)),
        ("by any of them", int(is_wrong.any(axis=0).sum())),
        ("by all of them", int(by_all.sum())),
        ("by all of them in the same way", int((by_all & alike).sum())),
    ]
    confused = Counter((LABELS[targets[clip]], LABELS[answers[0, clip]]) for clip in np.flatnonzero(by_all & alike))
    rows = [(f"{said} heard as {heard}", count) for (said, heard), count in confused.most_common(N_EXAMPLES)]
    return "\n\n".join([table([f"of {len(targets)} clips", "wrong"], counts), table(["by all", "clips"], rows)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hearing.shared_errors", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL", help="export or checkpoint")
    return parser


if __name__ == "__main__":
    sys.exit(main())

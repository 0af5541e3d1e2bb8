"""Measure how well typed words of other languages are heard, from voices that did not teach them.

    python -m benchmarks.hearing.languages --clips CLIPS

In each language the installed voices teach ten words of languages.json together. The clips are those that
benchmarks.hearing.kokoro made of these words, of others, and of some that sound alike.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.hearing.kokoro import WORDS
from benchmarks.hearing.lessons import heard_of_text
from benchmarks.intervals import Share
from benchmarks.machine import describe
from benchmarks.table import table
from model.audio import decode, fit
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from model.teaching import Teacher
from model.voices import voices

STRICTER_THRESHOLD = 0.95
COLUMNS = (
    "language",
    "threshold",
    "heard",
    "taken for another",
    "of other words accepted",
    "of words that sound alike",
)


class Answer(NamedTuple):
    """A clip: the word that was said, its kind, and the likeliest label."""

    said: str
    kind: str
    label: str
    confidence: float


def answers(folder: Path, language: str, kinds: Mapping[str, Sequence[str]]) -> list[Answer]:
    """Teach the words of a language that are to be taught, and hear the clips of a folder, ``word/voice.wav``.

    Raises:
        NoVoice: no voice that speaks the language is installed.
    """
    teacher = Teacher.load()
    words = [teacher.learn(word, heard_of_text(word, teacher, language)) for word in kinds["taught"]]
    hearing = Recognizer.load(SHIPPED, second_opinion="unsure").taught(words, teacher)
    heard = []
    for kind, said in kinds.items():
        for path in (path for word in said for path in sorted((folder / word).glob("*.wav"))):
            decision = hearing.recognize_waveform(fit(decode(path.read_bytes())), threshold=0.0).decision
            heard.append(
                Answer(path.parent.name, kind, decision.label if decision.accepted else "", decision.confidence)
            )
    return heard


def shares(heard: Sequence[Answer], threshold: float) -> list[str]:
    """The cells of a row: of the taught words the shares heard and taken for another, of the rest those accepted."""
    accepted = [answer.label if answer.confidence >= threshold else "" for answer in heard]
    kinds = np.array([answer.kind for answer in heard])
    is_right = np.array([label == answer.said for label, answer in zip(accepted, heard, strict=True)])
    is_wrong = np.array([label != "" for label in accepted]) & ~is_right
    cells = [is_right[kinds == "taught"], *(is_wrong[kinds == kind] for kind in ("taught", "others", "alike"))]
    return [str(Share.of(cell)) for cell in cells]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing.languages", description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, required=True, help="folder that benchmarks.hearing.kokoro wrote")
    options = parser.parse_args()
    rows, lines = [], [describe("onnxruntime", "numpy")]
    try:
        shipped = Recognizer.load(SHIPPED).threshold
        for language, kinds in json.loads(WORDS.read_text()).items():
            heard = answers(options.clips / language, language, kinds)
            lines.append(f"{language}: {len(heard)} clips; taught by {', '.join(voices(language))}")
            rows += [[language, threshold, *shares(heard, threshold)] for threshold in (shipped, STRICTER_THRESHOLD)]
    except (HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(*lines, "", table(COLUMNS, rows), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

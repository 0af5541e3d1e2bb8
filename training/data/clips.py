"""One-second recordings of single words: grouped by label, and drawn from at random."""

from dataclasses import dataclass
from pathlib import Path

import torch

from model.labels import COMMANDS, UNKNOWN
from training.errors import DataError


@dataclass(frozen=True)
class Clip:
    """One recording: where it is, the word that is said, and by whom."""

    path: Path
    word: str
    speaker: str

    @property
    def label(self) -> str:
        return self.word if self.word in COMMANDS else UNKNOWN


def by_label(clips: list[Clip]) -> dict[str, list[Clip]]:
    """Clips under every label but silence.

    Raises:
        DataError: a label has no clip.
    """
    groups: dict[str, list[Clip]] = {label: [] for label in (*COMMANDS, UNKNOWN)}
    for clip in clips:
        groups[clip.label].append(clip)
    missing = [label for label, group in groups.items() if not group]
    if missing:
        raise DataError(f"no clips of {', '.join(missing)} in one of the splits; unpack the whole data set")
    return groups


def draw(clips: list[Clip], n: int, generator: torch.Generator) -> list[Clip]:
    """``n`` of some clips in random order; none comes an (m + 1)-th time before all came m times."""
    order: list[int] = []
    while len(order) < n:
        order += torch.randperm(len(clips), generator=generator).tolist()
    return [clips[place] for place in order[:n]]

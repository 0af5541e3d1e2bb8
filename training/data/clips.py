"""One-second recordings of single words, grouped by label and drawn at random."""

from dataclasses import dataclass
from pathlib import Path

import torch

from model.labels import UNKNOWN, is_command
from training.errors import DataError


@dataclass(frozen=True)
class Clip:
    """One recording: where it is, the word that is said, by whom, and the codec that it shall pass, if any."""

    path: Path
    word: str
    speaker: str
    codec: str = ""


def label_of(word: str, labels: tuple[str, ...]) -> str:
    """Return the label that a word counts as: the word itself if it is a label, else ``_unknown_``."""
    return word if word in labels else UNKNOWN


def by_label(clips: list[Clip], labels: tuple[str, ...]) -> dict[str, list[Clip]]:
    """Group clips by their label, for every label but silence.

    Raises:
        DataError: a label has no clip.
    """
    groups = grouped(clips, labels)
    missing = [label for label, group in groups.items() if not group]
    if missing:
        raise DataError(f"no clips of {', '.join(missing)} in one of the splits; unpack the whole data set")
    return groups


def grouped(clips: list[Clip], labels: tuple[str, ...]) -> dict[str, list[Clip]]:
    """Group clips by their label, for every label but silence; a group may be empty."""
    groups: dict[str, list[Clip]] = {label: [] for label in (*filter(is_command, labels), UNKNOWN)}
    for clip in clips:
        groups[label_of(clip.word, labels)].append(clip)
    return groups


def few(clips: list[Clip], n: int, generator: torch.Generator) -> list[Clip]:
    """Draw at most ``n`` clips of each word; in the order of words, then at random."""
    groups: dict[str, list[Clip]] = {word: [] for word in sorted({clip.word for clip in clips})}
    for clip in clips:
        groups[clip.word].append(clip)
    return [clip for group in groups.values() for clip in draw(group, min(n, len(group)), generator)]


def draw(clips: list[Clip], n: int, generator: torch.Generator) -> list[Clip]:
    """Draw ``n`` clips in random order. No clip comes twice before all have come once, and so on."""
    order: list[int] = []
    while len(order) < n:
        order += torch.randperm(len(clips), generator=generator).tolist()
    return [clips[place] for place in order[:n]]

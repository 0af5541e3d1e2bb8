"""Count the sounds without a command that are accepted, where most commands are accepted too."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.hearing.material import Listeners, Material
from benchmarks.intervals import Share
from model.labels import SILENCE, is_command
from model.recognizer import Recognizer
from training.config import TrainConfig

PASS_SHARE = 0.95  # of the commands, at the threshold that kinds of sound are compared at
REFUSED = -1.0  # the score that no threshold accepts

Scores = NDArray[np.float64]  # (clip,): the highest threshold that accepts it
IS_COMMAND = np.array([is_command(label) for label in TrainConfig().labels])


@dataclass(frozen=True, kw_only=True)
class Passing:
    """The scores of the clips that hold a command, by one recognizer, and its thresholds."""

    scores: Scores
    strict: float  # where 95 % pass
    shipped: float

    def share(self, threshold: float) -> Share:
        return Share.of(self.scores >= threshold)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The scores of one kind of sound that holds no command, by one recognizer, and where silence is likeliest."""

    group: str
    kind: str
    scores: Scores
    is_silence: NDArray[np.bool_]
    passing: Passing

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """At the threshold where 95 % of the commands pass."""
        return self.scores >= self.passing.strict

    @property
    def accepted_as_shipped(self) -> NDArray[np.bool_]:
        return self.scores >= self.passing.shipped

    def figures(self) -> dict[str, Any]:
        """As JSON holds them."""
        passing = self.passing
        return {
            "group": self.group,
            "kind": self.kind,
            "threshold": passing.strict,
            "accepted": asdict(Share.of(self.accepted)),
            "commands_passed": asdict(passing.share(passing.strict)),
            "shipped_threshold": passing.shipped,
            "accepted_as_shipped": asdict(Share.of(self.accepted_as_shipped)),
            "commands_passed_as_shipped": asdict(passing.share(passing.shipped)),
            "heard_as_silence": asdict(Share.of(self.is_silence)),
        }

    @classmethod
    def together(cls, parts: list[Self]) -> Self:
        """Kinds of one group and of one recognizer, as one kind."""
        first, scores = parts[0], np.concatenate([part.scores for part in parts])
        is_silence = np.concatenate([part.is_silence for part in parts])
        return cls(group=first.group, kind=first.group, scores=scores, is_silence=is_silence, passing=first.passing)

    def trade_off(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """False accepts and false rejects, in [0, 1], at every threshold that makes a difference."""
        thresholds = np.unique(np.concatenate([self.scores, self.passing.scores, [0.0]]))
        thresholds = thresholds[thresholds >= 0.0]
        return _shares_from(self.scores, thresholds), 1.0 - _shares_from(self.passing.scores, thresholds)


def refusals(
    material: Material, listeners: Listeners, kinds: Iterable[tuple[str, str, Tensor]]
) -> tuple[Passing, list[Refusal]]:
    """The refusals of every kind, each at the thresholds of the recognizer that judges it.

    Args:
        kinds: group, name and ``(clip, time)`` of each.
    """
    passing = {id(recognizer): _passing(recognizer, material) for recognizer in listeners.all}
    found = []
    for group, kind, waveforms in kinds:
        recognizer = listeners.of(kind)
        posteriors = recognizer.posteriors(waveforms.numpy())
        found.append(
            Refusal(
                group=group,
                kind=kind,
                scores=accepted_scores(posteriors),
                is_silence=posteriors.argmax(axis=1) == recognizer.labels.index(SILENCE),
                passing=passing[id(recognizer)],
            )
        )
    return passing[id(listeners.default)], found


def accepted_scores(posteriors: NDArray[np.float32]) -> Scores:
    """Confidence in the likeliest label where that is a command, else ``REFUSED``; ``(clip, label)`` to ``(clip,)``."""
    return np.where(IS_COMMAND[posteriors.argmax(axis=1)], posteriors.max(axis=1).astype(np.float64), REFUSED)


def right_scores(posteriors: NDArray[np.float32], targets: NDArray[np.int64]) -> Scores:
    """Confidence in the likeliest label where that is the right one, else ``REFUSED``."""
    return np.where(posteriors.argmax(axis=1) == targets, posteriors.max(axis=1).astype(np.float64), REFUSED)


def threshold_at(scores: Scores, share: float) -> float:
    """The highest threshold that lets a share pass; 0 if fewer pass without any."""
    highest_first = np.sort(scores)[::-1]
    return max(0.0, float(highest_first[int(np.ceil(share * len(scores))) - 1]))


def _passing(recognizer: Recognizer, material: Material) -> Passing:
    spoken = IS_COMMAND[material.targets]
    scores = right_scores(recognizer.posteriors(material.waveforms.numpy()[spoken]), material.targets[spoken])
    return Passing(scores=scores, strict=threshold_at(scores, PASS_SHARE), shipped=recognizer.threshold)


def _shares_from(scores: Scores, thresholds: Scores) -> NDArray[np.float64]:
    """The share of the scores that reach each threshold."""
    shares: NDArray[np.float64] = 1.0 - np.searchsorted(np.sort(scores), thresholds) / len(scores)
    return shares

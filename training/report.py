"""Accuracy, recall, confusion, and the errors at the threshold, from posteriors and targets."""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.labels import is_command

Z_95 = 1.959964  # of the normal distribution


@dataclass(frozen=True, kw_only=True)
class LabelFigures:
    label: str
    n_clips: int
    precision: float
    recall: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """Figures of one recognizer on one set of clips. Shares are in [0, 1]; an interval (low, high) is of 95 %.

    Attributes:
        balanced_accuracy: mean recall over the labels that occur.
        false_accepts: share of the clips without a command for which a command is accepted.
        false_rejects: share of the clips with a command for which that command is not accepted.
        wrong_accepts: the part of ``false_rejects`` for which another command is accepted.
        confusion: counts of clips, a row for each true label and a column for each answer.
    """

    n_clips: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    balanced_accuracy: float
    balanced_accuracy_interval: tuple[float, float]
    threshold: float
    false_accepts: float
    false_rejects: float
    wrong_accepts: float
    labels: list[LabelFigures]
    confusion: list[list[int]]


def report(
    posteriors: NDArray[np.float32], targets: NDArray[np.int64], labels: tuple[str, ...], threshold: float
) -> Report:
    """Compare the answers of a recognizer with the true labels.

    Args:
        posteriors: ``(clip, label)``.
        targets: ``(clip,)``, indices into ``labels``.
        threshold: lowest confidence at which a command is accepted, in [0, 1].
    """
    heard = posteriors.argmax(axis=1)
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(confusion, (targets, heard), 1)
    n_clips, n_right = len(targets), int(confusion.trace())
    occurring = confusion.sum(axis=1) > 0
    recalls = (confusion.diagonal() / confusion.sum(axis=1).clip(1))[occurring]
    command = np.array([is_command(label) for label in labels])
    accepted = command[heard] & (posteriors.max(axis=1) >= threshold)
    spoken = command[targets]
    return Report(
        n_clips=n_clips,
        accuracy=n_right / n_clips,
        accuracy_interval=wilson(n_right, n_clips),
        balanced_accuracy=float(recalls.mean()),
        balanced_accuracy_interval=_mean_recall_interval(recalls, confusion.sum(axis=1)[occurring]),
        threshold=threshold,
        false_accepts=_share(accepted[~spoken]),
        false_rejects=_share(~accepted[spoken] | (heard != targets)[spoken]),
        wrong_accepts=_share(accepted[spoken] & (heard != targets)[spoken]),
        labels=[_label_figures(label, place, confusion) for place, label in enumerate(labels)],
        confusion=confusion.tolist(),
    )


def wilson(n_hits: int, n: int) -> tuple[float, float]:
    """Compute the 95 % interval of a share.

    References:
        E. Wilson: Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    """
    share, weight = n_hits / n, Z_95**2 / n
    middle = (share + weight / 2) / (1 + weight)
    half = Z_95 / (1 + weight) * sqrt(share * (1 - share) / n + weight / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _mean_recall_interval(recalls: NDArray[np.float64], n_clips: NDArray[np.int64]) -> tuple[float, float]:
    """Compute the normal interval of a mean of independent shares, with the variances of Agresti and Coull."""
    share = (recalls * n_clips + 2) / (n_clips + 4)
    half = Z_95 * float(np.sqrt((share * (1 - share) / (n_clips + 4)).sum())) / len(recalls)
    middle = float(recalls.mean())
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else 0.0


def _label_figures(label: str, place: int, confusion: NDArray[np.int64]) -> LabelFigures:
    n_clips, n_heard, n_right = confusion[place].sum(), confusion[:, place].sum(), confusion[place, place]
    return LabelFigures(
        label=label,
        n_clips=int(n_clips),
        precision=float(n_right / max(n_heard, 1)),
        recall=float(n_right / max(n_clips, 1)),
    )


def table(figures: Report) -> str:
    """Write the report as text; the confusion matrix has a row for each true label."""
    names = [entry.label.strip("_") for entry in figures.labels]
    lines = [
        f"balanced accuracy {_with_interval(figures.balanced_accuracy, figures.balanced_accuracy_interval)}",
        f"accuracy          {_with_interval(figures.accuracy, figures.accuracy_interval)}, {figures.n_clips} clips",
        f"at threshold {figures.threshold:g}: {figures.false_accepts:.2%} false accepts, "
        f"{figures.false_rejects:.2%} false rejects ({figures.wrong_accepts:.2%} accepted as another command)",
        "",
        "said \\ heard " + "".join(f"{name:>8}" for name in names) + "   recall  precision",
    ]
    for entry, name, row in zip(figures.labels, names, figures.confusion, strict=True):
        counts = "".join(f"{count:>8}" if count else f"{'.':>8}" for count in row)
        lines.append(f"{name:<13}{counts}{entry.recall:>9.1%}{entry.precision:>11.1%}")
    return "\n".join(lines)


def _with_interval(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.2%} ({interval[0]:.2%} to {interval[1]:.2%})"


def plot_confusion(figures: Report, path: Path) -> None:
    """Draw the confusion matrix as a PNG; a shade is a share of the clips with that true label.

    Raises:
        OSError: the file can't be written.
    """
    from matplotlib.figure import Figure  # takes half a second to import, and only the picture needs it

    counts = np.array(figures.confusion)
    names = [entry.label.strip("_") for entry in figures.labels]
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
    axes.imshow(counts / counts.sum(axis=1, keepdims=True).clip(1), cmap="Blues", vmin=0, vmax=1)
    axes.set(xlabel="heard", ylabel="said", title=f"balanced accuracy {figures.balanced_accuracy:.1%}")
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            axes.text(column, row, str(count), ha="center", va="center", color="white" if row == column else "black")
    figure.savefig(path, dpi=150, format="png")

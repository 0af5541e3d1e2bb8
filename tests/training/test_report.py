"""The figures agree with an example counted by hand and with published intervals."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.labels import SILENCE, UNKNOWN
from training.report import LabelFigures, Report, plot_confusion, report, table, wilson

NAMES = (SILENCE, UNKNOWN, "yes", "no")
ROWS = [
    ("_silence_", "_silence_", 0.9),
    ("_silence_", "yes", 0.4),  # not accepted
    ("_unknown_", "_unknown_", 0.8),
    ("_unknown_", "no", 0.9),  # a false accept
    ("yes", "yes", 0.9),
    ("yes", "yes", 0.4),  # a false reject
    ("yes", "no", 0.8),  # a false reject that is a wrong accept
    ("no", "no", 0.7),
    ("no", "_unknown_", 0.9),  # a false reject
    ("no", "no", 0.5),  # just accepted
]


def scored(rows: list[tuple[str, str, float]]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Turn rows of true label, answer and confidence into posteriors and targets."""
    posteriors = np.array([[(1 - sure) / 3] * 4 for _, _, sure in rows], np.float32)
    posteriors[np.arange(len(rows)), [NAMES.index(heard) for _, heard, _ in rows]] = [sure for _, _, sure in rows]
    return posteriors, np.array([NAMES.index(said) for said, _, _ in rows])


@pytest.fixture
def figures() -> Report:
    return report(*scored(ROWS), NAMES, threshold=0.5)


def test_accuracy_is_the_share_of_clips_and_balanced_accuracy_the_mean_recall(figures: Report) -> None:
    assert figures.n_clips == 10
    assert figures.accuracy == 0.6
    assert figures.balanced_accuracy == pytest.approx((1 / 2 + 1 / 2 + 2 / 3 + 2 / 3) / 4)
    assert figures.accuracy_interval == wilson(6, 10)


def test_the_confusion_has_a_row_for_each_true_label_and_a_column_for_each_answer(figures: Report) -> None:
    assert figures.confusion == [[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 2, 1], [0, 1, 0, 2]]


def test_every_label_has_its_precision_and_recall(figures: Report) -> None:
    assert figures.labels == [
        LabelFigures(label="_silence_", n_clips=2, precision=1.0, recall=1 / 2),
        LabelFigures(label="_unknown_", n_clips=2, precision=1 / 2, recall=1 / 2),
        LabelFigures(label="yes", n_clips=3, precision=2 / 3, recall=2 / 3),
        LabelFigures(label="no", n_clips=3, precision=2 / 4, recall=2 / 3),
    ]


def test_errors_at_the_threshold_are_those_counted_by_hand(figures: Report) -> None:
    assert figures.false_accepts == 1 / 4
    assert figures.false_rejects == 3 / 6
    assert figures.wrong_accepts == 1 / 6


@pytest.mark.parametrize(("threshold", "expected"), [(0.0, (2 / 4, 2 / 6, 1 / 6)), (1.0, (0.0, 1.0, 0.0))])
def test_a_threshold_trades_false_accepts_for_false_rejects(threshold: float, expected: tuple[float, ...]) -> None:
    figures = report(*scored(ROWS), NAMES, threshold)

    assert (figures.false_accepts, figures.false_rejects, figures.wrong_accepts) == expected


def test_labels_that_do_not_occur_do_not_count_in_balanced_accuracy() -> None:
    rows = [("yes", "yes", 0.9), ("yes", "_unknown_", 0.9), ("no", "no", 0.9)]

    figures = report(*scored(rows), NAMES, threshold=0.5)

    assert figures.balanced_accuracy == (1 / 2 + 1) / 2
    assert figures.false_accepts == 0.0


def test_any_label_but_silence_and_unknown_is_a_command() -> None:
    posteriors, targets = scored([("_unknown_", "yes", 0.9), ("yes", "yes", 0.9)])

    figures = report(posteriors, targets, (SILENCE, UNKNOWN, "seven", "eight"), threshold=0.5)

    assert (figures.false_accepts, figures.false_rejects) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("n_hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe: Two-sided confidence intervals for the single proportion, 1998
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(n_hits: int, n: int, low: float, high: float) -> None:
    assert wilson(n_hits, n) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_of_balanced_accuracy_is_the_one_counted_by_hand(figures: Report) -> None:
    variances = [0.5 * 0.5 / 6, 0.5 * 0.5 / 6, 4 / 7 * 3 / 7 / 7, 4 / 7 * 3 / 7 / 7]  # two hits and two misses added
    half = 1.959964 * sum(variances) ** 0.5 / 4

    assert figures.balanced_accuracy_interval == pytest.approx((7 / 12 - half, 7 / 12 + half))


def test_the_interval_of_balanced_accuracy_holds_the_truth_about_as_often_as_it_says() -> None:
    truth, n_clips = np.array([0.9, 0.8, 0.95, 0.7]), np.array([60, 50, 100, 40])
    intervals = np.array([balanced_interval(truth, n_clips, seed) for seed in range(400)])

    held = (intervals[:, 0] <= truth.mean()) & (truth.mean() <= intervals[:, 1])

    assert 0.92 <= held.mean() <= 0.99


def balanced_interval(truth: NDArray[np.float64], n_clips: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """Draw clips of each label, each right with its label's probability, and compute their interval."""
    targets = np.repeat(np.arange(4), n_clips)
    right = np.random.default_rng(seed).random(len(targets)) < truth[targets]
    posteriors = np.eye(4, dtype=np.float32)[np.where(right, targets, (targets + 1) % 4)]
    return report(posteriors, targets, NAMES, threshold=0.5).balanced_accuracy_interval


def test_intervals_stay_between_0_and_1() -> None:
    figures = report(*scored([(name, name, 0.9) for name in NAMES]), NAMES, threshold=0.5)

    assert figures.balanced_accuracy_interval[0] < 1.0
    assert figures.balanced_accuracy_interval[1] == 1.0
    assert figures.accuracy_interval[1] == pytest.approx(1.0)


def test_the_table_holds_all_figures(figures: Report) -> None:
    lines = table(figures).splitlines()

    assert lines[0].startswith("balanced accuracy 58.33% (")
    assert lines[1].startswith("accuracy          60.00% (31.27% to 83.18%), 10 clips")
    assert lines[2] == (
        "at threshold 0.5: 25.00% false accepts, 50.00% false rejects (16.67% accepted as another command)"
    )
    assert lines[4].split() == ["said", "\\", "heard", "silence", "unknown", "yes", "no", "recall", "precision"]
    assert lines[8].split() == ["no", ".", "1", ".", "2", "66.7%", "50.0%"]


@pytest.mark.parametrize("name", ["confusion.png", "confusion", "confusion.of.yes"])
def test_the_confusion_is_drawn_as_a_png_whatever_the_file_is_called(
    figures: Report, tmp_path: Path, name: str
) -> None:
    plot_confusion(figures, tmp_path / name)

    assert (tmp_path / name).read_bytes().startswith(b"\x89PNG\r\n")


def test_a_picture_that_can_not_be_written_is_an_os_error(figures: Report, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        plot_confusion(figures, tmp_path / "nowhere" / "confusion.png")

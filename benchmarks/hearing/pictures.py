"""Findings in, pictures of them out: accuracy in noise and under changes, what passes, whether confidence is due."""

from pathlib import Path
from statistics import NormalDist

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.hearing.calibration import Calibration
from benchmarks.hearing.conditions import SNRS_DB
from benchmarks.hearing.findings import Findings
from benchmarks.hearing.no_command import EVERYDAY, WORDS
from benchmarks.hearing.rejection import PASS_SHARE, Refusal
from benchmarks.shares import Share

COLOURS = {"background noises": "tab:blue", "everyday sounds": "tab:orange"}
LINES = {WORDS: "solid", EVERYDAY: "dashed"}  # drawn kind by kind; the rest is drawn group by group
TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)


def draw(findings: Findings, folder: Path) -> None:
    """Write robustness.png, refusal.png and calibration.png.

    Raises:
        OSError: the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    robustness = Figure(figsize=(11, 6), layout="constrained")
    of_noise, of_changes = robustness.subplots(1, 2)
    _draw_noise(findings, of_noise)
    _draw_changes(findings, of_changes)
    robustness.savefig(folder / "robustness.png", dpi=120)
    refusal = Figure(figsize=(7, 6.5), layout="constrained")
    _draw_trade_off(findings, refusal.subplots())
    refusal.savefig(folder / "refusal.png", dpi=120)
    calibration = Figure(figsize=(5.5, 5), layout="constrained")
    _draw_calibration(findings.calibration, calibration.subplots())
    calibration.savefig(folder / "calibration.png", dpi=120)


def _draw_noise(findings: Findings, axes: Axes) -> None:
    """A thin line for each noise, a thick one for the mean of each group."""
    others = iter(("tab:green", "tab:red"))
    for group, noises in findings.groups_of_noise().items():
        for noise in noises:
            accuracies = [findings.in_noise([noise], snr_db).value for snr_db in SNRS_DB]
            if group in COLOURS:
                axes.plot(SNRS_DB, accuracies, color=COLOURS[group], alpha=0.4, linewidth=1)
            else:
                axes.plot(SNRS_DB, accuracies, "--", color=next(others), label=noise.kind)
        if group in COLOURS:
            means = [findings.in_noise(noises, snr_db) for snr_db in SNRS_DB]
            below, above = _bars(means)
            values = [mean.value for mean in means]
            axes.errorbar(SNRS_DB, values, (below, above), color=COLOURS[group], linewidth=2.5, label=f"{group}, mean")
    axes.axhline(findings.under(findings.changes[0]).value, color="gray", linestyle="dotted", label="without noise")
    axes.set(xlabel="speech to noise, dB", ylabel="balanced accuracy, 12 labels", xticks=SNRS_DB)
    axes.invert_xaxis()
    axes.grid(alpha=0.3)
    axes.legend()


def _draw_changes(findings: Findings, axes: Axes) -> None:
    shares = [findings.under(change) for change in findings.changes]
    places = np.arange(len(shares))
    below, above = _bars(shares)
    axes.errorbar([share.value for share in shares], places, xerr=(below, above), fmt="o", markersize=4)
    axes.axvline(shares[0].value, color="gray", linestyle="dotted")
    axes.set_yticks(places, [change.name for change in findings.changes])
    axes.set(xlabel="balanced accuracy, 12 labels")
    axes.invert_yaxis()
    axes.grid(alpha=0.3)


def _draw_trade_off(findings: Findings, axes: Axes) -> None:
    """False accepts against false rejects in normal deviates, which spread small errors out."""
    lines = [
        refusal
        for group, refusals in findings.groups_of_refusals().items()
        for refusal in (refusals if group in LINES else [Refusal.together(refusals)])
    ]
    for line in lines:
        false_accepts, false_rejects = line.trade_off()
        style = LINES.get(line.group, "dotted")
        axes.plot(_deviates(false_accepts), _deviates(false_rejects), linestyle=style, label=line.kind)
    axes.axhline(_deviates(np.array([1.0 - PASS_SHARE]))[0], color="gray", linestyle="dotted")
    ticks = _deviates(np.array(TICKS))
    names = [f"{100 * tick:g}" for tick in TICKS]
    axes.set_xticks(ticks, names)
    axes.set_yticks(ticks, names)
    axes.set(xlabel="falsely accepted, %", ylabel="commands not passed, %", xlim=ticks[[0, -1]], ylim=ticks[[3, -1]])
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")


def _draw_calibration(calibration: Calibration, axes: Axes) -> None:
    shares = [found.accuracy for found in calibration.bins]
    below, above = _bars(shares)
    axes.plot([0, 1], [0, 1], color="gray", linestyle="dotted")
    confidences = [found.confidence for found in calibration.bins]
    axes.errorbar(confidences, [share.value for share in shares], (below, above), fmt="o-", markersize=4)
    for confidence, share in zip(confidences, shares, strict=True):
        axes.annotate(
            str(share.n), (confidence, share.high), (0, 3), textcoords="offset points", ha="center", fontsize=7
        )
    title = f"expected calibration error {calibration.error:.3f} ({calibration.low:.3f} to {calibration.high:.3f})"
    axes.set(xlabel="confidence", ylabel="heard rightly; clips above", title=title, ylim=(0, 1.08))
    axes.grid(alpha=0.3)


def _bars(shares: list[Share]) -> tuple[list[float], list[float]]:
    """How far the intervals reach below and above; the end of one may lie on its share, but for rounding."""
    below = [max(0.0, share.value - share.low) for share in shares]
    return below, [max(0.0, share.high - share.value) for share in shares]


def _deviates(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    inverse = NormalDist().inv_cdf
    return np.array([inverse(share) for share in shares.clip(TICKS[0] / 10, 1 - TICKS[0] / 10)])

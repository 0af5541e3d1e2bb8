"""Report what the benchmark of hearing found: figures as JSON, tables as Markdown, and pictures."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.hearing.calibration import Calibration
from benchmarks.hearing.conditions import SNRS_DB, Changed, InNoise
from benchmarks.hearing.no_command import EVERYDAY, WORDS
from benchmarks.hearing.rejection import IS_COMMAND, PASS_SHARE, Passing, Refusal
from benchmarks.intervals import Share
from benchmarks.table import table

COLOURS = {"background noises": "tab:blue", "everyday sounds": "tab:orange"}
LINES = {WORDS: "solid", EVERYDAY: "dashed"}  # drawn kind by kind; the rest is drawn group by group
TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All of one split; ``targets`` are those of the clips that changes and noises were tried on."""

    targets: NDArray[np.int64]
    calibration: Calibration
    passing: Passing
    refusals: list[Refusal]
    changes: list[Changed]
    noises: list[InNoise]

    def in_noise(self, noises: Iterable[InNoise], snr_db: int) -> Share:
        """Balanced accuracy, averaged over some noises."""
        return Share.balanced(np.mean([noise.at_db[snr_db] for noise in noises], axis=0), self.targets)

    def under(self, change: Changed) -> Share:
        return Share.balanced(change.hits, self.targets)

    def groups_of_noise(self) -> dict[str, list[InNoise]]:
        names = dict.fromkeys(noise.group for noise in self.noises)
        return {name: [noise for noise in self.noises if noise.group == name] for name in names}

    def groups_of_refusals(self) -> dict[str, list[Refusal]]:
        names = dict.fromkeys(refusal.group for refusal in self.refusals)
        return {name: [refusal for refusal in self.refusals if refusal.group == name] for name in names}

    def figures(self) -> dict[str, Any]:
        """As JSON holds them; intervals of 95 %."""
        return {
            "n_clips": len(self.targets),
            "noises": [
                {"group": noise.group, "noise": noise.kind, "snr_db": snr_db}
                | asdict(self.in_noise([noise], snr_db))
                | {"commands": float(hits[IS_COMMAND[self.targets]].mean())}
                for noise in self.noises
                for snr_db, hits in noise.at_db.items()
            ],
            "means": [
                {"group": group, "snr_db": snr_db} | asdict(self.in_noise(noises, snr_db))
                for group, noises in ({"all": self.noises} | self.groups_of_noise()).items()
                for snr_db in SNRS_DB
            ],
            "changes": [
                {"change": change.name, "used": change.used} | asdict(self.under(change)) for change in self.changes
            ],
            "refusals": [refusal.figures() for refusal in self.refusals],
            "calibration": asdict(self.calibration),
        }


def tables(findings: Findings) -> str:
    calibration = findings.calibration
    interval = f"{calibration.error:.4f} ({calibration.low:.4f} to {calibration.high:.4f})"
    parts = [_of_noises(findings), _of_changes(findings), _of_refusals(findings)]
    return "\n\n".join([*parts, f"Expected calibration error: {interval}"])


def _of_noises(findings: Findings) -> str:
    def row(name: str, noises: list[InNoise]) -> list[object]:
        return [name, *(findings.in_noise(noises, snr_db) for snr_db in SNRS_DB)]

    groups = findings.groups_of_noise()
    singles = [row(noise.kind, [noise]) for noise in findings.noises]
    means = [row(f"mean of {group}", noises) for group, noises in groups.items() if group != "made"]
    columns = ["balanced accuracy in noise", *(f"{snr_db} dB" for snr_db in SNRS_DB)]
    return table(columns, [*singles, *means, row("mean of all", findings.noises)])


def _of_changes(findings: Findings) -> str:
    rows = [(change.name, change.used, findings.under(change)) for change in findings.changes]
    return table(["change", "rate of the bytes", "balanced accuracy"], rows)


def _of_refusals(findings: Findings) -> str:
    def row(name: str, refusals: list[Refusal]) -> list[object]:
        accepted = np.concatenate([refusal.accepted for refusal in refusals])
        as_shipped = np.concatenate([refusal.accepted_as_shipped for refusal in refusals])
        thresholds = sorted({f"{refusal.passing.strict:.3f}" for refusal in refusals})
        silent = Share.of(np.concatenate([refusal.is_silence for refusal in refusals]))
        return [name, len(accepted), Share.of(accepted), ", ".join(thresholds), Share.of(as_shipped), silent]

    rows = []
    for group, refusals in findings.groups_of_refusals().items():
        rows += [row(f"{group}: {refusal.kind}", [refusal]) for refusal in refusals]
        rows.append(row(f"{group}, all", refusals))
    passing = findings.passing
    first = f"accepted where {PASS_SHARE:.0%} of commands pass"
    return (
        f"Of the commands {passing.share(passing.strict)} pass at {passing.strict:.3f}, and "
        f"{passing.share(passing.shipped)} at the threshold that ships, {passing.shipped:.3f}.\n\n"
    ) + table(["no command", "seconds", first, "threshold", "accepted as it ships", "heard as silence"], rows)


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
            values = [mean.value for mean in means]
            label = f"{group}, mean"
            axes.errorbar(SNRS_DB, values, _bars(means), color=COLOURS[group], linewidth=2.5, label=label)
    axes.axhline(findings.under(findings.changes[0]).value, color="gray", linestyle="dotted", label="without noise")
    axes.set(xlabel="speech to noise, dB", ylabel="balanced accuracy, 12 labels", xticks=SNRS_DB)
    axes.invert_xaxis()
    axes.grid(alpha=0.3)
    axes.legend()


def _draw_changes(findings: Findings, axes: Axes) -> None:
    shares = [findings.under(change) for change in findings.changes]
    places = np.arange(len(shares))
    axes.errorbar([share.value for share in shares], places, xerr=_bars(shares), fmt="o", markersize=4)
    axes.axvline(shares[0].value, color="gray", linestyle="dotted")
    axes.set_yticks(places, [change.name for change in findings.changes])
    axes.set(xlabel="balanced accuracy, 12 labels")
    axes.invert_yaxis()
    axes.grid(alpha=0.3)


def _draw_trade_off(findings: Findings, axes: Axes) -> None:
    """False accepts against false rejects in normal deviates, which spread small errors out."""
    for group, refusals in findings.groups_of_refusals().items():
        for line in refusals if group in LINES else [Refusal.together(refusals)]:
            false_accepts, false_rejects = map(_deviates, line.trade_off())
            axes.plot(false_accepts, false_rejects, linestyle=LINES.get(group, "dotted"), label=line.kind)
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
    axes.plot([0, 1], [0, 1], color="gray", linestyle="dotted")
    confidences = [found.confidence for found in calibration.bins]
    axes.errorbar(confidences, [share.value for share in shares], _bars(shares), fmt="o-", markersize=4)
    for confidence, share in zip(confidences, shares, strict=True):
        place = (confidence, share.high)
        axes.annotate(str(share.n), place, (0, 3), textcoords="offset points", ha="center", fontsize=7)
    title = f"expected calibration error {calibration.error:.3f} ({calibration.low:.3f} to {calibration.high:.3f})"
    axes.set(xlabel="confidence", ylabel="recognized; clips above", title=title, ylim=(0, 1.08))
    axes.grid(alpha=0.3)


def _bars(shares: list[Share]) -> tuple[list[float], list[float]]:
    """How far the intervals reach below and above; the end of one may lie on its share, but for rounding."""
    below = [max(0.0, share.value - share.low) for share in shares]
    return below, [max(0.0, share.high - share.value) for share in shares]


def _deviates(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    inverse = NormalDist().inv_cdf
    return np.array([inverse(share) for share in shares.clip(TICKS[0] / 10, 1 - TICKS[0] / 10)])

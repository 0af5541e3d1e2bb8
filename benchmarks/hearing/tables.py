"""Findings in, their tables as Markdown out."""

import numpy as np

from benchmarks.hearing.conditions import SNRS_DB, InNoise
from benchmarks.hearing.findings import Findings
from benchmarks.hearing.rejection import PASS_SHARE, Refusal
from benchmarks.shares import Share
from benchmarks.table import table


def tables(findings: Findings) -> str:
    return "\n\n".join([_of_noises(findings), _of_changes(findings), _of_refusals(findings), _of_calibration(findings)])


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
        accepted, as_shipped = (
            np.concatenate([getattr(refusal, which) for refusal in refusals])
            for which in ("accepted", "accepted_as_shipped")
        )
        thresholds = sorted({f"{refusal.passing.strict:.3f}" for refusal in refusals})
        return [name, len(accepted), Share.of(accepted), ", ".join(thresholds), Share.of(as_shipped)]

    rows = []
    for group, refusals in findings.groups_of_refusals().items():
        rows += [row(f"{group}: {refusal.kind}", [refusal]) for refusal in refusals]
        rows.append(row(f"{group}, all", refusals))
    passing = findings.passing
    first = f"accepted where {PASS_SHARE:.0%} of commands pass"
    return (
        f"Of the commands {passing.share(passing.strict)} pass at {passing.strict:.3f}, and "
        f"{passing.share(passing.shipped)} at the threshold that ships, {passing.shipped:.3f}.\n\n"
    ) + table(["no command", "seconds", first, "threshold", "accepted as it ships"], rows)


def _of_calibration(findings: Findings) -> str:
    found = findings.calibration
    return f"Expected calibration error: {found.error:.4f} ({found.low:.4f} to {found.high:.4f})"

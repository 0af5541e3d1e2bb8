"""What was heard in, all figures of the robustness benchmark out."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.hearing.calibration import Calibration
from benchmarks.hearing.conditions import SNRS_DB, Changed, InNoise
from benchmarks.hearing.rejection import IS_COMMAND, Passing, Refusal
from benchmarks.shares import Share


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
        """Balanced accuracy, meant over some noises."""
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
            "refusals": [_of_refusal(refusal) for refusal in self.refusals],
            "calibration": asdict(self.calibration),
        }


def _of_refusal(refusal: Refusal) -> dict[str, Any]:
    passing = refusal.passing
    return {
        "group": refusal.group,
        "kind": refusal.kind,
        "threshold": passing.strict,
        "accepted": asdict(Share.of(refusal.accepted)),
        "commands_passed": asdict(passing.share(passing.strict)),
        "shipped_threshold": passing.shipped,
        "accepted_as_shipped": asdict(Share.of(refusal.accepted_as_shipped)),
        "commands_passed_as_shipped": asdict(passing.share(passing.shipped)),
    }

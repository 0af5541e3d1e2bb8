"""Fuzz the decoder with damaged clips, by the hundred thousand; fails if one misses a bar.

    python -m fuzz.decode --keep FOLDER

Bars for each input: no crash, at most 1 s of the processor, 200 MB more memory, and no exception but heed's own. What
FFmpeg decodes, in a process of its own, has 2 s of the clock and that process's own limits.
"""

import argparse
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

from benchmarks.machine import describe
from benchmarks.table import table
from fuzz.examination import Tally
from fuzz.mutated import Finding, decode_mutated
from fuzz.seed_clips import recorded_clips, seed_clips


def main() -> int:
    arguments = _parser().parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    print(describe("soundfile", "av", "soxr", "numpy", *["atheris"] * bool(arguments.guided)), flush=True)
    ways = {
        "mutated": decode_mutated(arguments.mutated, arguments.seed, seed_clips),
        "mutated, by FFmpeg": decode_mutated(arguments.recorded, arguments.seed, recorded_clips),
        "guided by coverage": _decode_guided(arguments.guided, arguments.keep / "guided", arguments.seed),
    }
    tallies, findings = {}, list[Finding]()
    for way, parts in ways.items():
        tallies[way] = Tally()
        for tally, found in parts:
            tallies[way].merge(tally)
            findings += found
    for finding in findings:
        name = sha256(finding.clip).hexdigest()[:12]
        (arguments.keep / name).write_bytes(finding.clip)
        print(f"{name}: {finding.what}")
    _report(tallies, len(findings))
    print(*_coverage(arguments.keep / "guided"), sep="\n")
    return 1 if findings else 0


def _decode_guided(n_inputs: int, folder: Path, seed: int) -> Iterator[tuple[Tally, list[Finding]]]:
    """Run atheris for so many inputs; when one ends its process, start it again with what it has bred."""
    n_left = n_inputs
    for run in count():
        if n_left <= 0:
            return
        here = folder / f"run-{run}"
        here.mkdir(parents=True)
        _breed(here, folder / "corpus", n_left, seed + run)
        tally = pickle.loads((here / "tally").read_bytes()) if (here / "tally").exists() else Tally()
        findings = [Finding(file.read_bytes(), file.name) for file in here.glob("*-*") if file.suffix != ".txt"]
        yield tally, findings
        n_left -= max(tally.outcomes.total(), 1)


def _breed(here: Path, corpus: Path, n_inputs: int, seed: int) -> None:
    command = [sys.executable, "-m", "fuzz.guided", str(here), str(corpus), str(n_inputs)]
    with (here / "log").open("wb") as log:
        subprocess.run([*command, f"-seed={seed + 1}", "-close_fd_mask=2"], stdout=log, stderr=log, check=False)


def _report(tallies: dict[str, Tally], n_findings: int) -> None:
    outcomes = sorted({outcome for tally in tallies.values() for outcome in tally.outcomes})
    figures: dict[str, list[object]] = {
        "inputs": [tally.outcomes.total() for tally in tallies.values()],
        **{outcome: [tally.outcomes[outcome] for tally in tallies.values()] for outcome in outcomes},
        "slowest, CPU ms": [f"{1e3 * tally.slowest_cpu_s:.1f}" for tally in tallies.values()],
        "slowest, wall ms": [f"{1e3 * tally.slowest_wall_s:.1f}" for tally in tallies.values()],
        "most memory, MB": [f"{tally.most_memory_mb:.1f}" for tally in tallies.values()],
    }
    print(table(["", *tallies], [[name, *row] for name, row in figures.items()]))
    print(f"\ninputs that missed a bar: {n_findings}")


def _coverage(folder: Path) -> list[str]:
    """The first and the last line of libFuzzer: edges of Python reached (cov), features (ft), inputs kept (corp)."""
    logs = [log.read_text(errors="replace") for log in sorted(folder.glob("run-*/log"))]
    lines = [
        line for log in logs for line in re.findall(r"^#\d+\s+\S+\s+cov: \d+ ft: \d+ corp: \d+", log, re.MULTILINE)
    ]
    return [lines[0], lines[-1]] if lines else ["no coverage was reported"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzz.decode", description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True, help="folder for inputs that miss a bar")
    parser.add_argument("--mutated", type=int, default=400_000, help="inputs damaged at random (%(default)s)")
    parser.add_argument("--recorded", type=int, default=200_000, help="the same, of what FFmpeg decodes (%(default)s)")
    parser.add_argument("--guided", type=int, default=400_000, help="inputs bred by atheris (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Attack the API by its schema, with schemathesis, and count the answers.

    python3.11 -m venv .venv-fuzz && .venv-fuzz/bin/pip install -r fuzz/requirements.txt
    python -m fuzz.api

Two runs against a real service. One sends clips in every format with good and bad parameters, and has an API key; the
other sends any bytes, without keys. Exits with 1 if a check fails, at a 5xx other than 503, or after too few requests.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.clips import in_every_format
from benchmarks.machine import describe
from benchmarks.service import Service, heed
from benchmarks.table import table

TOOLS = Path(".venv-fuzz/bin/python")
HOW_TO_MAKE_TOOLS = "python3.11 -m venv .venv-fuzz && .venv-fuzz/bin/pip install -r fuzz/requirements.txt"
KEY = "a-key-for-schemathesis-0123456789"
N_EXAMPLES = 5_500  # of each of two operations, in each of two runs; the others have no parameters to vary
N_LEAST_REQUESTS = 20_000
SHOWN_WIDTH = 200


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.api", description="Attack heed by its schema.")
    parser.add_argument("--examples", type=int, default=N_EXAMPLES, help=f"cases per operation ({N_EXAMPLES})")
    parser.add_argument("--seed", type=int, default=1, help="what the cases follow from (1)")
    options = parser.parse_args()
    if not TOOLS.exists():
        sys.exit(f"there is no {TOOLS}; make it by {HOW_TO_MAKE_TOOLS}")
    print(describe("uvicorn", "fastapi"), describe("schemathesis", "hypothesis", python=TOOLS), sep="\n", flush=True)
    statuses: dict[str, Counter[str]] = {}
    failed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_inputs(folder)
        for bodies in ("clips", "bytes"):
            with _service(folder, bodies) as service:
                if _attack(service, folder, bodies, options.seed, options.examples):
                    failed.append(bodies)
            statuses[bodies] = Counter(json.loads((folder / f"{bodies}.json").read_text()))
    return _judge(statuses, failed)


def _write_inputs(folder: Path) -> None:
    (folder / "keys").write_text(KEY + "\n")
    (folder / "clips").mkdir()
    for name, clip in in_every_format().items():
        (folder / "clips" / name).write_bytes(clip)


def _service(folder: Path, bodies: str) -> AbstractContextManager[Service]:
    return heed(key=KEY, workers=2, api_keys_file=folder / "keys") if bodies == "clips" else heed(workers=2)


def _attack(service: Service, folder: Path, bodies: str, seed: int, n_examples: int) -> bool:
    """Print what schemathesis says, and return whether a check failed."""
    script = [str(TOOLS), "-m", "fuzz.schema_attack", service.url("/openapi.json")]
    key = ["--header", f"Authorization: Bearer {KEY}"] if bodies == "clips" else []
    command = [*script, str(folder), bodies, str(seed), str(n_examples), *key]
    run = subprocess.run(command, capture_output=True)
    print(f"\n{bodies}:\n{_printable(run.stdout + run.stderr)}", flush=True)
    return run.returncode != 0


def _judge(statuses: dict[str, Counter[str]], failed: list[str]) -> int:
    cases = sorted({case for counts in statuses.values() for case in counts})
    methods = [_without_rare_methods(case) for case in cases]
    by_case: dict[str, Counter[str]] = {row: Counter() for row in methods}
    for row, case in zip(methods, cases, strict=True):
        by_case[row].update({bodies: counts[case] for bodies, counts in statuses.items()})
    print(table(["answer", *statuses], [(row, *(by_case[row][bodies] for bodies in statuses)) for row in by_case]))
    n_requests = sum(counts.total() for counts in statuses.values())
    n_faults = sum(counts[case] for counts in statuses.values() for case in counts if _is_fault(case))
    print(f"\n{n_requests:,} requests, {n_faults} answers of 5xx other than 503; failed runs: {failed or 'none'}")
    return int(bool(failed) or n_faults > 0 or n_requests < N_LEAST_REQUESTS)


def _without_rare_methods(case: str) -> str:
    method, path, status = case.rsplit(" ", 2)
    return f"{method} {path} {status}" if status != "405" else f"other methods {path} 405"


def _is_fault(case: str) -> bool:
    return re.search(r" 5\d\d$", case) is not None and not case.endswith(" 503")


def _printable(output: bytes) -> str:
    """Failures quote whole clips."""
    text = re.sub(r"[^\n -~]", "", output.decode(errors="replace"))
    return "\n".join(line[:SHOWN_WIDTH] for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())

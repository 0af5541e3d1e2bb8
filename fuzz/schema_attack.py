"""Run schemathesis against a service: requests by its schema, with clips or any bytes for bodies.

Runs in an environment of its own, without heed's packages; ``python -m fuzz.api`` starts it.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.cli import schemathesis as command_line

from fuzz.bodies import any_bytes

PROBLEM_FIELDS = {"type", "title", "status", "detail"}
NEEDED_HEADERS = {401: "www-authenticate", 405: "allow", 429: "retry-after", 503: "retry-after"}
MEANINGLESS_HEADERS = [  # heed must answer as if they were not there
    ("Accept", "text/html;q=0"),
    ("Accept-Encoding", "identity;q=0, *;q=0"),
    ("Cookie", "session; =; ;;=,"),
    ("If-None-Match", "*"),
    ("Range", "bytes=5-1"),
    ("X-Forwarded-For", "not an address, 300.1.1.1"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Request-ID", "'\"<>{}" * 20),
]


def main(url: str, folder: Path, bodies: str, seed: int, n_examples: int, *more: str) -> int:
    """``bodies`` is ``clips`` for recordings wherever the schema asks for a body, or ``bytes`` for any bytes."""
    clips = [path.read_bytes() for path in sorted((folder / "clips").iterdir())]
    statuses: Counter[str] = Counter()
    random = Random(seed)

    def before_call(_: Any, case: Any, __: Any) -> None:
        if random.random() < 0.25:
            name, value = random.choice(MEANINGLESS_HEADERS)
            case.headers[name] = value

    def after_call(_: Any, case: Any, response: Any) -> None:
        statuses[f"{case.method} {case.path} {response.status_code}"] += 1

    schemathesis.openapi.format("binary", st.sampled_from(clips) if bodies == "clips" else any_bytes(clips))
    schemathesis.hook(before_call)
    schemathesis.hook(after_call)
    schemathesis.check(problem_is_whole)
    config = str(Path(__file__).with_name("schemathesis.toml"))
    run = ["run", url, "--seed", str(seed), "--max-examples", str(n_examples), "--generation-database", "none"]
    # most bytes are rightly refused although the schema allows them: no schema can describe a clip
    checks = ["--checks", "all"] + (["--exclude-checks", "positive_data_acceptance"] if bodies == "bytes" else [])
    try:
        command_line(["--no-color", "--config-file", config, *run, *checks, *more])
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        (folder / f"{bodies}.json").write_text(json.dumps(statuses))
    return 0


def problem_is_whole(_: Any, response: Any, case: Any) -> None:
    """Check that an error is a problem that says its own status, with the header that its status needs."""
    status = response.status_code
    if status < 400:
        return
    assert response.headers.get("content-type") == ["application/problem+json"], response.headers.get("content-type")
    needed = NEEDED_HEADERS.get(status)
    assert needed is None or needed in response.headers, f"{status} without {needed}"
    if case.method != "HEAD":
        problem = json.loads(response.content)
        assert set(problem) == PROBLEM_FIELDS, problem
        assert problem["status"] == status, problem


if __name__ == "__main__":
    url, folder, bodies, seed, n_examples, *more = sys.argv[1:]
    sys.exit(main(url, Path(folder), bodies, int(seed), int(n_examples), *more))

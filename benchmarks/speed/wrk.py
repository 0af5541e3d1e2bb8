"""Run wrk against a server, and read its rate, latencies and errors.

Needs wrk 4.1 or newer (Debian: ``apt-get install wrk``). wrk sends the next request of a connection when the last one
is answered; it counts the requests that a slow answer kept it from sending as slow too.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from benchmarks.requests import Body

SCRIPT = Path(__file__).with_name("post.lua")
TIMEOUT_S = 10
MEAN_PAUSE_S = 0.25  # far above the time of an answer, so that the answers hardly slow the arrivals


@dataclass(frozen=True, kw_only=True)
class Load:
    """Requests answered with 200 per second, latencies of all answers, and answers by status.

    The statuses also count connections that failed.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]

    @property
    def errors(self) -> str:
        wrong = [f"{count} x {name}" for name, count in sorted(self.statuses.items()) if name != "200"]
        return ", ".join(wrong) or "none"

    @classmethod
    def median(cls, loads: Sequence[Self]) -> Self:
        """Of every figure by itself; the statuses are added up."""
        figures = np.median([(load.rate, load.p50_ms, load.p99_ms) for load in loads], axis=0).tolist()
        statuses = sum((Counter(load.statuses) for load in loads), Counter[str]())
        return cls(rate=figures[0], p50_ms=figures[1], p99_ms=figures[2], statuses=dict(statuses))


def post(url: str, body: Body, *, n_connections: int, seconds: float) -> Load:
    """Load with as many requests at once as there are connections."""
    return _wrk(url, body, n_connections, seconds, mean_pause_s=0.0)


def post_at_rate(url: str, body: Body, *, rate: float, seconds: float) -> Load:
    """Load with requests that arrive at random, ``rate`` of them per second whether the last was answered or not.

    Many connections, each of which pauses for a random while before a request, come close to that.
    """
    n_connections = max(1, round(rate * MEAN_PAUSE_S))
    return _wrk(url, body, n_connections, seconds, mean_pause_s=n_connections / rate)


def _wrk(url: str, body: Body, n_connections: int, seconds: float, *, mean_pause_s: float) -> Load:
    if shutil.which("wrk") is None:
        sys.exit("this benchmark drives the service with wrk, which is not installed; on Debian: apt-get install wrk")
    with tempfile.NamedTemporaryFile() as file:
        file.write(body.content)
        file.flush()
        options = ["-t1", f"-c{n_connections}", f"-d{max(1, round(seconds))}s", "--timeout", f"{TIMEOUT_S}s"]
        of_script = [file.name, body.content_type, f"{1000 * mean_pause_s:.3f}"]
        command = ["wrk", *options, "-s", str(SCRIPT), url, "--", *of_script]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seen = json.loads(output.splitlines()[-1])
    rate = seen["statuses"].get("200", 0) / seen["seconds"]
    return Load(rate=rate, p50_ms=seen["p50_ms"], p99_ms=seen["p99_ms"], statuses=seen["statuses"])

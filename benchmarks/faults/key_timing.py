"""Measure whether the time of an answer tells a key from another, or how much of a key is right.

    python -m benchmarks.faults.key_timing

Exits with 1 if a pair of keys is told apart, or if the control is not: a wrong key takes a digest longer than none.
"""

import argparse
import secrets
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from time import perf_counter_ns
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import describe
from benchmarks.service import heed
from benchmarks.table import table

N_KEYS = 50
N_ROUNDS = 10_000
N_RESAMPLES = 2_000
LEVEL = 0.999  # of the intervals: a run compares several times, and must not cry wolf

Times = NDArray[np.float64]


class Difference(NamedTuple):
    """How much longer the second takes than the first, in microseconds, with its interval."""

    median: float
    low: float
    high: float

    @property
    def is_told(self) -> bool:
        return not self.low <= 0 <= self.high


Named = tuple[str, str | None]  # what a key is, and the key


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults.key_timing", description="Time the answers.")
    parser.add_argument("--rounds", type=int, default=N_ROUNDS, help=f"answers to each key, at least 100 ({N_ROUNDS})")
    options = parser.parse_args()
    keys = [secrets.token_hex(24) for _ in range(N_KEYS)]
    pairs = pairs_of(keys)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "keys"
        file.write_text("\n".join(keys))
        with heed(key=keys[0], workers=1, api_keys_file=file) as service:
            times = times_us(service.port, dict(chain.from_iterable(pairs)), options.rounds)
    print(describe("uvicorn", "starlette"), end="\n\n")
    print(f"{options.rounds} rounds, intervals of {LEVEL:.1%}; the last pair is the control\n")
    rows, faults = [], []
    for (one, key), (other, _) in pairs:
        found = difference(times[one], times[other])
        told = "yes" if found.is_told else "no"
        interval = f"{found.median:+.2f} ({found.low:+.2f} to {found.high:+.2f})"
        rows.append((one, other, f"{np.median(times[one]):.1f}", interval, told))
        if found.is_told != (key is None):
            faults.append(f"{one} told from {other}: {told}")
    print(table(["the key is", "or", "median us", "difference us", "told apart"], rows))
    print("\n" + ("\n".join(faults) or "No time told a key."))
    return int(bool(faults))


def pairs_of(keys: Sequence[str]) -> list[tuple[Named, Named]]:
    """Pairs that must take the same time; the last is the control, which need not."""
    first, last = keys[0], keys[-1]
    wrong_at_last = f"{first[:-1]}{_other(first[-1])}"
    return [
        (("wrong at its first character", f"{_other(first[0])}{first[1:]}"), ("at its last", wrong_at_last)),
        (("almost the file's first", wrong_at_last), ("almost its last", f"{last[:-1]}{_other(last[-1])}")),
        (("the file's first", first), ("its last", last)),
        (("none", None), ("wrong", _other(first[0]) * len(first))),
    ]


def times_us(port: int, keys: Mapping[str, str | None], n_rounds: int, *, seed: int = 0) -> dict[str, Times]:
    """Times of ``GET /labels`` over one connection; in each round every key once, in a random order."""
    requests = {name: _request(key) for name, key in keys.items()}
    times = {name: np.empty(n_rounds) for name in keys}
    order, random = list(keys), Random(seed)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(-100, n_rounds):  # the first hundred warm up, and are overwritten
            random.shuffle(order)
            for name in order:
                started = perf_counter_ns()
                connection.sendall(requests[name])
                _receive(connection)
                times[name][place] = (perf_counter_ns() - started) / 1000
    return times


def difference(one: Times, other: Times, *, seed: int = 0) -> Difference:
    """Of the medians, with a bootstrap over rounds, so that what disturbed a round disturbs both."""
    random = np.random.default_rng(seed)
    differences = np.empty(N_RESAMPLES)
    for place in range(N_RESAMPLES):
        rounds = random.integers(0, len(one), len(one))
        differences[place] = np.median(other[rounds]) - np.median(one[rounds])
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Difference(float(np.median(other) - np.median(one)), float(low), float(high))


def _other(character: str) -> str:
    return "1" if character == "0" else "0"


def _request(key: str | None) -> bytes:
    credentials = "" if key is None else f"Authorization: Bearer {key}\r\n"
    return f"GET /labels HTTP/1.1\r\nHost: 127.0.0.1\r\n{credentials}\r\n".encode()


def _receive(connection: socket.socket) -> None:
    head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)


if __name__ == "__main__":
    sys.exit(main())

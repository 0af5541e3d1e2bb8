"""Keys in, how long the service takes to refuse or to know each out, and whether that tells one from another."""

import socket
from collections.abc import Mapping, Sequence
from random import Random
from time import perf_counter_ns
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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


def pairs_of(keys: Sequence[str]) -> list[tuple[Named, Named]]:
    """What must take as long as each other, and at last what need not: to know a wrong key from none takes a digest."""
    first, last = keys[0], keys[-1]
    wrong_at_last = f"{first[:-1]}{_other(first[-1])}"
    return [
        (("wrong at its first character", f"{_other(first[0])}{first[1:]}"), ("at its last", wrong_at_last)),
        (("almost the file's first", wrong_at_last), ("almost its last", f"{last[:-1]}{_other(last[-1])}")),
        (("the file's first", first), ("its last", last)),
        (("none", None), ("wrong", _other(first[0]) * len(first))),
    ]


def times_us(port: int, keys: Mapping[str, str | None], *, seed: int = 0) -> dict[str, Times]:
    """Times of ``GET /labels`` over one connection; in each round every key once, in a random order."""
    requests = {name: _request(key) for name, key in keys.items()}
    times = {name: np.empty(N_ROUNDS) for name in keys}
    order, random = list(keys), Random(seed)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(-100, N_ROUNDS):  # the first hundred warm up, and are overwritten
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

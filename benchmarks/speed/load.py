"""Measure the rate, latency, errors, processor and memory of the service under load.

    python -m benchmarks.speed.load

Needs wrk (Debian: ``apt-get install wrk``), which takes its part of the same cores. Sends an example to
``POST /transcribe`` as a raw body and as a form.
"""

import argparse
import time
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.clips import EXAMPLE
from benchmarks.machine import describe
from benchmarks.requests import Body, form, raw
from benchmarks.service import Service, heed
from benchmarks.speed.wrk import Load, post, post_at_rate
from benchmarks.table import table

FIGURES = ("requests/s", "p50 ms", "p99 ms", "errors")
N_CONNECTIONS = (1, 8, 64, 256)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.load", description="Load the service.")
    parser.add_argument("--model", type=Path, help="export or checkpoint to serve (default: the shipped export)")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measurement (default: 10)")
    parser.add_argument("--repeats", type=int, default=3, help="measurements per figure (default: 3)")
    options = parser.parse_args()
    clip = EXAMPLE.read_bytes()
    bodies = {"raw": raw(clip), "form": form(clip)}
    print(describe("uvicorn", "fastapi", "onnxruntime", "numpy"), flush=True)
    with heed(options.model) as service:
        highest_rates = _print_loads(service, bodies, options.seconds, options.repeats)
        _print_half_load(service, bodies, highest_rates, options.seconds, options.repeats)


def _print_loads(service: Service, bodies: dict[str, Body], seconds: float, n_repeats: int) -> dict[str, float]:
    """Returns the highest rate of each body."""
    cases = list(product(N_CONNECTIONS, bodies))
    loads: dict[tuple[int, str], list[Load]] = {case: [] for case in cases}
    taken: dict[tuple[int, str], list[tuple[float, float]]] = {case: [] for case in cases}  # cores, megabytes
    for _, (n_connections, name) in product(range(n_repeats), cases):
        url, body = service.url("/transcribe"), bodies[name]
        post(url, body, n_connections=n_connections, seconds=1)  # warm-up
        cpu_seconds, started = service.cpu_seconds(), time.monotonic()
        loads[n_connections, name].append(post(url, body, n_connections=n_connections, seconds=seconds))
        n_cores = (service.cpu_seconds() - cpu_seconds) / (time.monotonic() - started)
        taken[n_connections, name].append((n_cores, service.memory_mb()))
    medians = {case: Load.median(loads[case]) for case in cases}
    rows = []
    for (n_connections, name), load in medians.items():
        n_cores, memory_mb = np.median(taken[n_connections, name], axis=0)
        rows.append((f"{name}, {n_connections}", *_figures(load), f"{n_cores:.2f}", f"{memory_mb:.0f}"))
    print(table(["body, connections", *FIGURES, "cores busy", "memory MB"], rows), flush=True)
    return {name: max(medians[n_connections, name].rate for n_connections in N_CONNECTIONS) for name in bodies}


def _print_half_load(
    service: Service, bodies: dict[str, Body], highest_rates: dict[str, float], seconds: float, n_repeats: int
) -> None:
    """Latency when requests arrive at random at half the rate that the service can answer."""
    loads: dict[str, list[Load]] = {name: [] for name in bodies}
    for _, (name, body) in product(range(n_repeats), bodies.items()):
        url, rate = service.url("/transcribe"), highest_rates[name] / 2
        post_at_rate(url, body, rate=rate, seconds=1)  # warm-up
        loads[name].append(post_at_rate(url, body, rate=rate, seconds=seconds))
    print("\nRequests that arrive at random, half as many as the highest rate above:\n")
    print(table(["body", *FIGURES], [(name, *_figures(Load.median(loads[name]))) for name in bodies]), flush=True)


def _figures(load: Load) -> tuple[str, ...]:
    return f"{load.rate:.0f}", f"{load.p50_ms:.2f}", f"{load.p99_ms:.2f}", load.errors


if __name__ == "__main__":
    main()

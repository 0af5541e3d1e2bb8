"""Time every stage of a clip, beside the least time that this core needs for it.

    python -m benchmarks.speed.latency

One clip at a time, one thread. The floor of a stage is its multiply-adds over the rate at which this core multiplies
matrices (sgemm). Times of HTTP are those of a client on one connection, with the server on the same machine.
"""

import argparse
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.clips import EXAMPLE, varied
from benchmarks.machine import describe
from benchmarks.requests import form, raw, request
from benchmarks.service import heed
from benchmarks.speed.connection import Connection
from benchmarks.speed.parts import Parts, run
from benchmarks.table import table
from benchmarks.timing import Call, interleaved_ms
from model.audio import decode, fit
from model.checkpoint import load
from model.decision import decide
from model.engines.protocol import Engine
from model.engines.torch import TorchEngine
from model.recognizer import SHIPPED_CHECKPOINT, Recognizer

Times = Mapping[str, NDArray[np.float64]]

SGEMM_SIZE = 512
WHOLE = ("waveform to decision", "clip to decision", "POST /transcribe, raw", "POST /transcribe, form")
N_PARITY_CLIPS = 256
REFERENCE = "PyTorch eager"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.latency", description="Time every stage.")
    parser.add_argument("--model", type=Path, default=SHIPPED_CHECKPOINT, help="checkpoint (default: the shipped one)")
    parser.add_argument("--rounds", type=int, default=100, help="of 10 calls each (default: 100)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    checkpoint = load(options.model)
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        parts = Parts(checkpoint, Path(folder))
        engines: dict[str, Engine] = {REFERENCE: TorchEngine(checkpoint), "ONNX Runtime": parts.engine}
        with heed(parts.path, workers=1) as service, Connection(service.port) as connection:
            stages = _stages(parts) | _requests(connection) | _in_torch(parts)
            times = interleaved_ms(stages | _engines(engines) | {"sgemm": _sgemm()}, options.rounds)
        rate = SGEMM_SIZE**3 / float(np.median(times["sgemm"])) * 1000
        print(describe("onnxruntime", "torch", "torchaudio", "numpy"))
        print(f"one thread; sgemm {2 * rate / 1e9:.0f} GFLOP/s\n")
        print(_table_of_stages({name: times[name] for name in stages}, parts, rate))
        print()
        print(_table_of_engines(times, engines))


def _stages(parts: Parts) -> dict[str, Call]:
    clip = EXAMPLE.read_bytes()
    waveform = fit(decode(clip))
    frames = run(parts.frontend_session, waveform[None])
    recognizer = Recognizer(parts.engine)
    (posteriors,) = recognizer.posteriors(waveform[None])
    return {
        "decode": lambda: decode(clip),
        "front end": lambda: run(parts.frontend_session, waveform[None]),
        "network": lambda: run(parts.network_session, frames),
        "decision": lambda: decide(posteriors.tolist(), recognizer.labels, recognizer.threshold),
        "waveform to decision": lambda: decide(
            recognizer.posteriors(waveform[None])[0].tolist(), recognizer.labels, recognizer.threshold
        ),
        "clip to decision": lambda: recognizer.recognize(clip),
    }


def _requests(connection: Connection) -> dict[str, Call]:
    clip = EXAMPLE.read_bytes()
    requests = {
        "GET /livez": request("GET", "/livez"),
        "POST /transcribe, raw": request("POST", "/transcribe", raw(clip)),
        "POST /transcribe, form": request("POST", "/transcribe", form(clip)),
    }
    return {name: partial(connection.ask, content) for name, content in requests.items()}


def _in_torch(parts: Parts) -> dict[str, Call]:
    waveform, frames = parts.waveform + 0.1, parts.frames + 0.1
    return {
        "front end, torchaudio": lambda: parts.frontend(waveform),
        "front end, its graph in PyTorch": lambda: parts.graph_frontend(waveform),
        "network, PyTorch eager": lambda: parts.network(frames),
    }


def _engines(engines: Mapping[str, Engine]) -> dict[str, Call]:
    waveforms = varied(1)
    return {name: partial(engine.infer, waveforms) for name, engine in engines.items()}


def _sgemm() -> Call:
    generator = torch.Generator().manual_seed(0)
    left, right = (torch.rand(SGEMM_SIZE, SGEMM_SIZE, generator=generator) for _ in range(2))
    product = torch.empty(SGEMM_SIZE, SGEMM_SIZE)
    return lambda: torch.mm(left, right, out=product)


def _table_of_stages(times: Times, parts: Parts, rate: float) -> str:
    """``rate`` in multiply-adds per second."""
    frontend, network = parts.multiply_adds()
    work = {"front end": frontend, "network": network} | dict.fromkeys(WHOLE, frontend + network)
    rows = []
    for name, milliseconds in times.items():
        median, p99 = np.percentile(milliseconds, [50, 99])
        floor_ms = 1000 * work.get(name, 0) / rate
        of_floor = (
            (f"{work[name] / 1e6:.1f} M", f"{floor_ms:.3f}", f"{median / floor_ms:.1f}") if name in work else ("",) * 3
        )
        rows.append((name, f"{median:.3f}", f"{p99:.3f}", *of_floor))
    return table(["stage", "median ms", "p99 ms", "multiply-adds", "floor ms", "median over floor"], rows)


def _table_of_engines(times: Times, engines: Mapping[str, Engine]) -> str:
    """Time, and how far the posteriors are from the reference's on clips that resemble speech."""
    waveforms = varied(N_PARITY_CLIPS)
    expected = engines[REFERENCE].infer(waveforms)[0]
    rows = []
    for name, engine in engines.items():
        posteriors = engine.infer(waveforms)[0]
        n_same = int((posteriors.argmax(axis=1) == expected.argmax(axis=1)).sum())
        error = float(np.abs(posteriors - expected).max())
        rows.append((name, f"{np.median(times[name]):.3f}", f"{error:.1e}", f"{n_same} of {N_PARITY_CLIPS}"))
    return table(["waveform to posteriors", "median ms", "largest error of a posterior", "same label"], rows)


if __name__ == "__main__":
    main()

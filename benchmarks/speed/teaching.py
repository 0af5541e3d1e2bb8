"""Time how soon a taught word is heard, and what taught words cost clips and streams.

    python -m benchmarks.speed.teaching

Three services of one process each take turns: one knows no taught word, one knows 1 and one 20. The stream is as fast
as speech.
"""

import argparse
import asyncio
import io
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import httpx2
import numpy as np
import soundfile
import soxr
from websockets.asyncio.client import connect

from benchmarks.clips import EXAMPLE, EXAMPLES, noise
from benchmarks.machine import describe
from benchmarks.requests import form, request
from benchmarks.service import Service, heed
from benchmarks.speed.connection import Connection
from benchmarks.table import table
from benchmarks.timing import interleaved_ms
from model.audio import SAMPLE_RATE, Waveform, decode
from model.voices import voices

SPEEDS = (0.9, 1.0, 1.1)  # of the three recordings
N_WORDS = (0, 1, 20)
N_LESSONS = 5
CHUNK_SECONDS = 0.1
N_CHUNKS = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.teaching", description="Time taught words.")
    parser.add_argument("--rounds", type=int, default=50, help="of 10 clips each (default: 50)")
    options = parser.parse_args()
    print(describe("onnxruntime", "numpy", "sqlalchemy"))
    with ExitStack() as stack:
        services = {number: stack.enter_context(_service()) for number in N_WORDS}
        print(f"resident memory before the first word: {services[0].memory_mb():.0f} MB\n")
        print(_table_of_lessons(services[0]))
        print(f"\nresident memory after it: {services[0].memory_mb():.0f} MB\n")
        print(_table_of_streams(services[0]))
        for number, service in services.items():
            _know(service, number)
        print()
        print(_table_of_clips(services, options.rounds))


@contextmanager
def _service() -> Iterator[Service]:
    with (
        tempfile.TemporaryDirectory() as folder,
        heed(workers=1, log_level="warning", database=f"sqlite:///{folder}/words.db") as service,
    ):
        yield service


def _table_of_lessons(service: Service) -> str:
    """From the request that teaches a word to the end of the first answer that holds it."""
    ways = {"3 recordings": partial(_teach, service, _recordings())}
    if voices():
        ways[f"a text, {len(voices())} voices"] = partial(_teach, service, [])
    rows = []
    for name, teach in ways.items():
        seconds, cpu = zip(*(_time(service, teach) for _ in range(N_LESSONS)), strict=True)
        rows.append([name, f"{seconds[0]:.2f}", f"{np.median(seconds):.2f}", f"{np.median(cpu):.2f}"])
    return table(["taught with", "the first, s", "median s", "of it the service's processor time, s"], rows)


def _time(service: Service, teach: partial[None]) -> tuple[float, float]:
    httpx2.delete(service.url("/words/seven"))
    started, cpu = time.perf_counter(), service.cpu_seconds()
    teach()
    clip = (EXAMPLES / "seven.wav").read_bytes()
    while httpx2.post(service.url("/transcribe"), content=clip).json()["text"] != "seven":
        pass
    return time.perf_counter() - started, service.cpu_seconds() - cpu


def _table_of_clips(services: Mapping[int, Service], n_rounds: int) -> str:
    body = request("POST", "/transcribe", form(EXAMPLE.read_bytes()))
    with ExitStack() as stack:
        connections = {n: stack.enter_context(Connection(service.port)) for n, service in services.items()}
        calls = {str(n): partial(connection.ask, body) for n, connection in connections.items()}
        times = interleaved_ms(calls, n_rounds)
    rows = [[n, f"{np.median(found):.2f}", f"{np.percentile(found, 95):.2f}"] for n, found in times.items()]
    return table(["taught words", "POST /transcribe, median ms", "95 % ms"], rows)


def _table_of_streams(service: Service) -> str:
    rows = []
    for name, is_taught in (("none", False), ("one after another", True)):
        waits = asyncio.run(_waits(service, is_taught=is_taught))
        rows.append([name, f"{np.median(waits):.1f}", f"{np.percentile(waits, 95):.1f}", f"{max(waits):.1f}"])
    return table(["words that are taught meanwhile", "a chunk's answer, median ms", "95 % ms", "longest ms"], rows)


async def _waits(service: Service, *, is_taught: bool) -> list[float]:
    """Send a stream chunk by chunk, and return how long each answer takes, in milliseconds."""
    chunk = (noise(round(CHUNK_SECONDS * SAMPLE_RATE)) * 32_767).astype("<i2").tobytes()
    lessons = asyncio.create_task(asyncio.to_thread(_teach_often, service)) if is_taught else None
    waits = list[float]()
    async with connect(service.url("/stream").replace("http", "ws")) as stream:
        while len(waits) < N_CHUNKS or (lessons and not lessons.done()):
            started = time.perf_counter()
            await stream.send(chunk)
            json.loads(await stream.recv())
            waits.append(1000 * (time.perf_counter() - started))
            await asyncio.sleep(max(0.0, CHUNK_SECONDS - (time.perf_counter() - started)))
    return waits


def _teach_often(service: Service) -> None:
    for _ in range(N_LESSONS):
        _teach(service, _recordings())


def _know(service: Service, n_words: int) -> None:
    for word in httpx2.get(service.url("/words")).json()["words"]:
        httpx2.delete(service.url(f"/words/{word['word']}"))
    for number in range(n_words):
        _teach(service, _recordings()[:1], word=f"word {number}")


def _teach(service: Service, recordings: Sequence[bytes], *, word: str = "seven") -> None:
    """Teach a word with recordings, or with its text where there are none."""
    url = service.url(f"/words/{word}")
    if recordings:
        answer = httpx2.put(url, timeout=60, files=[("file", recording) for recording in recordings])
    else:
        answer = httpx2.put(url, timeout=60, json={"text": word})
    answer.raise_for_status()


def _recordings() -> list[bytes]:
    """The example of a word in three speeds, each with faint noise around it."""
    example = decode((EXAMPLES / "seven.wav").read_bytes())
    spoken = [soxr.resample(example, SAMPLE_RATE * speed, SAMPLE_RATE) for speed in SPEEDS]
    return [_wav(np.pad(word, SAMPLE_RATE // 4) + 0.003 * noise(len(word) + SAMPLE_RATE // 2)) for word in spoken]


def _wav(waveform: Waveform) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, waveform, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


if __name__ == "__main__":
    main()

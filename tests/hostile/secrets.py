# ruff: noqa: T201
"""``python -m tests.hostile.secrets``: a service with API keys in, how well it keeps them out.

Every wrong way to come in must be a 401, over HTTP and as a stream; no answer and no line of the log may hold a part of
a key; and the time of an answer must not say how much of a key was right, or which.
"""

import secrets
import socket
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.clips import EXAMPLE
from benchmarks.faults.key_timing import LEVEL, N_ROUNDS, difference, pairs_of, times_us
from benchmarks.machine import describe
from benchmarks.service import Service, heed
from benchmarks.table import table
from tests.hostile.key_attempts import RIGHT, Attempt, paths_around, right_attempts, subprotocol, wrong_attempts

N_KEYS = 50
PART = 8  # so many characters of a key in a row are a leak
UPGRADE = (
    *("Upgrade: websocket", "Connection: Upgrade"),
    *("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"),
)


def main() -> int:
    keys = [secrets.token_hex(24) for _ in range(N_KEYS)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "keys"
        file.write_text("\n".join(keys))
        with heed(key=keys[0], workers=1, log_level="debug", api_keys_file=file) as service:
            print(describe("uvicorn", "starlette", "websockets"), end="\n\n")
            faults = _try(service, keys) + _time(service, keys)
            log = service.log.read_bytes()
    leaks = [part for part in _parts(keys) if part in log]
    print(f"\nlog: {len(log.splitlines())} lines at level debug, {len(leaks)} parts of keys in them")
    faults += ["a part of a key is in the log"] if leaks else []
    print("\n".join(f"FAULT: {fault}" for fault in faults) or "nobody came in, nothing leaked, no time told a key")
    return 1 if faults else 0


def _try(service: Service, keys: Sequence[str]) -> list[str]:
    """Every attempt with the first, a middle and the last key; a table, and what was answered wrongly."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    faults, parts = [], _parts(keys)
    for key in (keys[0], keys[N_KEYS // 2], keys[-1]):
        for attempt in chain(wrong_attempts(key), right_attempts(key)):
            for way, request in _requests(attempt):
                answer = _exchange(service.port, request)
                expected = b"401" if attempt.kind != RIGHT else b"101" if way == "stream" else b"200"
                counts[attempt.kind][f"{way} {_status(answer)}"] += 1
                if not answer.startswith(b"HTTP/1.1 " + expected) or any(part in answer for part in parts):
                    faults.append(f"{way}, {attempt.kind}: {answer[:200]!r}")
    for path in paths_around():
        status = _status(_exchange(service.port, _head("GET", path, [])))
        counts["no key, a way around"][f"request {status}"] += 1
        if status not in ("401", "404"):
            faults.append(f"{path} without a key: {status}")
    rows = [(kind, ", ".join(f"{n} {what}" for what, n in sorted(count.items()))) for kind, count in counts.items()]
    print(table(["the key is", "answers"], rows))
    return faults


def _time(service: Service, keys: Sequence[str]) -> list[str]:
    """Pairs of keys that no time may tell apart, and one that it must; a table, and what was told."""
    pairs = pairs_of(keys)
    times = times_us(service.port, dict(chain.from_iterable(pairs)))
    rows, faults = [], []
    for (one, _), (other, _) in pairs:
        found, is_control = difference(times[one], times[other]), one == "none"
        told = "yes" if found.is_told else "no"
        interval = f"{found.median:+.2f} ({found.low:+.2f} to {found.high:+.2f})"
        rows.append((one, other, f"{np.median(times[one]):.1f}", interval, told))
        if found.is_told is not is_control:
            faults.append(f"time tells {one} from {other}: {told}")
    print(f"\n{N_ROUNDS} rounds, intervals of {LEVEL:.1%}; the last pair is a control, which must be told apart\n")
    print(table(["the key is", "or", "median us", "difference us", "told apart"], rows))
    return faults


def _requests(attempt: Attempt) -> Iterator[tuple[str, bytes]]:
    """It as a clip that is sent, a question, and a stream that is opened."""
    clip = EXAMPLE.read_bytes()
    for path in ("/transcribe", "/inspect"):
        sized = [*attempt.headers, f"Content-Length: {len(clip)}", "Content-Type: audio/wav"]
        yield "request", _head("POST", path + attempt.query, sized) + clip
    yield "request", _head("GET", "/labels" + attempt.query, attempt.headers)
    of_stream = attempt.headers if attempt.stream_headers is None else attempt.stream_headers
    yield (
        "stream",
        f"GET /stream{attempt.query} HTTP/1.1\r\nHost: heed\r\n{_lines([*of_stream, *UPGRADE])}\r\n".encode(),
    )


def _head(method: str, path: str, headers: Sequence[str]) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: heed\r\nConnection: close\r\n{_lines(headers)}\r\n".encode()


def _lines(headers: Sequence[str]) -> str:
    return "".join(f"{header}\r\n" for header in headers)


def _exchange(port: int, request: bytes) -> bytes:
    """All that is answered, until the service closes the connection or has opened a stream."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        while not answer.startswith(b"HTTP/1.1 101") and (received := connection.recv(65_536)):
            answer += received
    return answer


def _status(answer: bytes) -> str:
    return answer[9:12].decode()


def _parts(keys: Sequence[str]) -> list[bytes]:
    """The beginning and the end of every key, as it is and as a subprotocol carries it."""
    texts = [*keys, *(subprotocol(key).removeprefix("bearer.") for key in keys)]
    return [part.encode() for text in texts for part in (text[:PART], text[-PART:])]


if __name__ == "__main__":
    sys.exit(main())

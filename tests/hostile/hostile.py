# ruff: noqa: T201
"""The hostile set in, sent to a running service, its answers and how long they took out; fails at the first wrong one.

    python -m tests.hostile.hostile

Each clip goes to POST /transcribe as a form and as the raw body, and to POST /inspect; each must be answered with the
status and the type of problem that its row names, for at most a second of the processor: on a busy machine the clock on
the wall says little of a clip. It is in the table, and on a quiet machine the two are the same.
"""

import json
import sys
import time
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from typing import NamedTuple

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.errors import KINDS
from benchmarks.clips import Body, form, raw
from benchmarks.machine import describe
from benchmarks.service import Service, heed
from benchmarks.table import table
from tests.hostile.clip import Hostile
from tests.hostile.clips import hostile_clips, truncated
from tests.hostile.streams import Conversation, hostile_streams

MAX_SECONDS = 1.0
AUDIBLE_OR_NOT = {200, 415, 422}


class Answer(NamedTuple):
    status: int
    type: str
    seconds: float
    cpu_seconds: float


class WrongError(Exception):
    """An answer that is late or not the one its row names."""


def main() -> int:
    print(describe("soundfile", "soxr", "fastapi", "uvicorn"), flush=True)
    with heed(workers=1) as service:
        try:
            rows = [_row(service, name, case) for name, case in hostile_clips().items()]
            rows += [_edge(service, b"", 400), _edge(service, bytes(17 << 20), 413)]
            print(
                table(["clip", "answer", "form, ms", "raw, ms", "inspect, ms", "processor at most, ms"], rows),
                end="\n\n",
            )
            print(_all_truncated(service), end="\n\n")
            streams = [_said(service, name, said) for name, said in hostile_streams().items()]
            print(table(["stream", "close", "ms", "processor, ms"], streams))
        except WrongError as error:
            print(error)
            return 1
    return 0


def _row(service: Service, name: str, case: Hostile) -> list[object]:
    clip = case.make()
    expected = (200, "") if case.error is None else (KINDS[case.error].status, KINDS[case.error].type)
    answers = _ask_all(service, name, clip, *expected)
    return [name, " ".join(map(str, expected)).strip(), *_costs(answers)]


def _edge(service: Service, clip: bytes, status: int) -> list[object]:
    """What is answered by its number of bytes alone."""
    answers = _ask_all(service, f"{len(clip)} bytes", clip, status, "about:blank")
    return [f"{len(clip)} bytes", status, *_costs(answers)]


def _costs(answers: list[Answer]) -> list[str]:
    """Milliseconds of each way, and of the processor for the dearest."""
    dearest = max(answer.cpu_seconds for answer in answers)
    return [*(f"{1e3 * answer.seconds:.0f}" for answer in answers), f"{1e3 * dearest:.0f}"]


def _ask_all(service: Service, name: str, clip: bytes, status: int, kind: str) -> list[Answer]:
    answers = [
        _ask(service, "/transcribe", form(clip)),
        _ask(service, "/transcribe", raw(clip)),
        _ask(service, "/inspect", raw(clip)),
    ]
    for answer in answers:
        if (answer.status, answer.type) != (status, kind) or answer.cpu_seconds > MAX_SECONDS:
            raise WrongError(f"{name}: {answer}, not {status} {kind} within {MAX_SECONDS:g} s")
    return answers


def _ask(service: Service, path: str, body: Body) -> Answer:
    start, cpu_start = time.perf_counter(), service.cpu_seconds()
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        connection.request("POST", path, body.content, {"Content-Type": body.content_type})
        response = connection.getresponse()
        content = response.read()
    seconds, cpu_seconds = time.perf_counter() - start, service.cpu_seconds() - cpu_start
    kind = "" if response.status == HTTPStatus.OK else json.loads(content)["type"]
    return Answer(response.status, kind, seconds, cpu_seconds)


def _all_truncated(service: Service) -> str:
    dearest, clips = 0.0, truncated()
    for name, clip in clips.items():
        answer = _ask(service, "/transcribe", raw(clip))
        dearest = max(dearest, answer.cpu_seconds)
        if answer.status not in AUDIBLE_OR_NOT or answer.cpu_seconds > MAX_SECONDS:
            raise WrongError(f"{name}: {answer}, not one of {AUDIBLE_OR_NOT} within {MAX_SECONDS:g} s")
    return (
        f"{len(clips)} files cut off anywhere: heard or refused, the dearest in {1e3 * dearest:.0f} ms of the processor"
    )


def _said(service: Service, name: str, said: Conversation) -> list[object]:
    with connect(service.url("/stream").replace("http", "ws"), compression=None, max_size=None) as socket:
        start, cpu = time.perf_counter(), service.cpu_seconds()
        with suppress(ConnectionClosed):
            for message in said.messages:
                socket.send(message)
            for _ in socket:
                pass
        seconds, cpu = time.perf_counter() - start, service.cpu_seconds() - cpu
    if socket.close_code != said.close_code or cpu > said.max_cpu_s:
        raise WrongError(f"{name}: closed with {socket.close_code} after {cpu:.2f} s, not {said[1:]}")
    return [name, said.close_code, f"{1e3 * seconds:.0f}", f"{1e3 * cpu:.0f}"]


if __name__ == "__main__":
    sys.exit(main())

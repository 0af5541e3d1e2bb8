"""Requests of every kind, good, bad, huge and torn, and the answers that each may get."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import repeat
from random import Random
from typing import NamedTuple

import numpy as np

from benchmarks.clips import EXAMPLE, EXAMPLES, encoded, in_every_format, noise, wav
from benchmarks.faults.http_client import CLOSED, Client, chunked
from benchmarks.faults.live_client import stream, stream_and_leave
from benchmarks.requests import Body, form, raw, request
from model.audio import SAMPLE_RATE

MEBIBYTE = 2**20
PAGES = ("/", "/page/main.js", "/labels", "/livez", "/readyz", "/healthz", "/docs", "/openapi.json")
WRONG_METHODS = (
    ("DELETE", "/transcribe"),
    ("GET", "/transcribe"),
    ("PUT", "/inspect"),
    ("PATCH", "/labels"),
    ("POST", "/livez"),
    ("TRACE", "/"),
)


class Kind(NamedTuple):
    """A kind of request, how often it comes beside the others, and the fates that are right for it."""

    name: str
    weight: float
    act: Callable[[Client, Random], Awaitable[str]]
    right: tuple[str, ...]


def kinds() -> list[Kind]:
    return [*_good(), *_bad(), *_huge(), *_torn(), *_others(), *_live()]


def _good() -> list[Kind]:
    clips = in_every_format()
    minute = encoded(noise(59 * SAMPLE_RATE), "WAV", "PCM_16")
    several = (EXAMPLES / "commands.wav").read_bytes()
    return [
        *(Kind(name, 42, _post(clip), ("200",)) for name, clip in clips.items()),
        Kind("several words", 4, _post(several), ("200",)),
        Kind("a minute", 0.5, _post(minute), ("200",)),
        Kind("inspected", 30, _post(clips["Ogg Vorbis"], "/inspect"), ("200",)),
    ]


def _bad() -> list[Kind]:
    clip = EXAMPLE.read_bytes()
    not_finite = np.full(SAMPLE_RATE, np.nan, np.float32)
    silent_hour = encoded(np.zeros(3600 * SAMPLE_RATE, np.float32), "FLAC", "PCM_16")
    return [
        Kind("text as sound", 20, _post(b"not a sound " * 50), ("415",)),
        Kind("IMA ADPCM", 20, _post(encoded(noise(SAMPLE_RATE), "WAV", "IMA_ADPCM")), ("415",)),
        Kind("a header alone", 20, _post(clip[:40]), ("422",)),
        Kind("NaN", 20, _post(encoded(not_finite, "WAV", "FLOAT")), ("422",)),
        Kind("too short", 20, _post(wav(noise(100))), ("422",)),
        Kind("an hour in FLAC", 5, _post(silent_hour), ("413",)),
        Kind("empty", 20, _post(b""), ("400",)),
        Kind("JSON", 20, _always(request("POST", "/transcribe", Body("application/json", b"{}"))), ("415",)),
        Kind("form without a file", 20, _always(request("POST", "/transcribe", _form_of_text())), ("400",)),
        Kind("bad parameter", 20, _post(clip, "/transcribe?top_k=0&threshold=nan&top_k=%00"), ("422",)),
        Kind("not HTTP", 5, _always(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), ("400",)),
    ]


def _huge() -> list[Kind]:
    declared = request("POST", "/transcribe", headers=f"Content-Length: {17 * MEBIBYTE}\r\n")
    undeclared = request("POST", "/transcribe", headers="Transfer-Encoding: chunked\r\n")
    pieces = list(repeat(chunked(bytes(MEBIBYTE // 4)), 4 * 17))
    return [
        Kind("huge, declared", 10, lambda client, _: client.ask_in_pieces(declared, []), ("413",)),
        # the answer may be lost to a client that goes on sending into a connection that is closed
        Kind("huge, undeclared", 1, lambda client, _: client.ask_in_pieces(undeclared, pieces), ("413", CLOSED)),
    ]


def _torn() -> list[Kind]:
    whole = [request("POST", "/transcribe", make(EXAMPLE.read_bytes())) for make in (raw, form)]

    def vanish(client: Client, random: Random) -> Awaitable[str]:
        content = random.choice(whole)
        return client.send_and_leave(content[: random.randrange(1, len(content))], after_seconds=random.uniform(0, 0.1))

    def hang_up(client: Client, random: Random) -> Awaitable[str]:
        return client.send_and_leave(random.choice(whole), after_seconds=0)

    return [
        Kind("vanishes mid-upload", 30, vanish, ("left",)),
        Kind("hangs up before the answer", 30, hang_up, ("left",)),
    ]


def _others() -> list[Kind]:
    return [
        Kind("page and health", 60, _any_of([request("GET", path) for path in PAGES]), ("200",)),
        Kind("metrics", 10, _always(request("GET", "/metrics")), ("200",)),
        Kind("no such path", 10, _always(request("GET", "/page/..%2f..%2fREADME.md")), ("404",)),
        Kind("wrong method", 40, _any_of([request(method, path) for method, path in WRONG_METHODS]), ("405",)),
    ]


def _live() -> list[Kind]:
    return [
        Kind("live stream", 2, stream, ("1000",)),
        Kind("live stream, vanishes", 1, stream_and_leave, ("left",)),
    ]


def _post(clip: bytes, path: str = "/transcribe") -> Callable[[Client, Random], Awaitable[str]]:
    return _any_of([request("POST", path, make(clip)) for make in (raw, form)])


def _always(content: bytes) -> Callable[[Client, Random], Awaitable[str]]:
    return _any_of([content])


def _any_of(contents: list[bytes]) -> Callable[[Client, Random], Awaitable[str]]:
    return partial(_ask, contents)


def _ask(contents: list[bytes], client: Client, random: Random) -> Awaitable[str]:
    return client.ask(random.choice(contents))


def _form_of_text() -> Body:
    body = form(b"text")
    return body._replace(content=body.content.replace(b'; filename="clip.wav"', b""))

"""Many streams side by side: each gets its own events in time, however it and the others send."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient
from websockets.asyncio.client import connect

from app.main import create_app
from app.settings import Settings
from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.recognizer import Recognizer
from tests.app.serving import serving, stream_url, wait_until
from tests.app.sound import bursts, chunks_of, pcm
from tests.app.stubs import Ears
from tests.signals import encode, noise

N_STREAMS = 100
PAUSES = [0.3, 0.6, 0.9]  # seconds before the one loud sound: streams say `go` at different times
SOUNDS = [pcm(bursts(pause, 0.8, 0.9)) for pause in PAUSES]
SIZES = [3_200, 4_999, 6_400, 16_001, 10**6]  # bytes of a chunk

Answers = list[dict[str, Any]]


class PacedEars(Ears):
    """Takes 1 ms for each second it looks at, and counts its looks."""

    n_looks = 0

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        time.sleep(0.001 * len(waveforms))
        self.n_looks += 1
        return super().infer(waveforms, past_frames)


async def stream(url: str, chunks: list[bytes], *, pause: float) -> Answers:
    """All at once if the pause is zero, so that answers come when they come; else chunk by chunk."""
    async with connect(url) as client:
        for chunk in chunks:
            await client.send(chunk)
            await asyncio.sleep(pause)
        await client.send('{"eof" : 1}')
        return [json.loads(answer) async for answer in client]


async def all_streams(url: str) -> list[Answers]:
    return await asyncio.gather(
        *[
            stream(url, chunks_of(SOUNDS[number % 3], SIZES[number % 5]), pause=0.001 * (number % 2))
            for number in range(N_STREAMS)
        ]
    )


def words(answers: Answers) -> list[dict[str, Any]]:
    return [word for answer in answers for word in answer.get("result", [])]


def test_a_hundred_streams_at_once_hear_each_its_own() -> None:
    with serving(create_app(Settings(), Recognizer(Ears()))) as server:
        answers = asyncio.run(all_streams(stream_url(server)))

    expected = [words(answers[number]) for number in range(3)]
    starts = [word["start"] for words in expected for word in words]
    assert starts == sorted(starts)
    assert len(starts) == 3
    assert [words(answer) for answer in answers] == [expected[number % 3] for number in range(N_STREAMS)]
    assert [len(answer) - 1 for answer in answers] == [
        len(chunks_of(SOUNDS[number % 3], SIZES[number % 5])) for number in range(N_STREAMS)
    ]


@pytest.fixture
def busy_engine() -> PacedEars:
    return PacedEars()


def test_a_minute_in_one_chunk_keeps_no_other_stream_waiting(busy_engine: PacedEars) -> None:
    client = TestClient(create_app(Settings(), Recognizer(busy_engine)))

    with client.websocket_connect("/stream") as long, client.websocket_connect("/stream") as live:
        long.send_bytes(bytes(60 * 32_000))
        live.send_bytes(bytes(3_200))
        live.receive_json()
        n_looks_before = busy_engine.n_looks
        seconds = long.receive_json()["heed"]["seconds"]

    assert n_looks_before < 100  # of 600
    assert seconds == 60.0


def test_a_minute_in_one_chunk_keeps_no_clip_waiting(busy_engine: PacedEars) -> None:
    client = TestClient(create_app(Settings(), Recognizer(busy_engine)))

    with client.websocket_connect("/stream") as long:
        long.send_bytes(bytes(60 * 32_000))
        answer = client.post("/transcribe", content=encode(noise()))
        n_looks_before = busy_engine.n_looks
        long.receive_json()

    assert answer.status_code == 200
    assert n_looks_before < 100


def test_a_minute_as_a_clip_keeps_no_stream_waiting(busy_engine: PacedEars) -> None:
    client = TestClient(create_app(Settings(), Recognizer(busy_engine)))

    with ThreadPoolExecutor(1) as other, client.websocket_connect("/stream") as live:
        clip = other.submit(client.post, "/transcribe", content=encode(noise(60 * 16_000)))
        wait_until(lambda: busy_engine.n_looks > 0, seconds=5)
        live.send_bytes(bytes(3_200))
        live.receive_json()
        is_clip_heard = clip.done()

    assert not is_clip_heard
    assert clip.result().status_code == 200

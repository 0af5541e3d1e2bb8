"""Clips are heard on threads of their own, as many as asked for, and the event loop stays free."""

import asyncio
import logging
from collections.abc import Iterator

import httpx2
import pytest
import torch

from app.main import create_app
from app.settings import Settings
from app.workers import Workers
from model.errors import NotAudio
from model.recognizer import Recognizer
from tests.app.stubs import Broken, Counting, Waiting
from tests.signals import encode, noise

CLIP = encode(noise())


@pytest.fixture
def two_threads() -> Iterator[None]:
    """What a machine of two processors would start with."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(n_threads)


def test_health_answers_while_a_hundred_clips_are_in_flight() -> None:
    recognizer = Waiting()
    app = create_app(Settings(workers=2), recognizer)

    async def scenario() -> tuple[int, int, list[int]]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://heed") as client:
            posts = [asyncio.create_task(client.post("/transcribe", files={"file": CLIP})) for _ in range(100)]
            await asyncio.sleep(0.05)
            health = await client.get("/livez")
            n_heard = recognizer.n_heard
            recognizer.go_on.set()
            return health.status_code, n_heard, [answer.status_code for answer in await asyncio.gather(*posts)]

    health, n_heard, statuses = asyncio.run(scenario())

    assert health == 200
    assert n_heard < 100
    assert statuses == 100 * [200]


def test_each_worker_computes_on_one_thread(two_threads: None) -> None:
    recognizer = Counting()

    asyncio.run(Workers(recognizer, 1).recognize(CLIP, threshold=0.5, max_clip_seconds=1.0))

    assert recognizer.n_threads == 1


def test_what_is_wrong_with_a_clip_is_raised_where_it_is_awaited(recognizer: Recognizer) -> None:
    workers = Workers(recognizer, 1)

    with pytest.raises(NotAudio):
        asyncio.run(workers.recognize(b"no sound", threshold=0.5, max_clip_seconds=1.0))


def test_a_warm_up_makes_the_workers_warm(recognizer: Recognizer) -> None:
    workers = Workers(recognizer, 2)
    was_warm = workers.is_warm

    asyncio.run(workers.warm_up())

    assert not was_warm
    assert workers.is_warm


def test_a_warm_up_that_fails_is_logged_and_leaves_the_workers_cold(caplog: pytest.LogCaptureFixture) -> None:
    workers = Workers(Broken(), 2)

    with caplog.at_level(logging.ERROR, logger="uvicorn.error"):
        asyncio.run(workers.warm_up())

    assert not workers.is_warm
    assert "warm-up failed" in caplog.text

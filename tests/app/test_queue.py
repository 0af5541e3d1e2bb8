"""Clips that wait are recognized together; no clip waits for company, and none answers for another."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from unittest.mock import Mock

import httpx2
import pytest
from starlette.requests import ClientDisconnect

from app.main import create_app
from app.queue import Clip, RecognitionQueue
from app.refusals import Busy
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.errors import AudioTooLong, NotAudio
from model.recognizer import SHIPPED, Recognition, Recognizer
from tests.app.stubs import Broken, Hearing, Waiting
from tests.signals import encode, noise

FIRST, *CLIPS = [encode(noise(seed=seed)) for seed in range(7)]

Hear = Coroutine[Any, Any, Recognition]


def queue_of(recognizer: Recognizer, *, max_batch: int = 8, max_waiting: int = 100) -> RecognitionQueue:
    metrics = Metrics(recognizer.labels, model_name=recognizer.name, model_path=SHIPPED)
    return RecognitionQueue(recognizer, metrics, max_clip_seconds=2.0, max_batch=max_batch, max_waiting=max_waiting)


def hear(queue: RecognitionQueue, clip: bytes, *, threshold: float = 0.5, is_gone: bool = False) -> Hear:
    return queue.recognize(Clip(clip, lambda: is_gone), threshold=threshold)


def together(*hears: Hear) -> list[Recognition | BaseException]:
    """What clips come to that begin to wait at the same time."""

    async def scenario() -> list[Recognition | BaseException]:
        return await asyncio.gather(*hears, return_exceptions=True)

    return asyncio.run(scenario())


def behind_a_first(recognizer: Waiting, queue: RecognitionQueue, *hears: Hear) -> list[Recognition | BaseException]:
    """What clips come to that begin to wait while the thread is busy with another."""

    async def scenario() -> list[Recognition | BaseException]:
        first = asyncio.create_task(hear(queue, FIRST))
        await asyncio.to_thread(recognizer.is_busy.wait, 2)
        others = asyncio.gather(*hears, return_exceptions=True)
        await asyncio.sleep(0)  # until they wait
        recognizer.go_on.set()
        return [await first, *await others]

    return asyncio.run(scenario())


def test_a_clip_that_finds_the_thread_idle_is_heard_at_once_and_alone() -> None:
    recognizer = Waiting()
    recognizer.go_on.set()
    queue = queue_of(recognizer)

    async def one_after_the_other() -> None:
        await hear(queue, CLIPS[0])
        await hear(queue, CLIPS[1])

    asyncio.run(one_after_the_other())

    assert recognizer.batches == [[CLIPS[0]], [CLIPS[1]]]


def test_what_waits_for_a_busy_thread_is_heard_in_batches_in_the_order_it_came() -> None:
    recognizer = Waiting()
    queue = queue_of(recognizer, max_batch=4)

    behind_a_first(recognizer, queue, *[hear(queue, clip) for clip in CLIPS])

    assert recognizer.batches == [[FIRST], CLIPS[:4], CLIPS[4:]]


def test_a_bad_clip_fails_alone() -> None:
    queue = queue_of(Hearing("go", 0.9))
    too_long = encode(noise(33_000))

    outcomes = together(*[hear(queue, clip) for clip in (CLIPS[0], b"no sound", too_long, CLIPS[1])])

    assert [type(outcome) for outcome in outcomes] == [Recognition, NotAudio, AudioTooLong, Recognition]


def test_a_fault_at_one_clip_fails_no_other() -> None:
    queue = queue_of(Broken(at=CLIPS[1]))

    outcomes = together(*[hear(queue, clip) for clip in CLIPS[:3]])

    assert [type(outcome) for outcome in outcomes] == [Recognition, RuntimeError, Recognition]


def test_each_clip_of_a_batch_has_its_own_threshold() -> None:
    queue = queue_of(Hearing("go", 0.9))

    outcomes = together(*[hear(queue, CLIPS[0], threshold=threshold) for threshold in (0.5, 0.95)])

    assert [isinstance(outcome, Recognition) and outcome.decision.accepted for outcome in outcomes] == [True, False]


def test_a_clip_whose_client_hangs_up_while_it_waits_is_not_heard() -> None:
    recognizer = Waiting()
    queue = queue_of(recognizer)
    gone = queue.recognize(Clip(CLIPS[1], Mock(side_effect=[False, True])), threshold=0.5)

    outcomes = behind_a_first(recognizer, queue, hear(queue, CLIPS[0]), gone, hear(queue, CLIPS[2]))

    assert recognizer.batches == [[FIRST], [CLIPS[0], CLIPS[2]]]
    assert isinstance(outcomes[2], ClientDisconnect)


def test_a_clip_whose_client_has_hung_up_already_does_not_wait() -> None:
    queue = queue_of(Hearing("go", 0.9), max_waiting=1)

    gone, outcome = together(hear(queue, CLIPS[0], is_gone=True), hear(queue, CLIPS[1]))

    assert isinstance(gone, ClientDisconnect)
    assert isinstance(outcome, Recognition)


def test_a_request_cancelled_by_the_server_takes_no_other_along() -> None:
    recognizer = Waiting()
    queue = queue_of(recognizer)

    async def scenario() -> Recognition:
        cancelled, other = (asyncio.create_task(hear(queue, clip)) for clip in CLIPS[:2])
        await asyncio.to_thread(recognizer.is_busy.wait, 2)
        cancelled.cancel()
        await asyncio.sleep(0)
        recognizer.go_on.set()
        return await other

    assert asyncio.run(scenario()).decision.label == "go"


def test_beyond_the_limit_a_clip_is_refused_with_503_and_when_to_ask_again() -> None:
    queue = queue_of(Hearing("go", 0.9), max_waiting=2)

    *heard, refused = together(*[hear(queue, clip) for clip in CLIPS[:3]])

    assert [type(outcome) for outcome in heard] == [Recognition, Recognition]
    assert isinstance(refused, Busy)
    assert refused.retry_after_seconds == 1


def test_what_else_needs_the_recognizer_waits_within_the_same_limit() -> None:
    recognizer = Waiting()
    queue = queue_of(recognizer, max_waiting=2)

    async def scenario() -> list[str | BaseException]:
        first = asyncio.create_task(hear(queue, FIRST))
        await asyncio.to_thread(recognizer.is_busy.wait, 2)
        errands = [queue.run(lambda: "done", is_gone=lambda: False) for _ in range(3)]
        outcomes = asyncio.gather(*errands, return_exceptions=True)
        asyncio.get_running_loop().call_later(0.01, recognizer.go_on.set)
        await first
        return await outcomes

    *done, refused = asyncio.run(scenario())

    assert done == ["done", "done"]
    assert isinstance(refused, Busy)


def test_nothing_else_is_done_for_who_hung_up() -> None:
    queue, work = queue_of(Hearing("go", 0.9)), Mock()

    with pytest.raises(ClientDisconnect):
        asyncio.run(queue.run(work, is_gone=lambda: True))

    work.assert_not_called()


def test_health_answers_while_a_hundred_clips_are_in_flight() -> None:
    recognizer = Waiting()
    app = create_app(Settings(), recognizer)

    async def scenario() -> tuple[int, list[int]]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://heed") as client:
            posts = [asyncio.create_task(client.post("/transcribe", files={"file": FIRST})) for _ in range(100)]
            await asyncio.to_thread(recognizer.is_busy.wait, 2)
            health = await client.get("/livez")
            recognizer.go_on.set()
            return health.status_code, [answer.status_code for answer in await asyncio.gather(*posts)]

    health, statuses = asyncio.run(scenario())

    assert health == 200
    assert statuses == 100 * [200]


def test_a_refusal_is_a_problem_with_the_header_of_when_to_ask_again() -> None:
    recognizer = Waiting()
    app = create_app(Settings(max_waiting=1), recognizer)

    async def scenario() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://heed") as client:
            posts = [asyncio.create_task(client.post("/transcribe", content=FIRST)) for _ in range(10)]
            await asyncio.to_thread(recognizer.is_busy.wait, 2)
            recognizer.go_on.set()
            return [answer for answer in await asyncio.gather(*posts) if answer.status_code == 503]

    refusals = asyncio.run(scenario())

    assert {answer.headers["content-type"] for answer in refusals} == {"application/problem+json"}
    assert {answer.headers["retry-after"] for answer in refusals} == {"1"}


def test_a_warm_up_makes_it_warm(recognizer: Recognizer) -> None:
    queue = queue_of(recognizer)
    was_warm = queue.is_warm

    asyncio.run(queue.warm_up())

    assert not was_warm
    assert queue.is_warm


def test_a_warm_up_that_fails_is_logged_and_leaves_it_cold(caplog: pytest.LogCaptureFixture) -> None:
    queue = queue_of(Broken())

    with caplog.at_level(logging.ERROR, logger="uvicorn.error"):
        asyncio.run(queue.warm_up())

    assert not queue.is_warm
    assert "warm-up failed" in caplog.text

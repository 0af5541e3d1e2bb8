"""The limits, metrics and log of streams hold for connections of the Wyoming protocol too."""

import asyncio
import logging

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.ping import Ping
from wyoming.wake import Detect

from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.sound import bursts
from tests.app.streaming.wyoming.talk import Service, answers, exchange, said
from tests.app.stubs import Broken, Deaf
from tests.signals import encode

GO = encode(bursts(0.3, 1.0, 0.5))


def second_of_two(service: Service, *, is_first_open: bool = True) -> list[Event]:
    """What the second of two clients is answered."""

    async def talk() -> list[Event]:
        async with service.running() as port:
            async with AsyncTcpClient("127.0.0.1", port) as first:
                await exchange(first, [Describe()])
                if is_first_open:
                    async with AsyncTcpClient("127.0.0.1", port) as second:
                        return await exchange(second, [Ping()])
            async with AsyncTcpClient("127.0.0.1", port) as second:
                return await exchange(second, [Ping()])

    return asyncio.run(talk())


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (Settings(max_streams=1), "1 streams are open already; try again later"),
        (Settings(max_concurrent=1), "1 requests or streams of yours are open already; let one end first"),
        (Settings(max_requests_per_second=0.5), "more than 0.5 requests a second; ask again in 2 s"),
    ],
)
def test_one_connection_too_many_is_told_to_come_back(settings: Settings, text: str) -> None:
    (answer,) = second_of_two(Service(settings))

    assert answer == Event("error", {"text": text, "code": "1013"})


@pytest.mark.parametrize("settings", [Settings(max_streams=1), Settings(max_concurrent=1)])
def test_a_connection_that_ends_leaves_its_place_to_another(settings: Settings) -> None:
    received = second_of_two(Service(settings), is_first_open=False)

    assert [event.type for event in received] == ["pong"]


def test_what_all_clips_may_hold_is_bounded_and_comes_free_again() -> None:
    service = Service(Settings(max_held_bytes=50_000))
    half = AudioChunk(16_000, 2, 1, bytes(30_000))

    async def talk() -> list[list[Event]]:
        async with service.running() as port, AsyncTcpClient("127.0.0.1", port) as first:
            received = [await exchange(first, [Transcribe(), half])]
            async with AsyncTcpClient("127.0.0.1", port) as second:
                received.append(await exchange(second, [Transcribe(), half]))
            await first.disconnect()
            async with AsyncTcpClient("127.0.0.1", port) as third:
                return [*received, await exchange(third, [Transcribe(), half])]

    first, second, third = asyncio.run(talk())

    assert (first, third) == ([], [])
    assert second[0].data["text"] == "clips hold 30000 bytes of 50000 already; try again in a second"


def test_streams_and_clips_count_in_the_metrics() -> None:
    service = Service()

    answers(Detect(), *said(GO), Transcribe(), *said(GO), service=service)

    values = dict(line.rsplit(" ", 1) for line in service.metrics.text().decode().splitlines())
    assert values['heed_streams_total{code="1000"}'] == "1.0"
    assert values["heed_streams_open"] == "0.0"
    assert values['heed_stream_commands_total{label="go"}'] == "1.0"
    assert values['heed_decisions_total{label="go",reason="accepted"}'] == "1.0"
    assert float(values['heed_audio_seconds_total{source="stream"}']) == pytest.approx(1.8)
    assert float(values['heed_audio_seconds_total{source="clip"}']) == pytest.approx(1.8)


def test_a_connection_has_one_line_in_the_log_without_its_words() -> None:
    service = Service()

    answers(Detect(), *said(GO), Transcribe(), *said(GO), service=service)

    (call,) = service.log.calls
    assert (call.method_name, call.args) == ("info", ("wyoming",))
    assert call.kwargs == {"code": 1000, "seconds": 3.6, "commands": 2, "client": "127.0.0.1"}


@pytest.mark.parametrize(("recognizer", "ask"), [(Recognizer(Deaf()), Detect()), (Broken(), Transcribe())])
def test_a_fault_keeps_its_text_to_the_log(
    caplog: pytest.LogCaptureFixture, recognizer: Recognizer, ask: Detect | Transcribe
) -> None:
    with caplog.at_level(logging.ERROR, logger="uvicorn.error"):
        received = answers(ask, *said(GO), service=Service(recognizer=recognizer))

    assert received == [Event("error", {"text": "the fault is heed's, and is in its log", "code": "1011"})]
    assert "secret" in caplog.text

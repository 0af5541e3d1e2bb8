"""Whatever arrives on the port of the Wyoming protocol, each connection ends in time, with a reason."""

import asyncio
import json
from contextlib import suppress

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.asr import Transcribe
from wyoming.audio import AudioStart
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.wake import Detect

from app.settings import Settings
from app.streaming.wyoming import connection
from tests.app.serving import errors_in
from tests.app.streaming.wyoming.talk import SECONDS, Service, exchange, said
from tests.app.stubs import Waiting
from tests.signals import encode, noise

SMALL = Settings(max_message_bytes=1024)

scalars = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20)
values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=5), scalars, max_size=3)
types = st.sampled_from(["describe", "ping", "transcribe", "detect", "audio-start", "audio-chunk", "audio-stop"])
fields = st.sampled_from(["rate", "width", "channels", "timestamp", "names", "name", "text"])
likely = st.dictionaries(fields, values | st.sampled_from([1, 2, 16_000, 48_000]), max_size=5)
heads = st.fixed_dictionaries(
    {"type": types | values, "data": likely | values},
    optional={"data_length": st.integers(-2, 40) | values, "payload_length": st.integers(-2, 4000) | values},
).map(lambda head: json.dumps(head).encode() + b"\n")
bytes_of_any_kind = st.lists(heads | st.binary(max_size=200), max_size=8).map(b"".join)


def ends(*sent: bytes, service: Service | None = None, half_close: bool = False) -> list[Event]:
    """What comes back to these bytes until the connection ends."""

    async def talk() -> list[Event]:
        async with (service or Service()).running() as port, AsyncTcpClient("127.0.0.1", port) as client:
            assert client._writer
            assert client._reader
            with suppress(ConnectionError):
                client._writer.writelines(sent)
                if half_close:
                    client._writer.write_eof()
            received = []
            async with asyncio.timeout(SECONDS):
                while answer := await client.read_event():
                    received.append(answer)
            return received

    return asyncio.run(talk())


@pytest.mark.parametrize(
    ("sent", "text", "code"),
    [
        (b"GET / HTTP/1.1\r\n", "this is no event; this port speaks the Wyoming protocol: lines of", "1007"),
        (b"\n", "this is no event; ", "1007"),
        (b"[]\n", "this is no event; ", "1007"),
        (b'{"data": {}}\n', "this is no event; ", "1007"),
        (b'{"type": "ping", "data": [], "data_length": 2}\n{}', "this is no event; ", "1007"),
        (b'{"type": "ping", "data_length": "2"}\n', "this is no event; ", "1007"),
        (b'{"type": "ping", "data_length": 60000}\n' + 30_000 * b"[" + 30_000 * b"]", "this is no event; ", "1007"),
        (b"\xff\xfe\n", "this is no event; ", "1007"),
        (70_000 * b"x", "an event's first line is over 65536 bytes; this port speaks", "1009"),
        (b'{"type": "ping", "payload_length": 3000000}\n', "an event has 3000000 bytes; at most 2097152", "1009"),
        (b'{"type": "ping", "data_length": 1e300}\n', "an event has 1e+300 bytes; at most 2097152", "1009"),
    ],
)
def test_what_is_no_event_is_refused(sent: bytes, text: str, code: str) -> None:
    (answer,) = ends(sent)

    assert answer.type == "error"
    assert answer.data["text"].startswith(text)
    assert answer.data["code"] == code


def test_a_refused_client_that_still_sends_can_read_why() -> None:
    (answer,) = ends(b"GET / HTTP/1.1\r\n", bytes(10**6))

    assert answer.data["code"] == "1007"


def test_a_client_that_sends_nothing_is_told_to_leave() -> None:
    (answer,) = ends(service=Service(Settings(stream_idle_seconds=0.1)))

    assert answer.data["text"] == "nothing whole came for 0.1 s; close a connection that is not needed"


def test_an_event_that_never_becomes_whole_is_not_waited_for() -> None:
    (answer,) = ends(b'{"type": "ping", "data_length": 9}\n{}', service=Service(Settings(stream_idle_seconds=0.1)))

    assert answer.data["code"] == "1008"


def test_an_event_may_have_as_many_bytes_as_a_message() -> None:
    head = b'{"type": "unknown", "payload_length": 1024}\n'

    assert ends(head + bytes(1024), head + bytes(1024), service=Service(SMALL), half_close=True) == []


def test_a_client_that_goes_in_the_middle_of_an_event_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    service = Service()

    received = ends(b'{"type": "ping", "data_length": 9}\n{}', service=service, half_close=True)

    assert received == []
    assert errors_in(caplog) == []
    assert service.log.calls[-1].kwargs["code"] == 1006


async def send_for_ever(port: int, sent: bytes) -> None:
    """And never read."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    async with asyncio.timeout(SECONDS):
        while True:
            writer.write(sent)
            await writer.drain()


def test_a_client_that_reads_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STUCK_SECONDS", 0.2)
    service, ping = Service(), json.dumps({"type": "ping", "data": {"text": 60_000 * "x"}}).encode() + b"\n"

    async def talk() -> None:
        async with service.running() as port:
            with pytest.raises(ConnectionError):
                await send_for_ever(port, 200 * ping)

    asyncio.run(talk())

    assert service.log.calls[-1].kwargs["code"] == 1006


def test_a_stop_ends_a_connection_with_a_reason() -> None:
    service = Service()

    async def talk() -> list[Event]:
        async with service.running() as port, AsyncTcpClient("127.0.0.1", port) as client:
            received = await exchange(client, [Detect(), AudioStart(16_000, 2, 1)])
            for one in [*service.state.connections]:
                one.shutdown()
            return [*received, *await exchange(client, [])]

    (answer,) = asyncio.run(talk())

    assert answer.data == {"text": connection.STOPPING, "code": "1012"}
    assert not service.state.connections


def test_a_stop_lets_a_clip_that_has_arrived_be_answered() -> None:
    recognizer = Waiting()
    service = Service(recognizer=recognizer)

    async def talk() -> list[Event]:
        async with service.running() as port, AsyncTcpClient("127.0.0.1", port) as client:
            answers = asyncio.create_task(exchange(client, [Transcribe(), *said(encode(noise()))]))
            await asyncio.to_thread(recognizer.is_busy.wait, SECONDS)
            for one in [*service.state.connections]:
                one.shutdown()
            recognizer.go_on.set()
            return [*await answers, *await exchange(client, [])]

    transcript, reason = asyncio.run(talk())

    assert transcript.data == {"text": "go"}
    assert reason.data["code"] == "1012"


@given(bytes_of_any_kind)
@hypothesis.settings(
    max_examples=150, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_whatever_a_client_sends_is_no_fault_of_the_service(caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    service = Service(SMALL)

    received = ends(sent, service=service, half_close=True)

    assert errors_in(caplog) == []
    assert service.log.calls[-1].kwargs["code"] in (1000, 1006, 1007, 1008, 1009)
    assert [event for event in received[:-1] if event.type == "error"] == []

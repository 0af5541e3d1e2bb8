"""Talk with a Wyoming server of this process, by the client of the package ``wyoming``."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from structlog.testing import CapturingLogger
from uvicorn.server import ServerState
from wyoming.audio import wav_to_chunks
from wyoming.client import AsyncTcpClient
from wyoming.event import Event, Eventable
from wyoming.ping import Ping

from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.models import Model, Models
from app.settings import Settings
from app.streaming.streams import Streams
from app.streaming.wyoming.server import WyomingServer
from app.telemetry.metrics import Metrics
from model.recognizer import Recognizer
from tests.app.stubs import Ears

LAST = Ping(text="that was all")
LAST_ANSWER = Event("pong", {"text": "that was all"})
SECONDS = 5.0  # no test can hang


class Service:
    """A Wyoming server on a free port, with all that stands around it."""

    def __init__(self, settings: Settings | None = None, recognizer: Recognizer | None = None) -> None:
        self.settings = settings or Settings()
        self.recognizer = recognizer or Recognizer(Ears())
        self.metrics = Metrics(
            self.recognizer.labels, model_name=self.recognizer.name, model_path=self.settings.model_path
        )
        self.log = CapturingLogger()
        self.state = ServerState()
        self.model = Model(self.recognizer, self.settings, self.metrics)
        self.streams = Streams(self.settings, self.metrics, self.log)
        self.server = WyomingServer(
            self.settings,
            Models([self.model]),
            self.streams,
            rate=RateLimit(self.settings.max_requests_per_second),
            concurrency=ConcurrencyLimit(self.settings.max_concurrent),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Its port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: self.server.protocol(self.state), "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            async with asyncio.timeout(SECONDS):
                while self.state.tasks:
                    await asyncio.sleep(0.01)
            self.model.queue.close()
            self.streams.close()


async def exchange(client: AsyncTcpClient, events: Sequence[Eventable]) -> list[Event]:
    """Send events, and return all that comes back: until the answer to the last one, or the end of the connection."""
    with suppress(ConnectionError):
        for event in (*events, LAST):
            await client.write_event(event.event())
    received = []
    async with asyncio.timeout(SECONDS):
        while (answer := await client.read_event()) is not None and answer != LAST_ANSWER:
            received.append(answer)
    return received


def answers(*events: Eventable, service: Service | None = None) -> list[Event]:
    """What a service answers to a client of its own."""

    async def talk() -> list[Event]:
        async with (service or Service()).running() as port, AsyncTcpClient("127.0.0.1", port) as client:
            return await exchange(client, events)

    return asyncio.run(talk())


def said(clip: bytes, *, n_samples: int = 1024, timestamp: int = 0) -> list[Eventable]:
    """A WAV as the events with which Home Assistant sends sound."""
    with wave.open(io.BytesIO(clip)) as file:
        return [*wav_to_chunks(file, n_samples, timestamp=timestamp, start_event=True, stop_event=True)]

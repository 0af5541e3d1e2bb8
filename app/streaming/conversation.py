"""Talk with the client of a live stream, in the protocol of vosk-server: each chunk of sound has one answer."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from starlette import status
from starlette.websockets import WebSocket, WebSocketDisconnect
from structlog.typing import FilteringBoundLogger

from app.middleware.api_keys import SUBPROTOCOL
from app.models import Model
from app.settings import Settings
from app.streaming import answers, messages
from app.streaming.listener import Listener
from app.streaming.messages import Order, Refusal
from app.streaming.session import Session
from app.telemetry.logs import plain
from app.telemetry.metrics import Metrics
from model.spotter import Event

MAX_REASON_BYTES = 123  # what fits into a close

logger = logging.getLogger("uvicorn.error")


class Streams:
    """All live streams of a process, and the thread that listens to them, a second of one after a second of another.

    Clips have another thread: one of a minute would keep live streams waiting for the better part of a second, where
    two threads share a processor by the millisecond.
    """

    def __init__(self, settings: Settings, metrics: Metrics, event_log: FilteringBoundLogger) -> None:
        self._metrics = metrics
        self._event_log = event_log
        self._max_streams = settings.max_streams
        self._idle_seconds = settings.stream_idle_seconds
        self._sample_rate = settings.stream_sample_rate
        self._n_streams = 0
        self._thread = ThreadPoolExecutor(1, "streams")

    async def serve(self, socket: WebSocket, model: Model) -> None:
        """Answer a client until one of the two sides closes the stream."""
        self._n_streams += 1
        self._metrics.streams_open.inc()
        stream, code = _Stream(socket, model), status.WS_1012_SERVICE_RESTART
        try:
            await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
            code = await self._converse_or_refuse(stream)
        except WebSocketDisconnect as end:
            code = end.code
        except asyncio.CancelledError:
            pass  # the server waits no longer for its streams to end: no fault to be logged
        finally:
            self._n_streams -= 1
            self._metrics.streams_open.dec()
            self._note(stream, code)

    async def beat(self) -> None:
        """Come round the thread once; where it is stuck this takes for ever."""
        await asyncio.get_running_loop().run_in_executor(self._thread, int)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def _note(self, stream: "_Stream", code: int) -> None:
        self._metrics.stream_ended(code)
        client, listener = stream.socket.client, stream.session and stream.session.listener
        self._event_log.info(
            "stream",
            code=code,
            seconds=round(listener.total_seconds, 3) if listener else 0.0,
            commands=listener.n_commands if listener else 0,
            client=plain(client.host) if client else None,
        )

    async def _converse_or_refuse(self, stream: "_Stream") -> int:
        """Return the code with which the stream was closed."""
        socket = stream.socket
        try:
            if self._n_streams > self._max_streams:
                message = f"{self._max_streams} streams are open already; try again later"
                raise Refusal(status.WS_1013_TRY_AGAIN_LATER, message)
            await self._converse(stream)
        except Refusal as refusal:
            return await _refuse(socket, refusal)
        except WebSocketDisconnect:
            raise
        except Exception:
            logger.exception("A stream failed")
            fault = Refusal(status.WS_1011_INTERNAL_ERROR, "the fault is heed's, and is in its log")
            return await _refuse(socket, fault)
        return status.WS_1000_NORMAL_CLOSURE

    async def _converse(self, stream: "_Stream") -> None:
        socket, order = stream.socket, Order()
        session = stream.session = Session(stream.model, sample_rate=self._sample_rate)
        session.set_up(messages.read_query(socket.query_params))
        while not order.eof:
            message = await self._receive(socket)
            if isinstance(message, bytes):
                session.check(message)
                await socket.send_text(session.answer(await self._listen(session.listener, message)))
                continue
            order = messages.read(message)
            if order.config:
                session.set_up(order.config)
            if order.reset or order.eof:
                await socket.send_text(session.result(await self._run(session.listener, session.listener.finish)))
                session.reset()
        await socket.close()

    async def _receive(self, socket: WebSocket) -> bytes | str:
        await asyncio.sleep(0)  # receive() returns at once where messages wait already, so other streams get no turn
        try:
            async with asyncio.timeout(self._idle_seconds):
                message = await socket.receive()
        except TimeoutError as error:
            text = f"nothing came for {self._idle_seconds:g} s; {messages.EXPECTED}"
            raise Refusal(status.WS_1008_POLICY_VIOLATION, text) from error
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        chunk: bytes | None = message.get("bytes")
        return message["text"] if chunk is None else chunk

    async def _listen(self, listener: Listener, chunk: bytes) -> list[Event]:
        """Listen to a chunk by the second, so that other streams have their turns between two seconds."""
        step = listener.bytes_per_second
        pieces = [chunk[start : start + step] for start in range(0, len(chunk), step)]
        return [event for piece in pieces for event in await self._run(listener, partial(listener.listen, piece))]

    async def _run(self, listener: Listener, work: Callable[[], list[Event]]) -> list[Event]:
        seconds_before = listener.seconds
        events = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        self._metrics.stream_seconds.inc(listener.seconds - seconds_before)
        self._metrics.spotted(event.label for event in events)
        return events


@dataclass
class _Stream:
    """A socket, the model that it asks, and its session once the stream is open."""

    socket: WebSocket
    model: Model
    session: Session | None = None


async def _refuse(socket: WebSocket, refusal: Refusal) -> int:
    reason = str(refusal).encode()[:MAX_REASON_BYTES].decode(errors="ignore")
    await socket.send_text(answers.Error(error=str(refusal)).model_dump_json())
    await socket.close(refusal.code, reason)
    return refusal.code

"""Talk with the client of a live stream, in the protocol of vosk-server: each chunk of sound has one answer."""

import asyncio
import logging
from dataclasses import dataclass

from starlette import status
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.middleware.api_keys import SUBPROTOCOL
from app.models import Models
from app.streaming import answers, messages
from app.streaming.messages import Order, Refusal
from app.streaming.session import Session
from app.streaming.streams import Streams

MAX_REASON_BYTES = 123  # what fits into a close

logger = logging.getLogger("uvicorn.error")


@dataclass
class _Stream:
    """A socket, the models that it may ask, and its session once the stream is open."""

    socket: WebSocket
    models: Models
    streams: Streams
    session: Session | None = None


async def converse(socket: WebSocket, models: Models, streams: Streams) -> None:
    """Answer a client until one of the two sides closes the stream."""
    stream, code = _Stream(socket, models, streams), status.WS_1012_SERVICE_RESTART
    with streams.counted():
        try:
            await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
            code = await _answer_or_refuse(stream)
        except WebSocketDisconnect as end:
            code = end.code
        except asyncio.CancelledError:
            pass  # the server waits no longer for its streams to end: no fault to be logged
        finally:
            _note(stream, code)


def _note(stream: _Stream, code: int) -> None:
    listener, client = stream.session and stream.session.listener, stream.socket.client
    stream.streams.note(
        "stream",
        code=code,
        seconds=listener.total_seconds if listener else 0.0,
        n_commands=listener.n_commands if listener else 0,
        host=client.host if client else None,
    )


async def _answer_or_refuse(stream: _Stream) -> int:
    """Return the code with which the stream was closed."""
    try:
        stream.streams.refuse_if_too_many()
        await _answer(stream)
    except Refusal as refusal:
        return await _refuse(stream.socket, refusal)
    except WebSocketDisconnect:
        raise
    except Exception:
        logger.exception("A stream failed")
        fault = Refusal(status.WS_1011_INTERNAL_ERROR, "the fault is heed's, and is in its log")
        return await _refuse(stream.socket, fault)
    return status.WS_1000_NORMAL_CLOSURE


async def _answer(stream: _Stream) -> None:
    socket, streams, order = stream.socket, stream.streams, Order()
    session = stream.session = Session(stream.models, sample_rate=streams.sample_rate)
    session.set_up(messages.read_query(socket.query_params))
    while not order.eof:
        message = await _receive(socket, idle_seconds=streams.idle_seconds)
        if isinstance(message, bytes):
            session.check(message)
            session.keep_up()
            await socket.send_text(session.answer(await streams.listen(session.listener, message)))
            continue
        order = messages.read(message)
        if order.config:
            session.set_up(order.config)
        if order.reset or order.eof:
            await socket.send_text(session.result(await streams.finish(session.listener)))
            session.reset()
    await socket.close()


async def _receive(socket: WebSocket, *, idle_seconds: float) -> bytes | str:
    await asyncio.sleep(0)  # receive() returns at once where messages wait already, so other streams get no turn
    try:
        async with asyncio.timeout(idle_seconds):
            message = await socket.receive()
    except TimeoutError as error:
        text = f"nothing came for {idle_seconds:g} s; {messages.EXPECTED}"
        raise Refusal(status.WS_1008_POLICY_VIOLATION, text) from error
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    chunk: bytes | None = message.get("bytes")
    return message["text"] if chunk is None else chunk


async def _refuse(socket: WebSocket, refusal: Refusal) -> int:
    reason = str(refusal).encode()[:MAX_REASON_BYTES].decode(errors="ignore")
    await socket.send_text(answers.Error(error=str(refusal)).model_dump_json())
    await socket.close(refusal.code, reason)
    return refusal.code

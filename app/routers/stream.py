"""Open live streams: ``WS /stream``, and ``WS /`` for clients of vosk-server that know only a host and a port."""

from fastapi import APIRouter, WebSocket

from app.routers.dependencies import ModelsDep, StreamsDep
from app.streaming.conversation import converse

router = APIRouter()


@router.websocket("/")
@router.websocket("/stream")
async def stream(socket: WebSocket, models: ModelsDep, streams: StreamsDep) -> None:
    await converse(socket, models, streams)

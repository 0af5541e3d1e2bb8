"""Open live streams: ``WS /stream``."""

from fastapi import APIRouter, WebSocket

from app.routers.dependencies import ModelDep, StreamsDep

router = APIRouter()


@router.websocket("/stream")
async def stream(socket: WebSocket, model: ModelDep, streams: StreamsDep) -> None:
    await streams.serve(socket, model)

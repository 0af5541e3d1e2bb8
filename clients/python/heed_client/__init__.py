"""A client of heed, which recognizes spoken command words: over HTTP for recordings, over WebSocket for live sound."""

from heed_client.answers import Alternative, LookAlike, SpottedEvent, TaughtWord, Transcription
from heed_client.async_client import AsyncClient
from heed_client.client import Client
from heed_client.errors import ServiceError

__all__ = [
    "Alternative",
    "AsyncClient",
    "Client",
    "LookAlike",
    "ServiceError",
    "SpottedEvent",
    "TaughtWord",
    "Transcription",
]

"""Serve the Wyoming protocol of Home Assistant's voice services, under the same limits as live streams."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from starlette import status
from starlette.requests import ClientDisconnect
from uvicorn.server import ServerState

from app.middleware.client_address import client_address
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.models import Models
from app.refusals import RequestRefused, UnknownModel
from app.settings import Settings
from app.streaming.messages import Refusal
from app.streaming.streams import Streams
from app.streaming.wyoming.connection import Connection
from app.streaming.wyoming.conversation import Conversation
from app.streaming.wyoming.sound import Held
from model.errors import AudioError, UnknownWord

logger = logging.getLogger("uvicorn.error")


class WyomingServer:
    """Counts each connection as a stream: in the limits, the metrics and the log."""

    def __init__(
        self, settings: Settings, models: Models, streams: Streams, *, rate: RateLimit, concurrency: ConcurrencyLimit
    ) -> None:
        self._settings, self._models, self._streams = settings, models, streams
        self._rate, self._concurrency = rate, concurrency
        self._held = Held(settings.max_held_bytes)

    def protocol(self, server: ServerState) -> Connection:
        """Make the protocol of a connection that uvicorn's server is to count among its own."""
        return Connection(
            self._serve,
            server,
            max_bytes=self._settings.max_message_bytes,
            idle_seconds=self._settings.stream_idle_seconds,
        )

    async def _serve(self, connection: Connection) -> None:
        conversation = Conversation(self._models, self._streams, self._held, is_gone=lambda: connection.is_gone)
        code = status.WS_1012_SERVICE_RESTART
        with self._streams.counted():
            try:
                code = await self._converse_or_refuse(connection, conversation)
            except (OSError, EOFError, ClientDisconnect):
                code = status.WS_1006_ABNORMAL_CLOSURE
            except asyncio.CancelledError:
                pass  # the server waits no longer for its connections to end: no fault to be logged
            finally:
                conversation.close()
                connection.close()
                self._note(connection, conversation, code)

    def _note(self, connection: Connection, conversation: Conversation, code: int) -> None:
        seconds, n_commands = conversation.seconds, conversation.n_commands
        self._streams.note("wyoming", code=code, seconds=seconds, n_commands=n_commands, host=connection.host)

    async def _converse_or_refuse(self, connection: Connection, conversation: Conversation) -> int:
        """Return the code with which a stream would be closed."""
        try:
            with self._admitted(connection.host):
                await self._converse(connection, conversation)
            return status.WS_1000_NORMAL_CLOSURE
        except (OSError, EOFError, ClientDisconnect):
            raise
        except Exception as error:  # noqa: BLE001 # told to the client, or logged
            refusal = _refusal_of(error)
        await connection.refuse(refusal)
        return refusal.code

    async def _converse(self, connection: Connection, conversation: Conversation) -> None:
        while (event := await connection.receive()) is not None:
            for answer in await conversation.answer(event):
                await connection.send(answer)

    @contextmanager
    def _admitted(self, host: str) -> Iterator[None]:
        """Let a client in for as long as it is connected.

        Raises:
            Refusal, TooManyRequests: the process has as many streams as it may have, or the client has.
        """
        client = client_address({"client": (host, 0)})
        self._streams.refuse_if_too_many()
        self._rate.check(client)
        self._concurrency.begin(client)
        self._rate.count(client)
        try:
            yield
        finally:
            self._concurrency.end(client)


def _refusal_of(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case AudioError():
            return Refusal(status.WS_1007_INVALID_FRAME_PAYLOAD_DATA, str(error))
        case UnknownWord() | UnknownModel():
            return Refusal(status.WS_1008_POLICY_VIOLATION, str(error))
        case RequestRefused():
            return Refusal(status.WS_1013_TRY_AGAIN_LATER, str(error))
    logger.error("A connection of the Wyoming protocol failed", exc_info=error)
    return Refusal(status.WS_1011_INTERNAL_ERROR, "the fault is heed's, and is in its log")

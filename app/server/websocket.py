"""Speak WebSocket as uvicorn does, and close every connection with a reason."""

import asyncio
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

STUCK_SECONDS = 10.0  # a client with full buffers that does not read for so long is dropped
GOODBYE_SECONDS = 2.0  # for a client to answer a close; then it is dropped

STOPPING = "the service is stopping or restarting; connect again in a moment"


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, in which every close has a reason and no connection stays open for ever.

    A client that breaks the protocol, or is connected when the service stops, is sent a close with a reason and given
    time to read it; to close the connection while the client still sends would reset it and lose the reason. uvicorn
    has no hooks for this, so these methods of its protocol are overridden:

    - ``run_asgi``: hands the query to the application, and keeps it out of uvicorn's log.
    - ``pause_writing``, ``resume_writing``: drop a client that does not read, and answer no pings meanwhile.
    - ``shutdown``, ``handle_parser_exception``: close with a reason.
    - ``send_receive_event_to_app``: closes on text that is not UTF-8, where uvicorn writes a traceback.
    - ``keepalive_timeout``, ``on_task_complete``: drop a client that never answers the close.
    - ``send``: tells the application that the client has gone.
    """

    _has_failed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn.debug = False  # at log level debug, websockets would log every header, API keys included

    async def run_asgi(self) -> None:
        app, scope = self.app, self.scope
        self.app = lambda _, receive, send: app(scope, receive, send)
        self.scope = {**scope, "query_string": b""}  # uvicorn would log it, whatever it holds
        await super().run_asgi()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()  # answers to a flood of pings would fill the memory
        self._stuck = self._drop_in(STUCK_SECONDS)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()
        self._stuck.cancel()

    def shutdown(self) -> None:
        if self.handshake_complete and self.conn.state is State.OPEN:
            self.conn.send_close(1012, STOPPING)
            self._say_goodbye()
        elif not self.transport.is_closing():
            super().shutdown()

    def send_receive_event_to_app(self) -> None:
        if self.close_sent or self.curr_msg_data_type == "bytes" or _is_utf8(b"".join(self.frames)):
            super().send_receive_event_to_app()
        else:
            self.conn.send_close(1007, "text must be UTF-8")
            self._say_goodbye()

    def handle_parser_exception(self) -> None:
        """Send the close that websockets has prepared; it drops whatever still arrives."""
        if not self.close_sent:
            self._say_goodbye()
            if self.transport.can_write_eof():  # not over TLS
                self.transport.write_eof()  # websockets would not see an answer to the close

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._drop_in(GOODBYE_SECONDS)  # a close alone waits until all is sent, for ever if the client never reads

    async def send(self, message: Any) -> None:
        await self.writable.wait()
        if self._has_failed:
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # without it uvicorn logs a refusal as a fault of the application

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self._drop_in(GOODBYE_SECONDS)

    def _say_goodbye(self) -> None:
        """Send the close that websockets holds, tell the application, and give the client time to answer."""
        self._has_failed = self.close_sent = True
        code = self.conn.close_sent.code if self.conn.close_sent else 1006
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.resume_reading()
        self.close_timer = self._drop_in(GOODBYE_SECONDS)

    def _drop_in(self, seconds: float) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, self.transport.abort)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True

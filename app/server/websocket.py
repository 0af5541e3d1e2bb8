"""A TCP connection in, a WebSocket out: uvicorn's own, with better goodbyes."""

import asyncio
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

STUCK_SECONDS = 10.0  # a client with full buffers that does not read for so long is dropped
GOODBYE_SECONDS = 2.0  # for a client to answer a close; then it is dropped

STOPPING = "the service is stopping or restarting; connect again in a moment"


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, but nobody is left without a reason, and the service is left with nobody.

    A client that stops reading is dropped, not buffered for ever. One that breaks the protocol, or is there when the
    service stops, is sent a close with a reason and given time to read it: to close the connection at once, while the
    client still sends, would reset it, and the reason would be lost. Text that is not UTF-8 leaves no traceback.
    """

    _has_failed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn.debug = False  # at log level debug websockets would log every header, and API keys with them

    async def run_asgi(self) -> None:
        self.scope["query_string"] = b""  # a stream asks nothing by it, and uvicorn would log it, whatever it holds
        await super().run_asgi()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()  # a flood of pings would be answered into memory
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
        if self.curr_msg_data_type == "bytes" or _is_utf8(b"".join(self.frames)):
            super().send_receive_event_to_app()
        else:
            self.conn.send_close(1007, "text must be UTF-8")
            self._say_goodbye()

    def handle_parser_exception(self) -> None:
        """The client broke the protocol; websockets has a close for it and throws away whatever still arrives."""
        if not self.close_sent:
            self._say_goodbye()
            self.transport.write_eof()  # because websockets would not see an answer either

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._drop_in(GOODBYE_SECONDS)  # a mere close waits until all is sent, so for ever if the client never reads

    async def send(self, message: Any) -> None:
        await self.writable.wait()
        if self._has_failed:
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # uvicorn forgets it, and logs a refusal as a fault of the application

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self._drop_in(GOODBYE_SECONDS)

    def _say_goodbye(self) -> None:
        """Send the close that websockets holds, tell the service, and wait for the client to answer or be dropped."""
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

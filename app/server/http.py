"""Speak HTTP/1.1 as uvicorn does, with limits of size and time for heads, pipelines and unread answers."""

import asyncio
import json
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.errors import PROBLEM_JSON
from app.schemas import Problem

HEAD_SECONDS = 10.0  # for a request's head, counted from the connection or from its first byte
MAX_HEAD_BYTES = 32 * 1024  # kept at most, beside one read of the socket, of bytes that belong to no body
MAX_HEADERS = 100
MAX_PIPELINED = 16
STUCK_SECONDS = 60.0  # a client that takes no more of its answer is dropped
LINGER_SECONDS = 2.0  # for a refused client to read why; a close while it sends would reset its connection

NOT_HTTP = (HTTPStatus.BAD_REQUEST, "this is not an HTTP/1.1 request; the requests before it are answered")
TOO_SLOW = (HTTPStatus.REQUEST_TIMEOUT, f"the request's head was not whole after {HEAD_SECONDS:g} s")
TOO_LARGE = (
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"the request's head may have {MAX_HEAD_BYTES} bytes and {MAX_HEADERS} headers",
)

Refusal = tuple[HTTPStatus, str]


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, in which no client can send a head for ever, in bytes or in time, or leave an answer unread.

    A WebSocket's handshake begins as a request, so all of this holds for it too. While the service stops, each answer
    tells its client that the connection will be closed. uvicorn limits only the time between requests and has no hooks,
    so these methods of its protocol are overridden:

    - ``connection_made``, ``data_received``, ``on_headers_complete``, ``on_message_complete``: time the head.
    - ``data_received``, ``on_header``, ``on_headers_complete``, ``on_body``: count its bytes, headers and pipeline.
    - ``send_400_response``: answers in heed's form, and gives the client time to read it.
    - ``pause_writing``, ``resume_writing``, ``timeout_keep_alive_handler``: drop a client that reads nothing.
    - ``connection_lost``, ``handle_websocket_upgrade``: stop the timers.
    - ``connection_lost``: tells all requests of a pipeline, not the last alone, that their client is gone; to answer
      on a closed connection raises an error.
    """

    _head_timer: asyncio.TimerHandle | None = None
    _stuck_timer: asyncio.TimerHandle | None = None
    _refusal = NOT_HTTP
    _is_over = False  # no more is read
    _expects_head = True
    _n_unread = 0  # bytes since the last that belonged to a body, or ended something

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._unanswered: list[RequestResponseCycle] = []
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        for cycle in self._unanswered:
            cycle.disconnected = True
        super().connection_lost(exc)
        self._stop_timers()

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        self._n_unread += len(data)
        super().data_received(data)
        if self._is_over:
            return
        if self._n_unread > MAX_HEAD_BYTES:
            self._refuse(TOO_LARGE)
        elif self._expects_head and self._head_timer is None and self._has_answered():
            self._time_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > MAX_HEADERS:  # also of those that follow a body
            self._fail(TOO_LARGE)

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES:
            self._fail(TOO_LARGE)
        if len(self.pipeline) >= MAX_PIPELINED:
            self._fail(NOT_HTTP)
        self._expects_head, self._n_unread = False, 0
        self._stop_timing_head()
        super().on_headers_complete()
        self._unanswered = [*(cycle for cycle in self._unanswered if not cycle.response_complete), self.cycle]
        if self.app_state.get("is_stopping"):
            self.answer_no_more_than_this()

    def on_body(self, body: bytes) -> None:
        self._n_unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._expects_head, self._n_unread = True, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse the request; uvicorn comes here when the parser or one of the methods above gives up."""
        self._refuse(self._refusal)

    def handle_websocket_upgrade(self) -> None:
        self._is_over = True
        self._stop_timers()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck_timer = self.loop.call_later(STUCK_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)  # a close waits until all that was written is read

    def answer_no_more_than_this(self) -> None:
        """Let the answer to the present request, if any, tell the client that the connection closes after it."""
        if self._last_request is not None:
            self.cycle.keep_alive = False

    @property
    def _last_request(self) -> RequestResponseCycle | None:
        return self.cycle  # None before the first request, whatever uvicorn declares

    def _has_answered(self) -> bool:
        return self._last_request is None or self._last_request.response_complete

    def _time_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_slow_head)

    def _stop_timing_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_timers(self) -> None:
        self._stop_timing_head()
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()

    def _on_slow_head(self) -> None:
        if self._n_unread:
            self._refuse(TOO_SLOW)
        else:
            self.transport.close()  # browsers connect in advance; a client that sent nothing expects no answer

    def _fail(self, refusal: Refusal) -> None:
        self._refusal = refusal
        raise ValueError(refusal)  # the parser hands it on, and uvicorn calls send_400_response

    def _refuse(self, refusal: Refusal) -> None:
        """Read no further; a client that still waits for answers to earlier requests gets these alone."""
        self._is_over = True
        self._stop_timing_head()
        if self._owes_answers():
            self.cycle.keep_alive = False
            return
        if self._last_request is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(_answer(*refusal))
        if self.transport.can_write_eof():  # over TLS only a close ends a direction
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _owes_answers(self) -> bool:
        if self._has_answered():
            return False
        return bool(self.pipeline) or self.cycle.response_started or not self.cycle.more_body


def _answer(status: HTTPStatus, detail: str) -> bytes:
    problem = Problem(type="about:blank", title=status.phrase, status=status, detail=detail)
    content = json.dumps(problem.model_dump()).encode()
    head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {len(content)}\r\n"
    return head.encode() + b"connection: close\r\n\r\n" + content

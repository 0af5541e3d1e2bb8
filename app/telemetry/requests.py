"""Give each request an id, a line in the log and its share of the metrics."""

import os
import re
from collections.abc import Iterable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars
from structlog.typing import FilteringBoundLogger

from app.telemetry.logs import plain
from app.telemetry.metrics import Metrics

REQUEST_ID = b"x-request-id"
UNMATCHED = "unmatched"
HUNG_UP = 499  # nginx's status for a client that hung up before its answer began
QUIET = frozenset({"/livez", "/readyz", "/healthz", "/metrics"})  # monitors ask these every few seconds

_is_safe = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}").fullmatch


class RequestTelemetry:
    """ASGI middleware around all others, so that every answer has its id and is counted.

    A stream logs its own line when it ends; only streams that are refused before they begin are logged here.
    """

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, event_log: FilteringBoundLogger, paths: Iterable[str]
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.event_log = event_log
        self.paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(_request_id(scope), receive, send)
        bind_contextvars(request_id=exchange.request_id.decode())
        if scope["type"] == "websocket":
            await self.app(scope, receive, exchange.send)
            if not exchange.is_stream:
                self._note(scope, exchange)
            return
        self.metrics.requests_in_flight.inc()
        try:
            await self.app(scope, exchange.receive, exchange.send)
        finally:
            self.metrics.requests_in_flight.dec()
            self._note(scope, exchange)

    def _note(self, scope: Scope, exchange: "_Exchange") -> None:
        seconds = perf_counter() - exchange.start
        method, route, client = scope.get("method", "GET"), self._route(scope), scope.get("client")
        self.metrics.answered(route=route, method=method, status=exchange.status, seconds=seconds)
        refusal = {"reason": plain(scope["refusal"])} if "refusal" in scope else {}
        note = self.event_log.debug if route in QUIET and not refusal else self.event_log.info
        note(
            "request",
            method=method,
            path=plain(scope.get("raw_path", b"").decode("latin-1")),
            status=exchange.status,
            duration_ms=round(1000 * seconds, 2),
            bytes_in=exchange.n_bytes_in,
            client=plain(client[0]) if client else None,
            **refusal,
        )

    def _route(self, scope: Scope) -> str:
        """Return the template of the request's route, or its path if it was refused before it was routed."""
        if scope["path"] in self.paths:
            path: str = scope["path"]
            return path
        return getattr(scope.get("route"), "path", UNMATCHED)


class _Exchange:
    """A request on its way: how much has come and what has gone out so far."""

    __slots__ = ("_receive", "_send", "is_stream", "n_bytes_in", "request_id", "start", "status")

    def __init__(self, request_id: bytes, receive: Receive, send: Send) -> None:
        self.request_id = request_id
        self.start = perf_counter()
        self.status, self.n_bytes_in, self.is_stream = HUNG_UP, 0, False
        self._receive, self._send = receive, send

    async def receive(self) -> Message:
        message = await self._receive()
        self.n_bytes_in += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start" | "websocket.http.response.start":
                self.status = message["status"]
                message = self._named(message)
            case "websocket.accept":
                self.is_stream = True
                message = self._named(message)
            case "websocket.close" if not self.is_stream:
                self.status = 403  # the server answers this status
        await self._send(message)

    def _named(self, message: Message) -> Message:
        return {**message, "headers": [*message.get("headers", ()), (REQUEST_ID, self.request_id)]}


def _request_id(scope: Scope) -> bytes:
    """Take the client's own id, if it can do no harm, or make one."""
    for name, value in scope["headers"]:
        if name == REQUEST_ID and _is_safe(value):
            own: bytes = value
            return own
    return os.urandom(16).hex().encode()

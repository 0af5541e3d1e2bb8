"""Limit the bytes and the time of a request's body, and the bytes of all bodies together."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.hang_up import at_once
from app.refusals import BodyTooLarge, Busy, UploadTooSlow

LINGER_SECONDS = 2.0  # a refused client may go on sending for so long; a close at once would reset its connection
CLOSE = (b"connection", b"close")


class BodyLimit:
    """ASGI middleware that counts the bytes as they arrive; reading on beyond a limit raises the refusal.

    It stands before all parsing, because the parser keeps a form's files whole, however large. A declared length is
    only checked first; it may be missing or wrong. Starlette's ``max_body_size`` counts bytes too, but knows neither
    time nor other bodies, and would count them a second time.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, max_held_bytes: int, upload_seconds: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.max_held_bytes = max_held_bytes
        self.upload_seconds = upload_seconds
        self.n_held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        upload = _Upload(self, Headers(scope=scope), receive, send)
        try:
            await self.app(scope, upload.receive, upload.send)
        finally:
            upload.release()

    def check(self, n_bytes: int, *, n_held_by_others: int) -> None:
        if n_bytes > self.max_bytes:
            detail = f"the request's body is over {self.max_bytes} bytes; send a shorter clip or a compressed one"
            raise BodyTooLarge(detail)
        if n_held_by_others and n_held_by_others + n_bytes > self.max_held_bytes:  # one body alone always fits
            detail = f"requests hold {n_held_by_others} bytes of {self.max_held_bytes} already; ask again in a second"
            raise Busy(detail, retry_after_seconds=1)


class _Upload:
    """One request's body: how much of it has come, until when the rest must come, and whether that was all."""

    def __init__(self, limit: BodyLimit, headers: Headers, receive: Receive, send: Send) -> None:
        declared = headers.get("content-length", "")
        self._n_declared = int(declared) if declared.isdecimal() else 0
        self._waits_for_continue = "expect" in headers
        self._limit, self._receive, self._send = limit, receive, send
        self._deadline = asyncio.get_running_loop().time() + limit.upload_seconds
        self._n_held = 0
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()  # it returns when the client hangs up
        self._check(self._n_declared)
        self._waits_for_continue = False
        message = await self._next()
        self._hold(message)
        self._check(self._n_held)
        return message

    async def send(self, message: Message) -> None:
        """Tell a client that still sends to stop, and close the connection once it has."""
        if message["type"] == "http.response.start" and not self._has_all_come():
            message["headers"] = [*message["headers"], CLOSE]
        elif message["type"] == "http.response.body" and not self._is_whole and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            self.release()
            await self._throw_away_the_rest()
            message = {"type": "http.response.body"}
        await self._send(message)

    def release(self) -> None:
        self._limit.n_held -= self._n_held
        self._n_held = 0

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError as error:
            detail = f"the body was not whole after {self._limit.upload_seconds:g} s; send it faster, or a shorter clip"
            raise UploadTooSlow(detail) from error

    def _has_all_come(self) -> bool:
        """Return whether the body is whole; read what has arrived, but give no client leave to send more."""
        while not self._is_whole and not self._waits_for_continue and (message := at_once(self._receive)):
            self._hold(message)
        return self._is_whole

    async def _throw_away_the_rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while not self._is_whole:
                    self._is_whole = not (await self._receive()).get("more_body", False)

    def _hold(self, message: Message) -> None:
        n_bytes = len(message.get("body", b""))
        self._n_held += n_bytes
        self._limit.n_held += n_bytes
        self._is_whole = not message.get("more_body", False)

    def _check(self, n_bytes: int) -> None:
        self._limit.check(n_bytes, n_held_by_others=self._limit.n_held - self._n_held)


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])

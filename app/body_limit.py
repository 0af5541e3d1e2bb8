"""A request in, the same request out as long as its body stays within a limit."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware that counts what arrives; whoever reads on beyond the limit gets a 413 to raise.

    It stands before all parsing, because a form's files are kept whole, however large, before anyone looks at them. A
    declared length only saves the wait: it may be missing or wrong.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        n_declared = int(declared) if declared.isdecimal() else 0
        n_received = 0

        async def limited() -> Message:
            nonlocal n_received
            self._check(n_declared)
            message = await receive()
            n_received += len(message.get("body", b""))
            self._check(n_received)
            return message

        await self.app(scope, limited, send)

    def _check(self, n_bytes: int) -> None:
        if n_bytes > self.max_bytes:
            detail = f"the request's body is over {self.max_bytes} bytes; send a shorter clip or a compressed one"
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)

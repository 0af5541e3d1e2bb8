"""Put errors under ``/v1`` into OpenAI's form, which its clients read."""

import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import PROBLEM_JSON

PREFIX = "/v1/"
TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class OpenAIErrors:
    """ASGI middleware that rewrites problems; it stands around all others, because any of them may refuse a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            send = _Rewriter(send).send
        await self.app(scope, receive, send)


class _Rewriter:
    """Holds the start of a problem back until its body is there."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and (b"content-type", PROBLEM_JSON.encode()) in message["headers"]:
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_error(self._start)

    async def _send_error(self, start: Message) -> None:
        body = json.dumps(_error(json.loads(self._body))).encode()
        replaced = {b"content-type": b"application/json", b"content-length": str(len(body)).encode()}
        headers = [(name, replaced.get(name, value)) for name, value in start["headers"]]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _error(problem: dict[str, Any]) -> dict[str, Any]:
    status = problem["status"]
    kind = TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    code = problem["type"].removeprefix("urn:heed:").replace("-", "_")
    code = None if code == "about:blank" else code
    return {"error": {"message": problem["detail"], "type": kind, "param": None, "code": code}}

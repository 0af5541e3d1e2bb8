"""Put errors into the forms that the clients of OpenAI and of Hugging Face read."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import PROBLEM_JSON

TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}

Json = dict[str, Any]


class Form(NamedTuple):
    """The paths whose errors have another form than a problem's, and how one becomes the other."""

    prefix: str
    content_type: str
    of: Callable[[Json], Json]


def _openai(problem: Json) -> Json:
    status = problem["status"]
    kind = TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    code = problem["type"].removeprefix("urn:heed:").replace("-", "_")
    code = None if code == "about:blank" else code
    return {"error": {"message": problem["detail"], "type": kind, "param": None, "code": code}}


def _huggingface(problem: Json) -> Json:
    """Add the one member that their packages put into an exception's text."""
    return {**problem, "error": problem["detail"]}


FORMS = (Form("/v1/", "application/json", _openai), Form("/audio-classification", PROBLEM_JSON, _huggingface))


class ErrorForms:
    """ASGI middleware that rewrites problems; it stands around all others, because any of them may refuse a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for form in FORMS:
            if scope["type"] == "http" and scope["path"].startswith(form.prefix):
                send = _Rewriter(send, form).send
        await self.app(scope, receive, send)


class _Rewriter:
    """Holds the start of a problem back until its body is there."""

    def __init__(self, send: Send, form: Form) -> None:
        self._send, self._form = send, form
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
        body = json.dumps(self._form.of(json.loads(self._body))).encode()
        replaced = {b"content-type": self._form.content_type.encode(), b"content-length": str(len(body)).encode()}
        headers = [(name, replaced.get(name, value)) for name, value in start["headers"]]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

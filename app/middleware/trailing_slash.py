"""Answer ``/transcribe/`` as ``/transcribe``, without a redirect, which many clients don't follow with a body."""

from starlette.types import ASGIApp, Receive, Scope, Send

REDIRECTED = "/docs/"  # by Starlette: the page's links are relative, so a browser must leave the slash out too


class TrailingSlash:
    """ASGI middleware around all others, so that keys, limits and metrics see each route under one path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope["path"].endswith("/") and scope["path"] != REDIRECTED:
            scope = {**scope, "path": scope["path"][:-1] or "/"}
        await self.app(scope, receive, send)

"""Refuse requests and streams of other sites' pages, unless their origin is listed."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import refuse
from app.refusals import ForeignOrigin

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})  # pages may send these anywhere; browsers keep the answer from them


class OriginCheck:
    """ASGI middleware against pages that reach a service in their visitor's network through the visitor's browser.

    Browsers let every page open and read a stream to every host, and send forms there; they only name the page's
    origin in ``Origin``. Programs send no such header and are let through.
    """

    def __init__(self, app: ASGIApp, others: Collection[str]) -> None:
        self.app = app
        self.others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope.get("method") in HARMLESS:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host", "")
        if origin is None or origin in self.others or origin.partition("://")[2].lower() == host.lower():
            await self.app(scope, receive, send)
        else:
            await refuse(_foreign(origin, host), scope, receive, send)


def _foreign(origin: str, host: str) -> ForeignOrigin:
    detail = (
        f"pages of {origin} may not use this service at {host}; HEED_CORS_ORIGINS lists the origins that may, and a "
        "proxy in front must pass the header Host on"
    )
    return ForeignOrigin(detail)

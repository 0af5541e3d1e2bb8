"""A request or the beginning of a stream in; one that a page of another site sent is answered 403 here."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import answer_of
from app.refusals import ForeignOrigin

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})  # what a page may send anywhere; a browser keeps the answer from it


class OwnOrigin:
    """ASGI middleware against pages that use whoever looks at them to reach the service from inside.

    Browsers let every page open a stream to every host and read it, and send a form to it unread; they only say, in
    ``Origin``, whose page it was. Programs say nothing and are let through.
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
            await answer_of(_foreign(origin, host))(scope, receive, send)


def _foreign(origin: str, host: str) -> ForeignOrigin:
    detail = (
        f"a page of {origin} may not use this service, which was asked for as {host}; "
        "HEED_CORS_ORIGINS lists whose may, and a proxy before it must pass the header Host on"
    )
    return ForeignOrigin(detail)

"""Refuse requests and streams of other sites' pages, unless their origin is listed."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import refuse
from app.refusals import ForeignOrigin

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})  # pages may send these anywhere; browsers keep the answer from them
ASKS_BEFOREHAND = b"access-control-request-method"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}  # browsers leave them out

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?", re.ASCII)


class OriginCheck:
    """ASGI middleware against pages that reach a service in their visitor's network through the visitor's browser.

    Browsers let every page open and read a stream to every host, and send forms there; they only name the page's
    origin in ``Origin``. Programs send no such header and are let through. A page that may not use the service is also
    refused when its browser asks beforehand, so that the reason is in the log.
    """

    def __init__(self, app: ASGIApp, others: Collection[str]) -> None:
        self.app = app
        self.others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_harmless(scope):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host", "")
        if origin is None or origin in self.others or origin.partition("://")[2].lower() == host.lower():
            await self.app(scope, receive, send)
        else:
            await refuse(_foreign(origin, host), scope, receive, send)


def checked_origin(text: str) -> str:
    """Return an origin for the list.

    Raises:
        ValueError: no browser would send it; the message says which one would be sent, where that is clear.
    """
    scheme, _, rest = text.lower().rpartition("://")
    host = rest.partition("/")[0].removesuffix(DEFAULT_PORTS.get(scheme, " "))
    if "*" in text:
        raise ValueError("must list each origin, such as https://home.example; * would let in every page on the web")
    if scheme not in ("", *DEFAULT_PORTS) or not _HOST.fullmatch(host):
        raise ValueError("must be origins such as https://home.example, with commas between them")
    if not scheme:
        raise ValueError(f"must be an origin with its scheme, https://{host} or http://{host}")
    if text != f"{scheme}://{host}":
        raise ValueError(f"must be an origin as browsers send it, {scheme}://{host}")
    return text


def _is_harmless(scope: Scope) -> bool:
    return scope.get("method") in HARMLESS and all(name != ASKS_BEFOREHAND for name, _ in scope["headers"])


def _foreign(origin: str, host: str) -> ForeignOrigin:
    detail = (
        f"pages of {origin} may not use this service at {host}; HEED_CORS_ORIGINS lists the origins that may, and a "
        "proxy in front must pass the header Host on"
    )
    return ForeignOrigin(detail)

"""A request or the beginning of a stream in; it goes on to the service, or is answered 401 here."""

from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api_keys import ApiKeys, key_in
from app.errors import problem

OPEN = frozenset({"/", "/docs", "/openapi.json", "/livez", "/readyz", "/healthz"})  # and /page/: nothing secret there

NO_KEY = "this service asks for an API key; send it in the header 'Authorization: Bearer KEY'"
WRONG_KEY = "the API key is none that this service knows"


class Door:
    """ASGI middleware before everything that reads or parses: who may not enter costs nothing further."""

    def __init__(self, app: ASGIApp, keys: ApiKeys) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        key = key_in(scope)
        if key is not None and self.keys.hold(key):
            await self.app(scope, receive, send)
        else:
            await _unauthorized(key)(scope, receive, send)


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith("/page/")


def _unauthorized(key: bytes | None) -> Response:
    detail, error = (NO_KEY, "") if key is None else (WRONG_KEY, ', error="invalid_token"')
    return problem(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": f'Bearer realm="heed"{error}'})

"""A request or the beginning of a stream in; it goes on to the service, or is answered 401 or 429 here."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import answer_of
from app.middleware.api_keys import ApiKeys, key_in
from app.middleware.client_address import client_address
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.refusals import MissingKey, RequestRefused, UnknownKey

OPEN = frozenset({"/", "/docs", "/openapi.json", "/livez", "/readyz", "/healthz"})  # and /page/: nothing secret there

NO_KEY = "this service asks for an API key; send it in the header 'Authorization: Bearer KEY'"
UNKNOWN_KEY = "unknown API key"


class Door:
    """ASGI middleware before everything that reads or parses: who may not enter costs nothing further.

    Limits are of each key, or of each address where there are no keys. Wrong keys count for their address, and while it
    has sent too many none of its keys is looked at: else the right one would stand out in a flood of guesses.
    """

    def __init__(self, app: ASGIApp, keys: ApiKeys | None, rate: RateLimit, concurrency: ConcurrencyLimit) -> None:
        self.app = app
        self.keys = keys
        self.rate = rate
        self.concurrency = concurrency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        try:
            client = self._admit(scope)
        except RequestRefused as refusal:
            await answer_of(refusal)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self.concurrency.end(client)

    def _admit(self, scope: Scope) -> str:
        """The name by which a client is counted, from now on.

        Raises:
            RequestRefused: the client may not enter.
        """
        client = address = client_address(scope)
        if self.keys is not None:
            self.rate.check(address)
            client = self._name_of_key(scope, self.keys, address)
        self.rate.check(client)
        self.concurrency.begin(client)
        self.rate.count(client)
        return client

    def _name_of_key(self, scope: Scope, keys: ApiKeys, address: str) -> str:
        key = key_in(scope)
        if key is None:
            raise MissingKey(NO_KEY)
        name = keys.name_of(key)
        if name is None:
            self.rate.count(address)
            raise UnknownKey(UNKNOWN_KEY)
        return name


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith("/page/")

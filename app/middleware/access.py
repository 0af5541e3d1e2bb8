"""Refuse a request or stream that has no key, or is beyond its client's limits, before anything of it is read."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import refuse
from app.middleware.api_keys import ApiKeys, key_in
from app.middleware.client_address import client_address
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.middleware.shared_rate_limit import SharedRateLimit
from app.refusals import MissingKey, RequestRefused, TooManyRequests, UnknownKey

OPEN = frozenset({"/", "/docs", "/openapi.json", "/livez", "/readyz", "/healthz"})  # and /page/: they hold no secret

NO_KEY = "this service asks for an API key; send it in the header 'Authorization: Bearer KEY'"
UNKNOWN_KEY = "unknown API key"


class Access:
    """ASGI middleware before everything that reads or parses, so that a refused request costs nothing further.

    Limits hold for each key, or for each address where there are no keys. Wrong keys count for their address. While an
    address has sent too many of them, its keys are not compared at all, or a right one would stand out among guesses.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: ApiKeys | None,
        rate: RateLimit,
        concurrency: ConcurrencyLimit,
        shared_rate: SharedRateLimit | None = None,
    ) -> None:
        self.app = app
        self.keys = keys
        self.rate = rate
        self.concurrency = concurrency
        self.shared_rate = shared_rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        try:
            client = self._admit(scope)
        except RequestRefused as refusal:
            await refuse(refusal, scope, receive, send)
            return
        try:
            if self.shared_rate:
                await self.shared_rate.count(client)
            await self.app(scope, receive, send)
        except TooManyRequests as refusal:  # of the shared rate; routes answer their own
            await refuse(refusal, scope, receive, send)
        finally:
            self.concurrency.end(client)

    def _admit(self, scope: Scope) -> str:
        """Let a client in, and return the name by which it is counted.

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

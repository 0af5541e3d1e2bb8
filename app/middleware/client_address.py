"""Find the address that a request or a stream counts for."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

UNKNOWN = "unknown"
MAX_CHARACTERS = 64  # of an address; a longer one counts as unknown


def client_address(scope: Scope) -> str:
    """Return the client's address, or of IPv6 the first 64 bits, because one client has all addresses behind them.

    The address is the socket's, or the one in a trusted proxy's X-Forwarded-For, which may be any text.
    """
    host, _ = scope.get("client") or ("", 0)
    return _network(host) if len(host) <= MAX_CHARACTERS else UNKNOWN


@lru_cache(maxsize=4096)  # parsing an address takes longer than all other work of counting a client
def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped) if address.ipv4_mapped else f"{IPv6Address(int(address) >> 64 << 64)}/64"

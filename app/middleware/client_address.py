"""A request or a stream in, the address it counts for out."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

UNKNOWN = "unknown"
MAX_CHARACTERS = 64  # of an address; longer ones are not remembered either


def client_address(scope: Scope) -> str:
    """The client's address, or of IPv6 the first 64 bits: one client has all the rest.

    It is the socket's, or what a trusted proxy's X-Forwarded-For says, which may be anything.
    """
    host, _ = scope.get("client") or ("", 0)
    return _network(host) if len(host) <= MAX_CHARACTERS else UNKNOWN


@lru_cache(maxsize=4096)  # to read an address takes longer than all else that is done to count a client
def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped) if address.ipv4_mapped else f"{IPv6Address(int(address) >> 64 << 64)}/64"

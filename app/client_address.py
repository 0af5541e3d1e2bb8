"""A request or a stream in, the address it counts for out."""

from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

UNKNOWN = "unknown"


def client_address(scope: Scope) -> str:
    """The client's address, or of IPv6 the first 64 bits: one client has all the rest.

    It is the socket's, or what a trusted proxy's X-Forwarded-For says, which may be anything.
    """
    host, _ = scope.get("client") or ("", 0)
    try:
        address = ip_address(host)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped) if address.ipv4_mapped else f"{IPv6Address(int(address) >> 64 << 64)}/64"

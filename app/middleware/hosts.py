"""Refuse requests for a host name that a stranger may own: the service's defence against DNS rebinding."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import refuse
from app.refusals import UnknownHost

LOCAL = (".localhost", ".local", ".internal", ".home.arpa")  # RFC 6761, RFC 6762, ICANN's board in 2024, RFC 8375

_IPV6 = re.compile(r"\[[0-9a-f:.]+\](:\d*)?", re.ASCII)
_NAME = re.compile(r"([a-z0-9_-]+(\.[a-z0-9_-]+)*)\.?(:\d*)?", re.ASCII)
_PATTERN = re.compile(r"\*|(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)


class HostCheck:
    """ASGI middleware that answers only for addresses, for names that are not for sale, and for those that are listed.

    A page of evil.example may have its own name point to this service. To the visitor's browser, page and service are
    then one site, and so they are to every check of origins; the name in ``Host`` alone gives the page away.
    """

    def __init__(self, app: ASGIApp, listed: Collection[str]) -> None:
        self.app = app
        self.listed = listed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "") if scope["type"] != "lifespan" else ""
        if not host or is_known(host.lower(), self.listed):  # HTTP/1.0 names no host; browsers always do
            await self.app(scope, receive, send)
        else:
            await refuse(_unknown(host), scope, receive, send)


def is_known(host: str, listed: Collection[str]) -> bool:
    """Return whether a lower-case ``Host`` is an address, a name that is not for sale, or a listed one."""
    if "*" in listed or _IPV6.fullmatch(host):
        return True
    match = _NAME.fullmatch(host)
    return match is not None and (_is_local(match[1]) or _is_listed(match[1], listed))


def checked_name(text: str) -> str:
    """Return a name for the list, in lower case.

    Raises:
        ValueError: it is not a name alone.
    """
    if not _PATTERN.fullmatch(text.lower()):
        raise ValueError("must be host names such as heed.example or *.heed.example, without scheme, port or slash")
    return text.lower()


def _is_local(name: str) -> bool:
    last_label = name.rpartition(".")[2]  # a number only in an IPv4 address, as browsers decide it too
    return last_label == name or last_label.isdecimal() or name.endswith(LOCAL)


def _is_listed(name: str, listed: Collection[str]) -> bool:
    return name in listed or any(one.startswith("*.") and name.endswith(one[1:]) for one in listed)


def _unknown(host: str) -> UnknownHost:
    detail = (
        f"this service does not answer for the host {host}; HEED_HOSTS lists the names for which it does, beside "
        "addresses, localhost and names of the local network"
    )
    return UnknownHost(detail)

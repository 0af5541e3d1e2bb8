"""Announce a service in the local network by zeroconf (mDNS), as Home Assistant finds those that speak Wyoming."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

KIND = "_wyoming._tcp.local."
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 # compared with, not listened on
MDNS_GROUP = ("224.0.0.251", 5353)
MAX_NAME_BYTES = 63  # of a label in a domain name

logger = logging.getLogger("uvicorn.error")


@contextmanager
def announced(host: str, port: int) -> Iterator[None]:
    """Announce an address meanwhile; where that fails the log says so, and the service goes on without.

    Only one process may do this, because each would answer for the same name.
    """
    from zeroconf import Error, ServiceInfo, Zeroconf  # here, because the package is optional

    machine = socket.gethostname().partition(".")[0]
    name = f"heed on {machine}"[:MAX_NAME_BYTES]
    try:
        service = ServiceInfo(
            KIND, f"{name}.{KIND}", port=port, parsed_addresses=[_reachable(host)], server=f"{machine}.local."
        )
        zeroconf = Zeroconf()
        zeroconf.register_service(service, allow_name_change=True)
    except (OSError, Error) as error:
        logger.warning("Port %d could not be announced by zeroconf: %s", port, error)
        yield
        return
    logger.info("Announced by zeroconf as %r", service.name)
    try:
        yield
    finally:
        zeroconf.close()  # which takes the announcement back


def _reachable(host: str) -> str:
    """The address under which others reach this machine, if it listens on all."""
    if host not in EVERY_ADDRESS:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(MDNS_GROUP)  # which sends nothing
        address: str = probe.getsockname()[0]
        return address

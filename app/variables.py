"""Find HEED_ variables that set nothing: a mistyped name must stop the start, not leave a default in force."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

PREFIX = "HEED_"
# Where the tests find Speech Commands, and where the command heed finds its service: one shell may hold all of them.
OTHERS = frozenset({"HEED_DATA", "HEED_URL", "HEED_CLIENT_KEY"})

# Kubernetes sets these for each Service in every pod, so for one named heed or heed-web: HEED_SERVICE_HOST,
# HEED_SERVICE_PORT_HTTP, HEED_PORT_8000_TCP_ADDR and so on, and HEED_PORT itself to a URL.
_is_service_link = re.compile(
    r"HEED_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
).fullmatch
_is_address = re.compile(r"(tcp|udp|sctp)://\S+").fullmatch


def is_service_link(name: str, value: str) -> bool:
    """Tell whether Kubernetes set the variable to tell where a Service listens."""
    return bool(_is_service_link(name) or (name.endswith("PORT") and _is_address(value)))


def unknown_variables(environment: Mapping[str, str], settings: Collection[str]) -> list[str]:
    """Say of each HEED_ variable that belongs to no setting which setting's name is nearest."""
    variables = {name.upper(): value for name, value in environment.items()}
    known = OTHERS | {PREFIX + setting.upper() for setting in settings}
    return [
        _described(name, settings)
        for name, value in sorted(variables.items())
        if name.startswith(PREFIX) and name not in known and not is_service_link(name, value)
    ]


def _described(name: str, settings: Collection[str]) -> str:
    nearest = get_close_matches(name.removeprefix(PREFIX).lower(), settings, n=1)
    if nearest:
        return f"{name} is not a setting of heed (did you mean {PREFIX}{nearest[0].upper()}?)"
    return f"{name} is not a setting of heed (python -m app --help lists them all)"

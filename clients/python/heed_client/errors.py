"""The one exception of the client, and how it is read from an answer that refuses a request."""

import json
from collections.abc import Mapping
from http.client import responses

REQUEST_ID = "X-Request-ID"


class ServiceError(Exception):
    """The service refused a request, broke off a stream, or did not answer.

    Attributes:
        detail: what is wrong, and what would be right.
        status: of the HTTP answer, or the code that closed the stream; None if no heed answered.
        request_id: the name of the request in the service's log, if there was an answer.
    """

    def __init__(self, detail: str, *, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.request_id = request_id


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> ServiceError:
    """Read problem+json; a proxy's error page has none, so its status must do."""
    try:
        detail = str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the answer is {status} {responses.get(status, '')}".rstrip()
    return ServiceError(detail, status=status, request_id=headers.get(REQUEST_ID))


def unreachable(url: str, error: Exception) -> ServiceError:
    reason = str(error) or type(error).__name__
    return ServiceError(f"{url} can't be reached ({reason}); is this the address of the service, and does it run?")


def foreign(url: str) -> ServiceError:
    return ServiceError(f"{url} answers, but not as heed does; is this the address of the service?")

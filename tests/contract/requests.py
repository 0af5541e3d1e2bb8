"""Draw requests that follow the OpenAPI document, and requests that break it."""

import base64
import re
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from benchmarks.requests import form
from fuzz.bodies import any_bytes
from tests.contract.document import Operation

MEANINGLESS_HEADERS = [  # heed must answer as if they were not there
    {},
    {"Accept": "text/html;q=0"},
    {"Accept-Encoding": "identity;q=0, *;q=0"},
    {"Cookie": "session; =; ;;=,"},
    {"If-None-Match": "*"},
    {"Range": "bytes=5-1"},
    {"X-Forwarded-For": "not an address, 300.1.1.1"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Request-ID": "'\"<>{}" * 20},
]
BROKEN_VALUES = ["", "nan", "-inf", "1e999", "-1", "0x1", "[]", "\0", "left", "9" * 30]
PATH_PARAMETER = re.compile(r"{\w+}")
FOREIGN_MEDIA_TYPES = ["text/plain", "application/json", "multipart/form-data", "audio/", "\\"]


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    content: bytes


def true_requests(operation: Operation, clips: list[bytes], known: dict[str, list[str]]) -> SearchStrategy[Request]:
    """Requests that follow the document.

    Args:
        known: values of the parameters whose schema can't say which strings are right.
    """
    drawn = {
        parameter["name"]: st.sampled_from(known[parameter["name"]])
        if parameter["name"] in known
        else _numbers(parameter["schema"]).map(str)
        for parameter in operation.parameters
    }
    bodies = [_body(media_type, clip) for media_type in operation.media_types for clip in clips]
    return st.builds(
        _request,
        st.just(operation),
        st.fixed_dictionaries({}, optional=drawn).map(lambda params: list(params.items())),
        st.sampled_from(bodies or [("", b"")]),
        st.sampled_from(MEANINGLESS_HEADERS),
        st.just(known["name"][0]),
    )


def broken_requests(operation: Operation, clips: list[bytes]) -> SearchStrategy[Request]:
    """Requests of the same path with anything for their parameters and their body."""
    values = st.sampled_from(BROKEN_VALUES) | st.text(max_size=20).filter(lambda text: text.isprintable())
    names = st.sampled_from([parameter["name"] for parameter in operation.parameters] or ["top_k"])
    bodies = st.tuples(st.sampled_from([*operation.media_types, *FOREIGN_MEDIA_TYPES]), any_bytes(clips))
    return st.builds(
        _request,
        st.just(operation),
        st.lists(st.tuples(names, values), max_size=3),
        bodies,
        st.sampled_from(MEANINGLESS_HEADERS),
        values.filter(lambda text: text.strip(".") and "/" not in text),
    )


def numbers_out_of_range(schema: dict[str, Any]) -> SearchStrategy[str]:
    below, above = schema["minimum"], schema["maximum"]
    if schema["type"] == "integer":
        return (st.integers(max_value=below - 1) | st.integers(min_value=above + 1)).map(str)
    numbers = st.floats(max_value=below, exclude_max=True) | st.floats(min_value=above, exclude_min=True)
    return (numbers | st.just(float("nan"))).map(str)


def _numbers(schema: dict[str, Any]) -> SearchStrategy[Any]:
    numbers = st.integers if schema["type"] == "integer" else st.floats
    return numbers(schema["minimum"], schema["maximum"])


def _body(media_type: str, clip: bytes) -> tuple[str, bytes]:
    if media_type == "multipart/form-data":
        return form(clip).content_type, form(clip).content
    if media_type == "application/json":
        return media_type, b'{"inputs": "' + base64.b64encode(clip) + b'"}'
    return media_type, clip


def _request(
    operation: Operation, params: list[tuple[str, str]], body: tuple[str, bytes], headers: dict[str, str], name: str
) -> Request:
    media_type, content = body
    path = PATH_PARAMETER.sub(quote(name, safe=""), operation.path)
    query = urlencode([pair for pair in params if f"{{{pair[0]}}}" not in operation.path])
    content_type = {"Content-Type": media_type} if media_type else {}
    return Request(operation.method, f"{path}?{query}", headers | content_type, content)

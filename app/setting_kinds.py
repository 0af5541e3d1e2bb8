"""The kinds of settings: how the text of a variable is read, and the sentence that a wrong one is refused with."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from app.middleware.api_keys import ApiKeys, UnusableKeys
from app.middleware.hosts import checked_name
from app.middleware.origins import checked_origin
from app.parameters import must_be
from app.variables import is_service_link
from model.second_opinion import Asked

DEFAULT_PORT = 8000
DATABASE_URLS = "a URL such as sqlite:////data/words.db or postgresql+psycopg://user:password@host/heed"

_is_tcp = re.compile(r"tcp://\[?([\w.:-]+?)\]?:(\d+)").fullmatch


def _unless_service_link(port: Any) -> Any:
    return DEFAULT_PORT if is_service_link("HEED_PORT", str(port)) else port


def _check_keys(path: Path) -> Path:
    try:
        ApiKeys.read(path)
    except UnusableKeys as error:
        raise PydanticCustomError("keys", "{error}", {"error": str(error)}) from error
    return path


def refuse_unusable(database: str) -> None:
    """
    Raises:
        PydanticCustomError: the database can't be used; it does not repeat the URL, which may hold a password.
    """
    from sqlalchemy import make_url  # here, because the first process does without its 12 MB
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(database)
    except ArgumentError as error:
        raise wrong(f"HEED_DATABASE must be {DATABASE_URLS}") from error
    if url.drivername not in ("sqlite", "postgresql+psycopg") or not url.database or url.database == ":memory:":
        raise wrong(f"HEED_DATABASE must be {DATABASE_URLS}")
    if url.drivername != "sqlite" and find_spec("psycopg") is None:
        raise wrong("HEED_DATABASE needs the package psycopg: pip install -r requirements-postgresql.txt")


def wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{sentence}", {"sentence": sentence})


def _check_network(text: str) -> str:
    ip_network(text)
    return text


def _said_by(check: Callable[[str], str]) -> AfterValidator:
    """Refuse a value with the sentence of a check's ValueError; pydantic would put words of its own before it."""

    def checked(text: str) -> str:
        try:
            return check(text)
        except ValueError as error:
            raise PydanticCustomError("refused", "{error}", {"error": str(error)}) from error

    return AfterValidator(checked)


class Address(NamedTuple):
    host: str
    port: Annotated[int, Field(ge=1, le=65_535)]


def _parts(address: Any) -> Any:
    match = _is_tcp(address) if isinstance(address, str) else None
    return match.groups() if match else address


def _split(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if isinstance(text, str) else text


Port = Annotated[int, BeforeValidator(_unless_service_link)]
EngineName = Annotated[Literal["onnx", "torch"], BeforeValidator(str.lower)]
SecondOpinionAsked = Annotated[Asked, BeforeValidator(str.lower)]
LogLevel = Annotated[Literal["critical", "error", "warning", "info", "debug"], BeforeValidator(str.lower)]
KeysFile = Annotated[Path, AfterValidator(_check_keys)]
Network = Annotated[str, AfterValidator(_check_network), must_be("addresses or networks, with commas between them")]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)]
HostName = Annotated[str, _said_by(checked_name)]
HostNames = Annotated[tuple[HostName, ...], NoDecode, BeforeValidator(_split)]
Origin = Annotated[str, _said_by(checked_origin)]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_split)]
Folder = Annotated[DirectoryPath, must_be("a folder")]
RedisUrl = Annotated[str, Field(pattern=r"^rediss?://[^\s/]+")] | None
TcpAddress = Annotated[
    Address | None, NoDecode, BeforeValidator(_parts), must_be("an address such as tcp://0.0.0.0:10300")
]

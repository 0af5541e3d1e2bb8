"""Keys are read from a file, kept as digests, and found again only if every character is right."""

import base64
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Scope

from app.middleware.api_keys import ApiKeys, UnusableKeys, key_in

KEY, OTHER = "first-key-of-the-house", "Second.Key~0123456789+/=="


def scope(*headers: tuple[bytes, bytes], **others: Any) -> Scope:
    return {"type": "http", "headers": [(b"host", b"heed"), *headers], **others}


def written(path: Path, text: str) -> Path:
    file = path / "keys"
    file.write_bytes(text.encode())
    return file


def test_each_line_is_a_key_but_for_comments_and_empty_ones(tmp_path: Path) -> None:
    keys = ApiKeys.read(written(tmp_path, f"# the door\n\n{KEY}\r\n  {OTHER}  \n"))

    assert keys.name_of(KEY.encode())
    assert keys.name_of(OTHER.encode())
    assert not any(keys.name_of(line) for line in (b"", b"# the door", b"#"))


@pytest.mark.parametrize(
    "key", [KEY[:-1], KEY + "e", KEY[1:], KEY.upper(), KEY.replace("y", "x"), f" {KEY}", f"{KEY}\n{OTHER}"]
)
def test_an_almost_right_key_is_unknown(key: str) -> None:
    keys = ApiKeys([KEY, OTHER])

    assert not keys.name_of(key.encode())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no key"),
        ("# nothing but this\n", "holds no key"),
        (f"{KEY}\nfifteen-letters\n", "line 2 is not a key"),
        (f"{KEY} # the kiosk's\n", "line 1 is not a key"),
        (f"\n\n{KEY}é\n", "line 3 is not a key"),
    ],
)
def test_a_file_without_keys_or_with_a_weak_one_is_refused_without_showing_it(
    tmp_path: Path, text: str, why: str
) -> None:
    file = written(tmp_path, text)

    with pytest.raises(UnusableKeys, match=f"16 or more letters.*{why}") as refused:
        ApiKeys.read(file)

    assert not any(line in str(refused.value) for line in text.split())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableKeys, match="can't be read \\(No such file"):
        ApiKeys.read(tmp_path / "nothing")


def test_each_key_has_a_name_of_its_own_that_does_not_show_it() -> None:
    keys = ApiKeys([KEY, OTHER])

    names = {str(keys.name_of(key.encode())) for key in (KEY, OTHER)}

    assert len(names) == 2
    assert not any(KEY[:4] in name or OTHER[:4] in name for name in names)


def test_no_key_stands_in_the_memory_of_what_was_read(tmp_path: Path) -> None:
    keys = ApiKeys.read(written(tmp_path, KEY))

    assert KEY not in repr(vars(keys))


@pytest.mark.parametrize("scheme", [b"Bearer", b"bearer", b"BEARER"])
def test_a_key_comes_in_the_header(scheme: bytes) -> None:
    key = key_in(scope((b"authorization", scheme + b" the-key ")))

    assert key == b"the-key"


def test_a_key_comes_as_a_subprotocol_also_beside_the_password_of_a_proxy() -> None:
    encoded = base64.urlsafe_b64encode(OTHER.encode()).decode().rstrip("=")

    key = key_in(scope((b"authorization", b"Basic eDp5"), subprotocols=["heed", f"bearer.{encoded}"]))

    assert key == OTHER.encode()


@pytest.mark.parametrize("protocol", ["bearer.a", "bearer.é", "bearer."])
def test_a_subprotocol_that_is_not_base64_is_a_wrong_key(protocol: str) -> None:
    assert key_in(scope(subprotocols=[protocol])) == b""


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"Basic eDp5")],
        [(b"authorization", b"Bearer")],
        [(b"cookie", b"key=the-key")],
    ],
)
def test_elsewhere_there_is_no_key(headers: list[tuple[bytes, bytes]]) -> None:
    key = key_in(scope(*headers, query_string=b"key=the-key&access_token=the-key"))

    assert not key


def test_two_headers_are_read_as_one_wrong_key() -> None:
    key = key_in(scope((b"authorization", b"Bearer the-key"), (b"authorization", b"Bearer other")))

    assert key == b"the-key, Bearer other"

"""What is almost a key is never the key, and comes in neither by header nor as a subprotocol."""

from app.middleware.api_keys import ApiKeys, key_in
from tests.hostile.key_attempts import Attempt, almost_right, right_attempts, wrong_attempts

KEY = "0123456789abcdef01234567"


def lets_in(attempt: Attempt) -> bool:
    fields = [header.split(": ", 1) for header in attempt.headers]
    headers = [(name.lower().encode(), value.encode()) for name, value in fields]
    key = key_in({"type": "http", "headers": headers, "query_string": attempt.query.encode()})
    return key is not None and ApiKeys([KEY]).name_of(key) is not None


def test_what_is_almost_the_key_is_never_the_key() -> None:
    almost = [text for _, text in almost_right(KEY)]

    assert len(almost) > 2 * len(KEY)
    assert KEY not in almost


def test_right_attempts_come_in_and_wrong_ones_do_not() -> None:
    assert all(lets_in(attempt) for attempt in right_attempts(KEY))
    assert not any(lets_in(attempt) for attempt in wrong_attempts(KEY))

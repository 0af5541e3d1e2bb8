"""Check query parameters and settings, and answer a wrong one with what it must be."""

import unicodedata
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

N_ALTERNATIVES = 3  # where a request names no other number


def must_be(expected: str) -> WrapValidator:
    """Answer whatever is wrong with a value in one sentence; pydantic's own sentences name one bound at a time."""

    def check(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            raise PydanticCustomError("must_be", "must be {expected}", {"expected": expected}) from error

    return WrapValidator(check)


def normalized(word: str) -> str:
    """Write a word as it is compared: in small letters, composed, with single spaces inside."""
    return unicodedata.normalize("NFC", " ".join(word.lower().split()))


def split_phrase(phrase: str, commands: Collection[str]) -> list[str]:
    """Split a phrase into commands, of which some consist of several words; another word stays by itself."""
    rest, found = normalized(phrase).split(), list[str]()
    while rest:
        beginnings = [" ".join(rest[:end]) for end in range(len(rest), 0, -1)]
        longest = next((words for words in beginnings if words in commands), rest[0])
        found.append(longest)
        rest = rest[len(longest.split()) :]
    return found

"""Check query parameters and settings, and answer a wrong one with what it must be."""

import unicodedata
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

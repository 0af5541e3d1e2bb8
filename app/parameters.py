"""What a query parameter or a setting must be in, a check out that answers everything else with it."""

from typing import Any

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError


def must_be(expected: str) -> WrapValidator:
    """One sentence for all that can be wrong with a value; pydantic's own name one bound at a time, or none."""

    def check(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            raise PydanticCustomError("must_be", "must be {expected}", {"expected": expected}) from error

    return WrapValidator(check)

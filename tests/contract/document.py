"""Read the OpenAPI document: its operations, and whether an answer is one that it describes."""

from typing import Any, NamedTuple

from httpx2 import Response
from jsonschema import Draft202012Validator

Json = dict[str, Any]
NEEDED_HEADERS = {401: "www-authenticate", 405: "allow"}


class Operation(NamedTuple):
    method: str
    path: str
    described: Json
    components: Json

    @property
    def parameters(self) -> list[Json]:
        return list(self.described.get("parameters", []))

    @property
    def media_types(self) -> list[str]:
        return list(self.described.get("requestBody", {}).get("content", {}))

    def faults(self, answer: Response) -> list[str]:
        """All in which an answer differs from what is described."""
        described = self.described["responses"].get(str(answer.status_code))
        if described is None:
            return [f"the status {answer.status_code} is not described"]
        if "content" not in described:
            return [f"{answer.status_code} has a content"] if answer.content else []
        media_type = answer.headers["content-type"].partition(";")[0]
        if media_type not in described["content"]:
            return [f"{answer.status_code} as {media_type} is not described"]
        needed = [name for name, header in described.get("headers", {}).items() if header["required"]]
        needed += [NEEDED_HEADERS[answer.status_code]] if answer.status_code in NEEDED_HEADERS else []
        missing = [f"{answer.status_code} without {name}" for name in needed if name.lower() not in answer.headers]
        return missing + self._wrong_fields(answer, described["content"][media_type]["schema"])

    def _wrong_fields(self, answer: Response, schema: Json) -> list[str]:
        if "json" not in answer.headers["content-type"]:
            return []
        validator = Draft202012Validator(schema | {"components": self.components})
        content = answer.json()
        wrong = [error.message for error in validator.iter_errors(content)]
        says = content.get("status", answer.status_code) if isinstance(content, dict) and answer.is_error else None
        return wrong + ([f"a {answer.status_code} says {says}"] if says not in (None, answer.status_code) else [])


def operations(document: Json) -> list[Operation]:
    return [
        Operation(method.upper(), path, described, document["components"])
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]

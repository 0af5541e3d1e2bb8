"""Write the table of docs/settings.md from the settings themselves: ``python -m scripts.settings_page``."""

import re
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from app.settings import Settings

PAGE = Path(__file__).parent.parent / "docs/settings.md"
HEAD = "| variable | default | meaning |\n| --- | --- | --- |\n"
TABLE = re.compile(r"(?<=scripts\.settings_page -->\n).*(?=<!-- end of the table -->)", re.DOTALL)


def with_table(page: str) -> str:
    """The text of the page, with a table of today's settings in place of the one it has."""
    rows = "".join(_row(name, field) for name, field in Settings.model_fields.items())
    return TABLE.sub(lambda _: f"\n{HEAD}{rows}\n", page)


def _row(name: str, field: FieldInfo) -> str:
    return f"| `HEED_{name.upper()}` | {_default(field.default)} | {field.description}{_range(field)} |\n"


def _default(value: Any) -> str:
    if value in (None, ()):
        return "unset"
    if isinstance(value, tuple):
        value = ",".join(value)
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _range(field: FieldInfo) -> str:
    """Such as " (1 to 64)", " (over 0, up to 3600)" or " (1024 or more)"; empty where no number bounds the value."""
    least, above, most = (_bound(field, name) for name in ("ge", "gt", "le"))
    if not least and not above:
        return ""
    if above:
        return f" (over {above}, up to {most})"
    return f" ({least} to {most})" if most else f" ({least} or more)"


def _bound(field: FieldInfo, name: str) -> str:
    return next((f"{getattr(bound, name):.12g}" for bound in field.metadata if hasattr(bound, name)), "")


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))

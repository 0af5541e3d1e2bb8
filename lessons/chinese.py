"""Put the Chinese edition of a page together: its text from ``lessons/zh``, all else from the English page."""

import re

from lessons.execute import FOLDER
from lessons.pages import PAGES

TEXTS, CHINESE_PAGES = FOLDER / "zh", PAGES / "zh"
SEPARATOR = "\n%%\n"  # between texts: code, results and pictures of the English page stand there
BLOCK = re.compile(r"^```.*?^```$|^!\[[^]]*\]\([^)]*\)$", re.MULTILINE | re.DOTALL)


def translated() -> list[str]:
    """Name the lessons that have a Chinese edition."""
    return sorted(path.stem for path in TEXTS.glob("*.md"))


def chinese_page(name: str) -> str:
    """Return a page with its texts replaced, in their order.

    Raises:
        ValueError: there are not as many Chinese texts as English ones.
    """
    english = (PAGES / f"{name}.md").read_text()
    texts = (TEXTS / f"{name}.md").read_text().split(SEPARATOR)
    n_texts = sum(bool(text.strip()) for text in BLOCK.split(english))
    if len(texts) != n_texts:
        raise ValueError(f"lessons/zh/{name}.md has {len(texts)} texts, and the English page {n_texts}")
    following = iter(texts)
    parts = []
    for text, block in zip(BLOCK.split(english), [*BLOCK.findall(english), ""], strict=True):
        if text.strip():
            parts.append(next(following).strip())
        parts += [block] if block else []
    return "\n\n".join(parts).replace(f"]({name}/", f"](../{name}/") + "\n"


def write_chinese_page(name: str) -> None:
    """Write ``docs/lessons/zh/NAME.md`` anew.

    Raises:
        OSError: the file can't be written.
        ValueError: those of :func:`chinese_page`.
    """
    CHINESE_PAGES.mkdir(exist_ok=True)
    (CHINESE_PAGES / f"{name}.md").write_text(chinese_page(name))

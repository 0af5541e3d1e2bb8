"""Every command, file and link that the documentation names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = [
    "README.md",
    "MODEL_CARD.md",
    "CHANGELOG.md",
    *(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")),
]
OURS = "app|model|bulk|training|benchmarks|scripts|tests|examples|deploy|clients|lessons|fuzz"


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_a_command_runs_is_there(page: str) -> None:
    modules = re.findall(rf"python -m ((?:{OURS})(?:\.\w+)*)", (ROOT / page).read_text())

    files = {module: ROOT / module.replace(".", "/") for module in modules}
    assert all(file.with_suffix(".py").exists() or (file / "__main__.py").exists() for file in files.values())


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    names = re.findall(rf"(?<![\w/.-])(?:{OURS})/[\w./-]*\w", (ROOT / page).read_text())

    beside = (ROOT / page).parent  # a link to a page of a lesson is relative
    assert [name for name in names if not (ROOT / name).exists() and not (beside / name).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "MODEL_CARD.md", "CHANGELOG.md"])  # of docs/ zensical checks the links
def test_every_link_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)|(?:src|href)=\"(?!https?:)([^\"#]+)", (ROOT / page).read_text())

    assert [link for pair in links for link in pair if link and not (ROOT / link).exists()] == []

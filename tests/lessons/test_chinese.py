"""The Chinese edition has the structure, the code and the pictures of the English one."""

import re

import pytest

from lessons.chinese import BLOCK, CHINESE_PAGES, chinese_page, translated
from lessons.execute import LESSONS
from lessons.pages import PAGES


@pytest.mark.parametrize("name", translated())
def test_a_page_is_up_to_date(name: str) -> None:
    expected = chinese_page(name)

    assert (CHINESE_PAGES / f"{name}.md").read_text() == expected, f"run python -m lessons --render {name}"


@pytest.mark.parametrize("name", translated())
def test_both_editions_have_the_same_headings_and_lists(name: str) -> None:
    editions = [BLOCK.sub("", (folder / f"{name}.md").read_text()) for folder in (PAGES, CHINESE_PAGES)]

    levels, items, formulas = (
        [re.findall(pattern, edition, re.MULTILINE) for edition in editions]
        for pattern in (r"^#+", r"^[-|]", r"^    .*")
    )

    assert levels[0] == levels[1]
    assert items[0] == items[1]
    assert len(formulas[0]) == len(formulas[1])


@pytest.mark.parametrize("name", translated())
def test_every_picture_is_there(name: str) -> None:
    links = re.findall(r"\]\((\.\./[^)]+)\)", (CHINESE_PAGES / f"{name}.md").read_text())

    assert links
    assert all((CHINESE_PAGES / link).exists() for link in links)


def test_every_lesson_is_translated() -> None:
    assert set(translated()) == set(LESSONS)

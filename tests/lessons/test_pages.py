"""The pages of the lessons are up to date, and running a lesson puts its results where they belong."""

import re
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from lessons.execute import FOLDER, LESSONS, execute, parse, read
from lessons.pages import PAGES, page, without_outputs, write_page

LESSON = """\
# %% [markdown]
# # A lesson

# %%
from matplotlib.figure import Figure

from lessons.pictures import show

print("one line")
show(Figure(), "an empty picture")
"""


@pytest.fixture(scope="module")
def executed() -> NotebookNode:
    return execute(parse(LESSON))


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_has_the_text_and_the_code_of_its_lesson(name: str) -> None:
    rendered = (PAGES / f"{name}.md").read_text()

    assert without_outputs(rendered) == page(name, read(name)), f"run python -m lessons --render {name}"


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_shows_every_picture_in_its_folder_and_no_other(name: str) -> None:
    shown = re.findall(rf"\]\({name}/(\d+\.svg)\)", (PAGES / f"{name}.md").read_text())

    assert sorted(shown) == sorted(picture.name for picture in (PAGES / name).iterdir())


def test_every_lesson_is_listed() -> None:
    listed = re.findall(r"^\| .*\]\((\w+)\.py\)", (FOLDER / "README.md").read_text(), re.MULTILINE)

    assert listed == list(LESSONS)


def test_what_a_lesson_prints_and_shows_stands_below_its_code(executed: NotebookNode) -> None:
    after_the_code = page("name", executed).partition('"an empty picture")\n```\n\n')[2]

    assert after_the_code.startswith("```text\none line\n```\n\n![an empty picture](name/1.svg)\n\n---")


def test_without_its_results_a_page_is_that_of_a_lesson_that_never_ran(executed: NotebookNode) -> None:
    assert without_outputs(page("name", executed)) == page("name", parse(LESSON))


def test_a_lesson_gives_the_same_picture_whenever_it_runs(executed: NotebookNode) -> None:
    assert execute(parse(LESSON)).cells[-1].outputs[1].data == executed.cells[-1].outputs[1].data


def test_rendering_replaces_the_old_pictures(
    executed: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lessons.pages.PAGES", tmp_path)
    (tmp_path / "name").mkdir()
    (tmp_path / "name" / "2.svg").touch()

    write_page("name", executed)

    assert [picture.name for picture in (tmp_path / "name").iterdir()] == ["1.svg"]


def test_a_cell_that_raises_stops_the_lesson() -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(parse("# %%\n1 / 0\n"))

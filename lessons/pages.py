"""Write an executed lesson as a page of the documentation: Markdown, with its pictures beside it."""

import re
import shutil
from collections.abc import Iterator

from nbformat import NotebookNode

from lessons.execute import ROOT

PAGES = ROOT / "docs" / "lessons"
SVG = "image/svg+xml"
PRINTED = "```text\n{}```"
FOOTER = """---

*This page is the notebook `lessons/{name}.py` with its results. To run it yourself, see `lessons/README.md`.*
"""
OUTPUT = re.compile(r"```text\n.*?```\n\n|!\[[^]]*\]\([a-z]+/\d+\.svg\)\n\n", re.DOTALL)


def write_page(name: str, notebook: NotebookNode) -> None:
    """Write ``docs/lessons/NAME.md``, and its pictures in the folder of that name, anew.

    Raises:
        OSError: the files can't be written.
    """
    pictures = PAGES / name
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    for place, picture in enumerate(_pictures(notebook), start=1):
        (pictures / f"{place}.svg").write_text(picture)
    (PAGES / f"{name}.md").write_text(page(name, notebook))


def page(name: str, notebook: NotebookNode) -> str:
    """Return the Markdown of a lesson: its text, its code, what that printed and links to what it drew."""
    blocks, n_pictures = [], 0
    for cell in notebook.cells:
        blocks.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
        for output in cell.get("outputs", []):
            if SVG in output.get("data", {}):
                n_pictures += 1
                blocks.append(f"![{output.data['text/plain']}]({name}/{n_pictures}.svg)")
            elif output.get("name") == "stdout":
                blocks.append(PRINTED.format(output.text))
    return "".join(f"{block}\n\n" for block in blocks) + FOOTER.format(name=name)


def without_outputs(markdown: str) -> str:
    """Take from a page what running the lesson put there, so that text and code remain."""
    return OUTPUT.sub("", markdown)


def _pictures(notebook: NotebookNode) -> Iterator[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return (output.data[SVG] for output in outputs if SVG in output.get("data", {}))

"""docs/architecture.md has a line for each file, and a file for each line."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUFFIXES = (".py", ".html", ".css", ".js", ".svg")
ELSEWHERE = ("tests/", "docs/")  # described as a whole at the end of the page
FOLDER = re.compile(r"^## `([^`]+)/`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)


def lines() -> list[tuple[str, str]]:
    """The path of each file from the root, and its sentence."""
    text = (ROOT / "docs/architecture.md").read_text()
    return [(f"{folder}/{name}", line) for folder, part in FOLDER.findall(text) for name, line in LINE.findall(part)]


def described() -> set[str]:
    return {path for path, _ in lines()}


def tracked() -> set[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listing.stdout.splitlines())


def test_each_file_of_code_has_a_line() -> None:
    code = {path for path in tracked() if path.endswith(SUFFIXES) or path.startswith("scripts/")}

    expected = {path for path in code if not path.startswith(ELSEWHERE) and not path.endswith("__init__.py")}
    assert expected - described() == set()


def test_each_line_has_a_file() -> None:
    assert described() - tracked() == set()


def test_no_file_has_two_lines() -> None:
    paths = [path for path, _ in lines()]

    assert [path for path in paths if paths.count(path) > 1] == []


def test_each_line_is_a_sentence_of_its_own() -> None:
    sentences = [sentence for _, sentence in lines()]

    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)

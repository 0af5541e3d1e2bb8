"""The examples of docs/interfaces.md are what scripts/clients runs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = [path for path in (ROOT / "tests/clients/real").iterdir() if path.suffix in (".py", ".mjs", ".sh")]
EXAMPLES = re.findall(r"```(?:python|js)\n(.*?)```", (ROOT / "docs/interfaces.md").read_text(), re.DOTALL)


def holds(program: str, example: str) -> bool:
    """Whether the lines of an example stand in a program, in their order."""
    lines = iter(program.splitlines())
    return all(line in lines for line in example.splitlines())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.partition("\n")[0])
def test_an_example_is_part_of_a_program(example: str) -> None:
    assert any(holds(program.read_text(), example) for program in PROGRAMS)


@pytest.mark.parametrize("program", [path.name for path in PROGRAMS if path.name != "__init__.py"])
def test_each_program_is_run(program: str) -> None:
    assert program in (ROOT / "scripts/clients").read_text()

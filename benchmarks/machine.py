"""Write the line that says when, on what machine and with which versions something was measured."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

_VERSIONS = """
import importlib.metadata as metadata, sys
print(", ".join(f"{name} {metadata.version(name)}" for name in sys.argv[1:]))
"""


def describe(*packages: str, python: Path | str = sys.executable) -> str:
    """Date, processor, cores and versions; ``python`` names the environment that the packages are installed in."""
    versions = subprocess.run([python, "-c", _VERSIONS, *packages], check=True, capture_output=True, text=True).stdout
    cores = f"{len(os.sched_getaffinity(0))} cores"
    return ", ".join(
        [f"{datetime.now(UTC):%Y-%m-%d}", _processor(), cores, f"Python {platform.python_version()}", versions.strip()]
    )


def _processor() -> str:
    """Its name, and on x86 also its family and model, because clouds hide the name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    if "model name" not in fields:
        return platform.machine()
    return f"{fields['model name']} (family {fields['cpu family']}, model {fields['model']})"

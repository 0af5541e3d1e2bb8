"""Where the recordings for the lessons lie, from whatever folder a notebook runs."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parent.parent / "examples"

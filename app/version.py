"""The version of heed, which pyproject.toml repeats."""

VERSION = "0.1.0"

"""The two labels that stand for no command. A checkpoint carries all its labels, these two and its commands."""

SILENCE = "_silence_"
UNKNOWN = "_unknown_"


def is_command(label: str) -> bool:
    return label not in (SILENCE, UNKNOWN)

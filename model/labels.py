"""The two labels that stand for no command; the commands themselves are in each checkpoint.

Training writes this order into the checkpoint; whoever serves a checkpoint takes its labels from there.
"""

SILENCE = "_silence_"
UNKNOWN = "_unknown_"
COMMANDS = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
LABELS = (SILENCE, UNKNOWN, *COMMANDS)

"""The labels of the recipe, which most recognizers in the tests have too."""

from training.config import TrainConfig

COMMANDS = TrainConfig.commands
LABELS = TrainConfig().labels

"""Describe the service to clients of the Wyoming protocol: one program that transcribes and one that detects words."""

from typing import Any

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, WakeModel, WakeProgram

from app.models import Model, Models
from app.version import VERSION

LANGUAGES = ["en"]
ATTRIBUTION = Attribution(name="heed", url="")


def info(models: Models) -> Info:
    words = models.default.commands
    transcribers = [_transcriber(model) for model in models]
    detectors = [WakeModel(**_artifact(word, word), languages=LANGUAGES, phrase=word) for word in words]
    return Info(
        asr=[AsrProgram(**_artifact("heed", "Hears command words"), models=transcribers)],
        wake=[WakeProgram(**_artifact("heed", "Waits for a command word"), models=detectors)],
    )


def _transcriber(model: Model) -> AsrModel:
    description = f"Hears the words {', '.join(model.commands)}"
    return AsrModel(**_artifact(model.name, description), languages=LANGUAGES)


def _artifact(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "attribution": ATTRIBUTION,
        "installed": True,
        "version": VERSION,
    }

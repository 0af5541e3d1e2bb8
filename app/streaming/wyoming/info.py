"""Describe the service to clients of the Wyoming protocol: one program that transcribes and one that detects words."""

from typing import Any

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, WakeModel, WakeProgram

from app.models import Model
from app.version import VERSION

LANGUAGES = ["en"]
ATTRIBUTION = Attribution(name="heed", url="")


def info(model: Model) -> Info:
    words = ", ".join(model.commands)
    transcriber = AsrModel(**_artifact(model.name, f"Hears the words {words}"), languages=LANGUAGES)
    detectors = [WakeModel(**_artifact(word, word), languages=LANGUAGES, phrase=word) for word in model.commands]
    return Info(
        asr=[AsrProgram(**_artifact("heed", "Hears command words"), models=[transcriber])],
        wake=[WakeProgram(**_artifact("heed", "Waits for a command word"), models=detectors)],
    )


def _artifact(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "attribution": ATTRIBUTION,
        "installed": True,
        "version": VERSION,
    }

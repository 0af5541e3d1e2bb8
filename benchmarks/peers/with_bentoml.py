"""Serve heed's model with BentoML: ``python -m benchmarks.peers.with_bentoml``."""

import os
from pathlib import Path

import bentoml  # type: ignore[import-not-found]  # lives in the peers' own environment

from model.recognizer import Recognizer


@bentoml.service(workers=int(os.environ["PEER_WORKERS"]))
class Heed:
    def __init__(self) -> None:
        self.recognizer = Recognizer.load(Path(os.environ["PEER_MODEL"]))

    @bentoml.api(route="/transcribe")  # type: ignore[untyped-decorator]
    def transcribe(self, file: Path) -> dict[str, object]:
        decision = self.recognizer.recognize(file.read_bytes()).decision
        return {"label": decision.label, "confidence": decision.confidence}


if __name__ == "__main__":
    bentoml.serve(
        "benchmarks.peers.with_bentoml:Heed", host="127.0.0.1", port=int(os.environ["PEER_PORT"]), blocking=True
    )

"""Serve heed's model with LitServe: ``python -m benchmarks.peers.with_litserve``."""

import os
from pathlib import Path

import litserve  # type: ignore[import-not-found]  # lives in the peers' own environment
from fastapi import Request

from model.recognizer import Recognizer


class Heed(litserve.LitAPI):  # type: ignore[misc]
    def setup(self, device: str) -> None:  # noqa: ARG002
        self.recognizer = Recognizer.load(Path(os.environ["PEER_MODEL"]))

    def decode_request(self, request: Request) -> bytes:
        clip: bytes = request["file"].file.read()
        return clip

    def predict(self, clip: bytes) -> dict[str, object]:
        decision = self.recognizer.recognize(clip).decision
        return {"label": decision.label, "confidence": decision.confidence}

    def encode_response(self, answer: dict[str, object]) -> dict[str, object]:
        return answer


if __name__ == "__main__":
    server = litserve.LitServer(
        Heed(api_path="/transcribe"), accelerator="cpu", workers_per_device=int(os.environ["PEER_WORKERS"])
    )
    server.run(host="127.0.0.1", port=int(os.environ["PEER_PORT"]), generate_client_file=False)

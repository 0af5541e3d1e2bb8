"""Serve heed's model with Ray Serve: ``python -m benchmarks.peers.with_ray``."""

import os
from pathlib import Path

import ray  # lives in the peers' own environment
from ray import serve
from starlette.datastructures import UploadFile
from starlette.requests import Request

from model.recognizer import Recognizer


@serve.deployment(num_replicas=int(os.environ["PEER_WORKERS"]))
class Heed:
    def __init__(self, model: str) -> None:
        self.recognizer = Recognizer.load(Path(model))

    async def __call__(self, request: Request) -> dict[str, object]:
        async with request.form() as form:
            file = form["file"]
            clip = await file.read() if isinstance(file, UploadFile) else b""
        decision = self.recognizer.recognize(clip).decision
        return {"label": decision.label, "confidence": decision.confidence}


if __name__ == "__main__":
    ray.init(include_dashboard=False, num_cpus=int(os.environ["PEER_WORKERS"]))
    serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["PEER_PORT"])})
    application = Heed.bind(os.environ["PEER_MODEL"])  # type: ignore[attr-defined]  # the decorator adds it
    serve.run(application, route_prefix="/", blocking=True)

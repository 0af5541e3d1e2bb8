"""Serve heed's model as tutorials serve a PyTorch model: computed in an ``async def`` handler."""

import io
import os
from pathlib import Path

import numpy as np
import soundfile
import torch
import uvicorn
from fastapi import FastAPI, UploadFile

from model.audio import fit
from model.checkpoint import load

app = FastAPI()
checkpoint = load(Path(os.environ["PEER_CHECKPOINT"]))
frontend, network = checkpoint.modules()


@app.post("/transcribe")
async def transcribe(file: UploadFile) -> dict[str, object]:
    samples, _ = soundfile.read(io.BytesIO(await file.read()), dtype="float32")
    waveform = torch.from_numpy(np.ascontiguousarray(fit(samples)))
    with torch.no_grad():
        posteriors = (network(frontend(waveform[None])) / checkpoint.temperature).softmax(dim=-1)[0]
    best = int(posteriors.argmax())
    return {"label": checkpoint.labels[best], "confidence": float(posteriors[best])}


if __name__ == "__main__":
    uvicorn.run(
        "benchmarks.peers.tutorial:app",
        host="127.0.0.1",
        port=int(os.environ["PEER_PORT"]),
        workers=int(os.environ["PEER_WORKERS"]),
    )

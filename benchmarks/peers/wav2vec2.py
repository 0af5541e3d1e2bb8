"""Measure the time per clip of heed's export and of a network of wav2vec2's size, and print it as JSON.

The other network is of the size of superb/wav2vec2-base-superb-ks, the model of Hugging Face's audio-classification
examples. Its weights are random: speed does not depend on them.
"""

import json
import os
from pathlib import Path

import numpy as np
import torch
from transformers import (  # type: ignore[import-not-found]  # lives in the peers' own environment
    Wav2Vec2Config,
    Wav2Vec2ForSequenceClassification,
)

from benchmarks.clips import EXAMPLE
from benchmarks.timing import interleaved_ms
from model.audio import decode, fit
from model.recognizer import Recognizer


def main() -> None:
    clip = EXAMPLE.read_bytes()
    heed = Recognizer.load(Path(os.environ["PEER_MODEL"]))
    config = Wav2Vec2Config(num_labels=12, use_weighted_layer_sum=True)  # the rest of its figures are the defaults
    network = Wav2Vec2ForSequenceClassification(config).eval()

    def wav2vec2(n_threads: int) -> None:
        torch.set_num_threads(n_threads)
        waveform = torch.from_numpy(np.ascontiguousarray(fit(decode(clip))))
        network(((waveform - waveform.mean()) / waveform.std())[None])

    n_cores = len(os.sched_getaffinity(0))
    calls = {
        "heed, one thread": lambda: heed.recognize(clip),
        "wav2vec2-base-superb-ks's size, one thread": lambda: wav2vec2(1),
        f"wav2vec2-base-superb-ks's size, {n_cores} threads": lambda: wav2vec2(n_cores),
    }
    with torch.inference_mode():
        times = interleaved_ms(calls, int(os.environ["PEER_ROUNDS"]), n_calls=5)
    print(json.dumps({name: float(np.median(milliseconds)) for name, milliseconds in times.items()}))


if __name__ == "__main__":
    main()

"""Find which clips of a split are recognized under each condition."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.hearing.codecs import codecs
from benchmarks.hearing.distortions import distortions, noisy
from benchmarks.hearing.material import Listeners, Material, seeded
from benchmarks.hearing.noises import Recordings, cuts
from model.audio import Waveform
from model.recognizer import Recognizer

SNRS_DB = (20, 10, 5, 0, -5)
N_CODED_TOGETHER = 60  # clips that a codec's rate is measured on

Hits = NDArray[np.float64]  # (clip,): 1 where the label is right, else 0


@dataclass(frozen=True, kw_only=True)
class InNoise:
    """One kind of noise: hits at every ratio of speech to it."""

    group: str
    kind: str
    at_db: dict[int, Hits]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One change of the sound; ``used`` is the measured rate of a codec."""

    name: str
    used: str
    hits: Hits


def in_noise(material: Material, listeners: Listeners, groups: Mapping[str, Mapping[str, Recordings]]) -> list[InNoise]:
    """Every kind of every group at every ratio; the cuts of noise are the same at all of them."""
    kinds = [(group, kind, recordings) for group, kinds in groups.items() for kind, recordings in kinds.items()]
    found = []
    for group, kind, recordings in tqdm(kinds, "noises", leave=False):
        noise = cuts(recordings, len(material.waveforms), seeded(f"{group}: {kind}"))
        at_db = {
            snr_db: hits_of(listeners.of(kind), noisy(material.waveforms, noise, snr_db).numpy(), material.targets)
            for snr_db in SNRS_DB
        }
        found.append(InNoise(group=group, kind=kind, at_db=at_db))
    return found


def changed(material: Material, recognizer: Recognizer) -> list[Changed]:
    """No change, then every distortion and every codec."""
    clips, targets = material.waveforms, material.targets
    found = [Changed(name="nothing", used="", hits=hits_of(recognizer, clips.numpy(), targets))]
    for name, distort in tqdm(distortions().items(), "distortions", leave=False):
        distorted = distort(clips, seeded(name)).numpy()
        found.append(Changed(name=name, used="", hits=hits_of(recognizer, distorted, targets)))
    for name, codec in tqdm(codecs().items(), "codecs", leave=False):
        kbits = codec.kbits(clips.numpy()[:N_CODED_TOGETHER])
        coded = codec.through(clips.numpy())
        found.append(Changed(name=name, used=f"{kbits:.1f} kbit/s", hits=hits_of(recognizer, coded, targets)))
    return found


def hits_of(recognizer: Recognizer, waveforms: Waveform, targets: NDArray[np.int64]) -> Hits:
    """Where the likeliest label is the right one; ``(clip, time)``, ``(clip,)`` to ``(clip,)``."""
    right: NDArray[np.bool_] = recognizer.posteriors(waveforms).argmax(axis=1) == targets
    return right.astype(np.float64)

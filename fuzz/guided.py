"""Breed inputs for `decode` with atheris from those that reached new code; :mod:`fuzz.decode` starts it.

Coverage is that of Python, in `model.containers` and `model.audio`. libsndfile comes compiled without it, so inside it
only the right checksums of :mod:`fuzz.mutation` lead further.
"""

import os
import pickle
import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["model.containers", "model.audio"]):
    from fuzz.examination import Tally, examine, limit_address_space
from fuzz.mutation import damaged
from fuzz.seed_clips import seed_clips


class Target:
    """Called by atheris with every input; keeps count in a file, and ends the process after enough inputs."""

    def __init__(self, folder: Path, n_inputs: int) -> None:
        self.folder = folder
        self.n_inputs = n_inputs
        self.tally = Tally()

    def __call__(self, clip: bytes) -> None:
        seen = examine(clip)
        self.tally.add(seen)
        if not seen.is_good:
            name = f"finding-{self.tally.outcomes.total()}"
            (self.folder / name).write_bytes(clip)
            (self.folder / f"{name}.txt").write_text(str(seen))
        n_so_far = self.tally.outcomes.total()
        if n_so_far % 1_000 == 0 or n_so_far == self.n_inputs:
            (self.folder / "tally.partial").write_bytes(pickle.dumps(self.tally))
            os.replace(self.folder / "tally.partial", self.folder / "tally")
        if n_so_far == self.n_inputs:
            os._exit(0)  # libFuzzer would add inputs of its own


def breed(clip: bytes, max_size: int, seed: int) -> bytes:
    """Use libFuzzer's own mutations for one input in three: they know the values that comparisons looked for."""
    random = Random(seed)
    bred: bytes = atheris.Mutate(clip, max_size) if random.random() < 0.33 else damaged(random, clip)
    return bred[:max_size]


def main(folder: Path, corpus: Path, n_inputs: int, *options: str) -> None:
    corpus.mkdir(exist_ok=True)
    for place, clip in enumerate(seed_clips()):
        (corpus / f"seed-{place:02}").write_bytes(clip)
    arguments = [
        f"-artifact_prefix={folder}/",
        "-timeout=30",
        "-rss_limit_mb=0",
        "-max_len=131072",
        "-reduce_inputs=0",
        *options,
    ]
    atheris.Setup([sys.argv[0], str(corpus), *arguments], Target(folder, n_inputs), custom_mutator=breed)
    limit_address_space()
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])

"""Two folders and a number in, that many inputs to `decode` out, bred by atheris from those that reached new code.

Coverage is that of Python: of `model.containers` and `model.audio`. libsndfile comes compiled without it, so inside it
only the checksums made right in :mod:`fuzz.mutation` lead further.
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


class Hearing:
    """What atheris calls with every input; it keeps count in a file, and ends the process when there were enough."""

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
            os._exit(0)  # libFuzzer would count inputs of its own to it


def breed(clip: bytes, max_size: int, seed: int) -> bytes:
    """libFuzzer's own mutations for one input in three, for they know what comparisons have looked for."""
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
    atheris.Setup([sys.argv[0], str(corpus), *arguments], Hearing(folder, n_inputs), custom_mutator=breed)
    limit_address_space()
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])

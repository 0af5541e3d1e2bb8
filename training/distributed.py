"""Share the training of one network between processes that torchrun starts, on one machine or on several."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from types import FrameType

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from training.errors import DataError, ProcessLost

BLOCK_CLIPS = 16  # of a batch, which draw from a generator of their own and so are the same in whichever process


@dataclass(frozen=True, kw_only=True)
class Share:
    """One process's share of every batch: as many blocks of clips as each other process has.

    Attributes:
        rank: number of the process, from 0; the first one alone validates and writes.
    """

    rank: int = 0
    n_processes: int = 1

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def check(self, batch_size: int) -> None:
        """
        Raises:
            DataError: the processes can't have equal shares of a batch.
        """
        if n_blocks(batch_size) % self.n_processes:
            raise DataError(
                f"a batch of {batch_size} clips has {n_blocks(batch_size)} blocks of {BLOCK_CLIPS}, which "
                f"{self.n_processes} processes can't share equally; change --nproc-per-node or --set batch_size"
            )

    def blocks(self, n_clips: int, batch_size: int) -> list[tuple[int, slice]]:
        """Number this process's blocks of a batch, which is smaller than the others at the end of an epoch."""
        n = n_blocks(batch_size)
        bounds = [block * n_clips // n for block in range(n + 1)]
        slices = [slice(start, end) for start, end in pairwise(bounds)]
        return [*enumerate(slices)][self.rank * n // self.n_processes : (self.rank + 1) * n // self.n_processes]

    def rows(self, n_clips: int, batch_size: int) -> slice:
        """The rows of a batch that this process trains on."""
        blocks = [rows for _, rows in self.blocks(n_clips, batch_size)]
        return slice(blocks[0].start, blocks[-1].stop)

    def totals(self, numbers: Sequence[float], device: torch.device) -> Tensor:
        """Add up numbers of all processes, ``(number,)``."""
        totals = torch.tensor(numbers, dtype=torch.float32, device=device)
        if self.n_processes > 1:
            distributed.all_reduce(totals)
        return totals

    def synchronized(self, module: nn.Module) -> nn.Module:
        """Let the gradients of a module be the mean of those in all processes."""
        return module if self.n_processes == 1 else DistributedDataParallel(module)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Let the first process do something before the others, which then find it done."""
        if not self.is_first:
            distributed.barrier()
        yield
        if self.is_first and self.n_processes > 1:
            distributed.barrier()


ALONE = Share()


def n_blocks(batch_size: int) -> int:
    return max(1, batch_size // BLOCK_CLIPS)


@contextmanager
def joined(device: torch.device) -> Iterator[tuple[Share, torch.device]]:
    """Join the other processes of the run, if torchrun started this one, and say which share and device it has.

    Raises:
        ProcessLost: another process ended before the run did.
    """
    if not distributed.is_torchelastic_launched():
        yield ALONE, device
        return
    signal.signal(signal.SIGTERM, _interrupt)  # which torchrun sends when another process has failed
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Share(rank=distributed.get_rank(), n_processes=distributed.get_world_size()), device
    except RuntimeError as error:
        if isinstance(error, distributed.DistBackendError) or "gloo" in str(error):
            raise ProcessLost("another process of this run has ended") from error
        raise
    finally:
        distributed.destroy_process_group()


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt

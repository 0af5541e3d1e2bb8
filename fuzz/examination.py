"""Decode one input, and hold it to limits of time and memory."""

import os
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from model.audio import MAX_CLIP_SECONDS, MIN_CLIP_SECONDS, SAMPLE_RATE, decode
from model.errors import AudioError

MAX_CPU_S = 1.0
MAX_MEMORY_MB = 200.0

SELF = Path("/proc/self")


@dataclass(frozen=True, kw_only=True)
class Examination:
    """The outcome of one input and its cost; the bar of time is the processor's, which a busy machine keeps."""

    outcome: str
    cpu_s: float
    wall_s: float
    memory_mb: float

    @property
    def is_good(self) -> bool:
        is_known = self.outcome == "a waveform" or self.outcome in _OURS
        return is_known and self.cpu_s <= MAX_CPU_S and self.memory_mb <= MAX_MEMORY_MB


@dataclass(kw_only=True)
class Tally:
    """The outcomes and the highest costs of many inputs."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_cpu_s: float = 0.0
    slowest_wall_s: float = 0.0
    most_memory_mb: float = 0.0

    def add(self, seen: Examination) -> None:
        self.outcomes[seen.outcome] += 1
        self._raise_to(seen.cpu_s, seen.wall_s, seen.memory_mb)

    def merge(self, other: "Tally") -> None:
        self.outcomes.update(other.outcomes)
        self._raise_to(other.slowest_cpu_s, other.slowest_wall_s, other.most_memory_mb)

    def _raise_to(self, cpu_s: float, wall_s: float, memory_mb: float) -> None:
        self.slowest_cpu_s = max(self.slowest_cpu_s, cpu_s)
        self.slowest_wall_s = max(self.slowest_wall_s, wall_s)
        self.most_memory_mb = max(self.most_memory_mb, memory_mb)


def limit_address_space() -> None:
    """Let this process grow by the bar for memory from here on; an input that needs more fails."""
    n_pages = int((SELF / "statm").read_text().split()[0])
    limit = n_pages * os.sysconf("SC_PAGE_SIZE") + int(MAX_MEMORY_MB * 1e6)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def examine(clip: bytes) -> Examination:
    before_kb = _forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    outcome = _outcome(clip)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    return Examination(outcome=outcome, cpu_s=cpu_s, wall_s=wall_s, memory_mb=(_peak_kb() - before_kb) / 1e3)


def _outcome(clip: bytes) -> str:
    try:
        waveform = decode(clip)
    except AudioError as error:
        return type(error).__name__
    except BaseException as error:  # noqa: BLE001 # no error may end the run
        return f"raised {type(error).__name__}: {error}"[:100]
    return "a waveform" if _is_sound(waveform) else "a wrong waveform"


def _is_sound(waveform: Any) -> bool:
    shortest, longest = (seconds * SAMPLE_RATE for seconds in (MIN_CLIP_SECONDS, MAX_CLIP_SECONDS))
    is_waveform = waveform.dtype == np.float32 and waveform.ndim == 1 and shortest - 1 <= len(waveform) <= longest + 1
    return bool(is_waveform and np.abs(waveform).max() <= 1.0)  # which NaN is not


def _forget_peak() -> int:
    """Start the kernel's record of this process's largest resident memory anew, and return it in kB."""
    (SELF / "clear_refs").write_text("5")
    return _peak_kb()


def _peak_kb() -> int:
    status = (SELF / "status").read_bytes()
    return int(status[status.index(b"VmHWM:") + 6 :].split(None, 1)[0])


_OURS = {kind.__name__ for kind in AudioError.__subclasses__()}

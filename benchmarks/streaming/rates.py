"""Events in a time in, their rate with its 95 % interval out."""

from dataclasses import dataclass
from math import sqrt
from typing import Self

from training.report import Z_95


@dataclass(frozen=True)
class Rate:
    """Events in one unit of time; ``n`` is how many there were."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, n: int, time: float) -> Self:
        """Byar's interval for events that come independently of each other.

        References:
            N. Breslow, N. Day: Statistical Methods in Cancer Research II, 1987.
        """
        low = 0.0 if n == 0 else n * (1 - 1 / (9 * n) - Z_95 / (3 * sqrt(n))) ** 3
        high = (n + 1) * (1 - 1 / (9 * (n + 1)) + Z_95 / (3 * sqrt(n + 1))) ** 3
        return cls(n / time, low / time, high / time, n)

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"

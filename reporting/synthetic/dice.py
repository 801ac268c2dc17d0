"""Draws that are made millions of times."""

from collections.abc import Sequence
from random import Random
from typing import Any


class Dice(Random):
    """Like its parent, with whole numbers and choices in a quarter of the time; not to the last bit as even."""

    def randint(self, a: int, b: int) -> int:
        return a + int(self.random() * (b - a + 1))

    def choice(self, seq: Sequence[Any]) -> Any:  # type: ignore[override]
        return seq[int(self.random() * len(seq))]

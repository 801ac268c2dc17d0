"""Somebody who has read every figure that was ever shown, and reckons what a star stands for.

They know that members add up to their total, that counts do not fall below nought, that no star is a nought; and they
solve for the least and the most that each star can be (linear programming by the simplex method, Bland's rule).
"""

from collections.abc import Hashable, Mapping, Sequence

Row = Mapping[Hashable, int]
"""How often each unknown is in a known sum."""
NOUGHT = 1e-7


class Attacker:
    def __init__(self, shown: Sequence[tuple[Row, int]], stars: Sequence[Row]) -> None:
        self.names = list(dict.fromkeys(name for row in [*(row for row, _ in shown), *stars] for name in row))
        self.width = len(self.names) + len(stars)
        self.table: list[list[float]] = []
        for row, value in shown:
            self.table.append([*self.cells(row), *[0.0] * len(stars), float(value)])
        for number, row in enumerate(stars):  # at least 1: less a surplus it is 1
            self.table.append([*self.cells(row), *(-1.0 * (number == own) for own in range(len(stars))), 1.0])
        self.basis: list[int] = []
        self.find_a_world()

    def cells(self, row: Row) -> list[float]:
        return [float(row.get(name, 0)) for name in self.names]

    def find_a_world(self) -> None:
        rows = len(self.table)
        self.table = [
            [*row[:-1], *(1.0 * (own == number) for own in range(rows)), row[-1]]
            for number, row in enumerate(self.table)
        ]
        self.basis = [self.width + number for number in range(rows)]
        lack = solve(self.table, self.basis, [0.0] * self.width + [-1.0] * rows)
        assert abs(lack) < NOUGHT, "what is shown fits no world"
        for number, column in enumerate(self.basis):
            if column >= self.width:
                other = next((p for p in range(self.width) if abs(self.table[number][p]) > NOUGHT), None)
                if other is not None:
                    pivot(self.table, [], self.basis, number, other)
        kept = [number for number, column in enumerate(self.basis) if column < self.width]
        self.table = [[*self.table[number][: self.width], self.table[number][-1]] for number in kept]
        self.basis = [self.basis[number] for number in kept]

    def knows(self, star: Row, value: int) -> bool:
        """Tell whether the star can be nothing but what it is."""
        goal = [*self.cells(star), *[0.0] * (self.width - len(self.names))]
        for sign in (1.0, -1.0):
            table, basis = [list(row) for row in self.table], list(self.basis)
            far = solve(table, basis, [sign * cell for cell in goal], enough=sign * value + 1)
            if far > sign * value + 1 - NOUGHT:
                return False
        return True


def solve(table: list[list[float]], basis: list[int], costs: list[float], enough: float = float("inf")) -> float:
    """Return the most of a sum of unknowns, or something over ``enough``."""
    gains = [*costs, 0.0]
    for row, column in zip(table, basis, strict=True):
        if costs[column]:
            gains = [gain - costs[column] * cell for gain, cell in zip(gains, row, strict=True)]
    while -gains[-1] < enough:
        entering = next((place for place, gain in enumerate(gains[:-1]) if gain > NOUGHT), None)
        if entering is None:
            break
        ratios = [(row[-1] / row[entering], basis[n], n) for n, row in enumerate(table) if row[entering] > NOUGHT]
        if not ratios:
            return float("inf")
        pivot(table, gains, basis, min(ratios)[2], entering)
    return -gains[-1]


def pivot(table: list[list[float]], gains: list[float], basis: list[int], own: int, entering: int) -> None:
    factor = table[own][entering]
    base = table[own] = [cell / factor for cell in table[own]]
    for other, row in enumerate(table):
        if other != own and abs(times := row[entering]) > NOUGHT:
            table[other] = [cell - times * mine for cell, mine in zip(row, base, strict=True)]
    if gains and gains[entering]:
        times = gains[entering]
        gains[:] = [gain - times * mine for gain, mine in zip(gains, base, strict=True)]
    basis[own] = entering

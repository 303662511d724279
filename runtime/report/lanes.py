"""Where the edges of a graph run when its nodes stand below each other, a row for each, as in the log of a repository.

An edge to the next row is straight. All others that start at one node share a lane beside the rows, which stays theirs
from the first row to the last one: so the lines go on unbroken whether a block of rows is folded or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Net:
    """The edges that leave one node for rows further on. ``rows`` are all that it joins, in order; lane 0 is next to
    the nodes."""

    lane: int
    rows: tuple[int, ...]

    @property
    def start(self) -> int:
        """The first row."""
        return self.rows[0]

    @property
    def end(self) -> int:
        """The last row."""
        return self.rows[-1]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The edges of a graph, laid out. ``straight`` has the rows that lead straight to the next one."""

    count: int
    straight: frozenset[int]
    nets_at: tuple[tuple[Net, ...], ...] = field(repr=False)
    """Row -> the nets that join or pass it."""

    def across(self, first: int, last: int) -> list[Net]:
        """The nets that join or pass the rows ``first`` to ``last``, without those that stay between them."""
        met = {net.rows: net for row in (first, last) for net in self.nets_at[row]}
        return [net for net in met.values() if net.start < first or net.end > last]

    def within(self, first: int, last: int) -> list[Net]:
        """The nets that join or pass any of the rows."""
        met = {net.rows: net for row in range(first, last + 1) for net in self.nets_at[row]}
        return list(met.values())


def lay_out(row_count: int, edges: Iterable[tuple[int, int]]) -> Lanes:
    """Lanes for ``edges`` between rows. Short nets come next to the rows, so that lines cross as little as they can."""
    straight: set[int] = set()
    joined: dict[int, set[int]] = {}
    for source, target in edges:
        if abs(source - target) == 1:
            straight.add(min(source, target))
        elif source != target:
            joined.setdefault(source, {source}).add(target)
    taken: list[int] = []  # for each lane the rows that are not free, as bits
    nets_at: list[list[Net]] = [[] for _ in range(row_count)]
    for rows in sorted((tuple(sorted(rows)) for rows in joined.values()), key=lambda rows: (rows[-1] - rows[0], rows)):
        wanted = ((1 << (rows[-1] - rows[0] + 1)) - 1) << rows[0]
        lane = next((lane for lane, bits in enumerate(taken) if not bits & wanted), len(taken))
        taken[lane:] = [taken[lane] | wanted, *taken[lane + 1 :]] if lane < len(taken) else [wanted]
        for row in range(rows[0], rows[-1] + 1):
            nets_at[row].append(Net(lane, rows))
    return Lanes(len(taken), frozenset(straight), tuple(map(tuple, nets_at)))

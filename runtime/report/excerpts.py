"""The lines of the user's source that findings are about, with some around them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from modulint.lint.report import Sources
from modulint.runtime.positions import Position

_CONTEXT = 2
_MOST_EXCERPTS = 5
_LONGEST = 40


def short_path(path: str) -> str:
    """``path`` without the directories that installed packages stand in."""
    return path.replace(os.sep, "/").rpartition("/site-packages/")[2]


@dataclass(frozen=True, slots=True)
class Mark:
    """A range within an excerpt. Lines and columns count characters from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive lines of one file, of which ``first_line`` is the number of the first; ``function`` may be empty."""

    path: str
    function: str
    first_line: int
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]


class Excerpts:
    """Cuts excerpts out of files. Many findings are about the same places: each is cut once."""

    def __init__(self) -> None:
        self._sources = Sources()
        self._known: dict[tuple[Position, ...], tuple[Excerpt, ...]] = {}

    def around(self, positions: Iterable[Position]) -> tuple[Excerpt, ...]:
        """The lines around ``positions``: places near each other share an excerpt; no more than a few of them."""
        key = tuple(dict.fromkeys(positions))
        if key not in self._known:
            groups = _neighbours(sorted(key, key=lambda each: (each.path, each.line, each.column)))
            cut = (self._cut(group) for group in groups)
            self._known[key] = tuple(excerpt for excerpt in cut if excerpt.lines)[:_MOST_EXCERPTS]
        return self._known[key]

    def _cut(self, positions: Sequence[Position]) -> Excerpt:
        first = max(1, positions[0].line - _CONTEXT)
        last = min(max(each.end_line for each in positions) + _CONTEXT, first + _LONGEST)
        path = positions[0].path
        found = [self._sources.line(path, number) for number in range(first, last + 1)]
        lines = tuple(line for line in found if line is not None)
        marks = (Mark(each.line, each.column, each.end_line, each.end_column) for each in positions)
        return Excerpt(path, positions[0].function, first, lines, tuple(marks))


def _neighbours(positions: Sequence[Position]) -> Iterator[Sequence[Position]]:
    """The positions, sorted as they are, in groups whose excerpts would touch."""
    group: list[Position] = []
    for position in positions:
        if group and not _touch(group, position):
            yield group
            group = []
        group.append(position)
    if group:
        yield group


def _touch(group: Sequence[Position], position: Position) -> bool:
    first, last = group[0], max(each.end_line for each in group)
    near = position.line - last <= 2 * _CONTEXT + 1 and position.end_line - first.line < _LONGEST - _CONTEXT
    return first.path == position.path and near

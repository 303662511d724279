"""Replacements in a text, as offsets: what is not named stays as it is, to the byte."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters from ``start`` up to ``end`` become ``text``. An insertion has ``start == end``.

    Of insertions at one offset those with the lower ``rank`` come first, then those that were added first.
    """

    start: int
    end: int
    text: str
    rank: int = 1

    def overlaps(self, other: Edit) -> bool:
        """Whether both change the same characters, or one inserts inside what the other replaces."""
        return self.start < other.end and other.start < self.end


class Edits:
    """Edits that do not overlap."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []
        # By position, to find what an edit may touch without looking at all others.
        self._starts: list[int] = []
        self._replaced: list[Edit] = []
        self._inserted: list[int] = []

    def __bool__(self) -> bool:
        return bool(self._edits)

    def fits(self, edits: Iterable[Edit]) -> bool:
        """Whether all of ``edits`` can be added: none touches a place that is spoken for, unless to change it the same way."""
        return not any(self._touches(edit) for edit in edits)

    def add(self, edits: Iterable[Edit]) -> None:
        """Take in edits that fit; one that is there already is not made twice."""
        for edit in edits:
            if edit.start == edit.end:
                insort(self._inserted, edit.start)
            else:
                index = bisect_left(self._starts, edit.start)
                if index < len(self._starts) and self._replaced[index] == edit:
                    continue
                self._starts.insert(index, edit.start)
                self._replaced.insert(index, edit)
            self._edits.append(edit)

    def _touches(self, edit: Edit) -> bool:
        index = bisect_left(self._starts, edit.start)
        near = self._replaced[max(index - 1, 0) : index + 1]
        if any(edit.overlaps(other) and edit != other for other in near):
            return True
        later = self._starts[index + 1] if index + 1 < len(self._starts) else edit.end
        inside = bisect_right(self._inserted, edit.start) < bisect_left(self._inserted, edit.end)
        return later < edit.end or inside

    def apply(self, text: str) -> str:
        """The text with every edit made."""
        parts: list[str] = []
        position = 0
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.end, edit.rank)):
            parts += [text[position : edit.start], edit.text]
            position = edit.end
        return "".join([*parts, text[position:]])

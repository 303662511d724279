"""Replacements in a text, as offsets: what is not named stays as it is, to the byte."""

from __future__ import annotations

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

    def __bool__(self) -> bool:
        return bool(self._edits)

    def fits(self, edits: Iterable[Edit]) -> bool:
        """Whether all of ``edits`` can be added: none touches a place that is spoken for, unless to change it the same way."""
        return not any(edit.overlaps(taken) and edit != taken for edit in edits for taken in self._edits)

    def add(self, edits: Iterable[Edit]) -> None:
        """Take in edits that fit; one that is there already is not made twice."""
        for edit in edits:
            if edit.start == edit.end or edit not in self._edits:
                self._edits.append(edit)

    def apply(self, text: str) -> str:
        """The text with every edit made."""
        parts: list[str] = []
        position = 0
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.end, edit.rank)):
            parts += [text[position : edit.start], edit.text]
            position = edit.end
        return "".join([*parts, text[position:]])

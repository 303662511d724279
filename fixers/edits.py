"""Replacements in a text, as offsets: what is not named stays as it is, to the byte."""

from __future__ import annotations

import re
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
        self._spans: list[tuple[int, int]] = []  # of all that was added together with an edit
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
        edits = tuple(edits)
        span = (min((edit.start for edit in edits), default=0), max((edit.end for edit in edits), default=0))
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
            self._spans.append(span)

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
        for edit in self._in_order():
            parts += [text[position : edit.start], edit.text]
            position = edit.end
        return "".join([*parts, text[position:]])

    def _in_order(self) -> list[Edit]:
        return sorted(self._edits, key=lambda edit: (edit.start, edit.end, edit.rank))

    def origin(self, offset: int) -> int:
        """Where what stands at ``offset`` when every edit is made stood before; new text stood where its edit begins."""
        growth = 0
        for edit in self._in_order():
            if offset < edit.start + growth:
                break
            if offset < edit.start + growth + len(edit.text):
                return edit.start
            growth += len(edit.text) - (edit.end - edit.start)
        return offset - growth

    def moved(self, start: int, end: int, text: str) -> tuple[int, int] | None:
        """Where the characters from ``start`` up to ``end`` of ``text`` stand when every edit is made.

        They may have been edited themselves. None where they are no longer told from what an edit put in their place.
        """
        before = inside = 0
        for edit, span in zip(self._edits, self._spans):
            growth = len(edit.text) - (edit.end - edit.start)
            if edit.start == edit.end and edit.start in (start, end):
                # What belongs to an edit of a part of them is theirs, what belongs to one of a larger part is not.
                if span[0] < span[1] and start <= span[0] and span[1] <= end:
                    inside += growth
                elif edit.start == start:
                    before += growth
            elif edit.end <= start:
                before += growth
            elif start <= edit.start and edit.end <= end:
                inside += growth
            elif edit.start < end:
                return self._kept_by(edit, start, end, text)
        return start + before, end + before + inside

    def _kept_by(self, edit: Edit, start: int, end: int, text: str) -> tuple[int, int] | None:
        """Where an edit that replaces more than these characters has them again."""
        old, wanted = text[edit.start : edit.end], re.escape(text[start:end])
        places = [match.start() for match in re.finditer(wanted, old)]
        kept = [match.start() for match in re.finditer(wanted, edit.text)]
        if len(places) != len(kept) or start - edit.start not in places:
            return None
        at = self.moved(edit.start, edit.start, text)
        assert at is not None
        first = at[0] + kept[places.index(start - edit.start)]
        return first, first + end - start


class Rewriting:
    """A text on its way through rounds of edits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._rounds: list[tuple[str, Edits]] = []

    def make(self, edits: Edits) -> None:
        """Make another round of edits."""
        self._rounds.append((self.text, edits))
        self.text = edits.apply(self.text)

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the characters of the first text from ``start`` up to ``end`` are now, see :meth:`Edits.moved`."""
        place: tuple[int, int] | None = (start, end)
        for text, edits in self._rounds:
            place = edits.moved(*place, text) if place is not None else None
        return place

    def origin(self, offset: int) -> int:
        """Where in the first text stood what is now at ``offset``, see :meth:`Edits.origin`."""
        for _, edits in reversed(self._rounds):
            offset = edits.origin(offset)
        return offset

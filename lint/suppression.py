"""Comments that hide findings: ``# noqa`` and ``# noqa: MOD101``, with the meaning that flake8 gives them."""

from __future__ import annotations

import io
import re
import tokenize
from functools import cached_property

_NOQA = re.compile(r"#\s*noqa(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]+")
_LINE_END = re.compile(r"\r\n?")
_EVERYTHING = ("",)


class Suppressions:
    """The lines of one file that carry a ``noqa`` comment, and the prefixes of codes that each of them hides."""

    def __init__(self, text: str) -> None:
        """Take note of ``text``. It is only read in full once a finding falls on a line that may hold a comment."""
        self._text = text

    @classmethod
    def of(cls, text: str) -> Suppressions:
        """The suppressions in a file's decoded source."""
        return cls(text)

    def hides(self, code: str, first_line: int, last_line: int) -> bool:
        """Whether a comment on the first or the last line of a finding hides ``code`` there."""
        lines = {first_line, last_line} & self._candidates
        return any(code.startswith(self._comments.get(line, ())) for line in lines)

    @cached_property
    def _candidates(self) -> frozenset[int]:
        """Lines on which the words of such a comment stand, be it in a comment or in a string."""
        if not _NOQA.search(self._text):
            return frozenset()
        lines = _LINE_END.sub("\n", self._text).split("\n")
        return frozenset(number for number, line in enumerate(lines, 1) if _NOQA.search(line))

    @cached_property
    def _comments(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        try:
            for token in tokenize.generate_tokens(io.StringIO(self._text, newline=None).readline):
                match = _NOQA.search(token.string) if token.type == tokenize.COMMENT else None
                if match:
                    found[token.start[0]] = _hidden(match["codes"])
        except (tokenize.TokenError, SyntaxError):
            pass  # what stands before the error holds; the parser reports the error itself
        return found


def _hidden(codes: str | None) -> tuple[str, ...]:
    return tuple(_SEPARATOR.split(codes.upper())) if codes else _EVERYTHING

"""Everything that is printed: findings in several formats, diffs, summaries, progress. Nothing else prints.

Each format is a module with a ``write`` function. It is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Literal, Protocol, TextIO, cast

from modulint.lint.finding import FileReport, Finding
from modulint.lint.source import Source, UnreadableSource

Format = Literal["text", "json", "github", "sarif"]

_MODULES: Mapping[Format, str] = {"text": "text", "json": "json_report", "github": "github", "sarif": "sarif"}
FORMATS: tuple[Format, ...] = tuple(_MODULES)


class Sources:
    """The lines that findings point at. A file is read when the first finding in it is shown."""

    def __init__(self, known: Mapping[str, bytes] | None = None) -> None:
        """``known`` holds, by path, what stands in files that are not, or no longer, on disk like that."""
        self._known = dict(known or {})
        self._last: tuple[str, Source | None] = ("", None)

    def line(self, path: str, number: int) -> str | None:
        """Line ``number`` (from 1) without its line end, None where it cannot be had any more."""
        if self._last[0] != path:
            self._last = (path, self._source(path))
        source = self._last[1]
        return source.line_text(number) if source and number <= len(source.line_starts) else None

    def _source(self, path: str) -> Source | None:
        try:
            data = self._known.get(path)
            if data is None:
                with open(path, "rb") as file:
                    data = file.read()
            return Source(path, data)
        except (OSError, UnreadableSource):
            return None


class Reporter(Protocol):
    """Writes the findings of a run, in the order of path, line, column and code, and what failed if its format can."""

    def __call__(self, reports: Sequence[FileReport], sources: Sources, out: TextIO) -> None: ...


def reporter(name: Format) -> Reporter:
    """The reporter for the format ``name``."""
    return cast(Reporter, import_module(f"{__name__}.{_MODULES[name]}").write)


def sorted_findings(reports: Iterable[FileReport]) -> list[Finding]:
    """The findings of all files, in the order in which every format lists them."""
    return sorted((finding for report in reports for finding in report.findings), key=lambda each: each.sort_key)

"""What a fix changes, as a unified diff that ``git apply`` and ``patch -p1`` take."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from modulint.lint.finding import FileReport
from modulint.lint.report.terminal import Line, Span, shows_colours, visible, write_lines
from modulint.lint.source import Source, UnreadableSource

_NO_NEWLINE = "\\ No newline at end of file"
_STYLES = {"---": "bold", "+++": "bold", "@@": "cyan", "-": "red", "+": "green"}


def write(reports: Sequence[FileReport], out: TextIO) -> None:
    """Write the diff of every file that a fix changed."""
    for report in reports:
        if report.before is not None and report.after is not None:
            lines = unified_diff(report.path, report.before, report.after)
            if shows_colours(out):
                write_lines(_styled(lines), out)
            else:
                out.writelines(lines)


def unified_diff(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """The lines of the diff with their line ends. Both sides are decoded as Python would decode the file."""
    name = path.replace("\\", "/").lstrip("/")
    old, new = _lines(path, before), _lines(path, after)
    for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line
        if not line.endswith("\n"):
            yield f"\n{_NO_NEWLINE}\n"


def _lines(path: str, data: bytes) -> list[str]:
    """Lines as diff tools see them: a lone carriage return is part of a line, and so is one before the line feed."""
    try:
        source = Source(path, data)
        text = source.text if source.encode("") == b"" else "\ufeff" + source.text
    except UnreadableSource:
        text = data.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _styled(lines: Iterable[str]) -> Iterator[Line]:
    for line in "".join(lines).split("\n")[:-1]:
        style = next((style for start, style in _STYLES.items() if line.startswith(start)), "")
        yield (Span(visible(line.removesuffix("\r")), style),)

"""Findings as a table, for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from modulint.lint.report.terminal import shows_colours, visible, width
from modulint.runtime.findings import NOWHERE, Observation
from modulint.runtime.report.excerpts import short_path

_COLUMNS: Final = ("Code", "Layer", "Issue", "Recommendation", "Source")
_LONGEST: Final = 200  # of a cell: an architecture finding may name dozens of layers
_WIDEST: Final = 100  # that other cells of the column are filled up to
_STYLES: Final = ("bold red", "bold", "", "", "dim")


def table(observations: Iterable[Observation]) -> str:
    """A line for each finding, under a line of headings, in plain text; empty where there is no finding."""
    rows = _rows(observations)
    widths = [min(_WIDEST, max(map(width, column))) for column in zip(_COLUMNS, *rows)]
    lines = ("  ".join(map(_padded, row, widths)).rstrip() for row in (_COLUMNS, *rows))
    return "\n".join(lines) if rows else ""


def write_table(observations: Iterable[Observation], out: TextIO) -> None:
    """Write the table to ``out``: as wide as a terminal is, and as wide as the text is anywhere else."""
    observations = list(observations)
    if not observations:
        return
    if not shows_colours(out):
        out.write(f"{table(observations)}\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, header_style="bold")
    for name, style in zip(_COLUMNS, _STYLES):
        drawn.add_column(name, style=style, overflow="fold", no_wrap=name == "Code")
    for row in _rows(observations):
        drawn.add_row(*map(Text, row))
    Console(file=out, force_terminal=True, highlight=False, emoji=False, markup=False).print(drawn)


def _rows(observations: Iterable[Observation]) -> list[Sequence[str]]:
    return [tuple(map(_cell, _row(each))) for each in observations]


def _cell(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _row(each: Observation) -> Sequence[str]:
    own = each.finding
    source = f"{short_path(own.path)}:{own.line}" if own.path != NOWHERE.path else ""
    return (own.code, ", ".join(each.layers), each.issue, each.recommendation, source)


def _padded(cell: str, to: int) -> str:
    return cell + " " * (to - width(cell))

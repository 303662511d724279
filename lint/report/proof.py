"""How the proof of fixes went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from modulint.lint.finding import FileReport, Finding
from modulint.lint.report import Sources, text
from modulint.lint.report.summary import count, write_error
from modulint.lint.report.terminal import Span, visible, write_lines


def write_proven(model: str, comparison: str, out: TextIO) -> None:
    """Write that a model is what it was, and what was compared: the lines of ``comparison``."""
    head, *more = comparison.splitlines()
    lines = [[Span("proven", "green"), Span(f" {visible(model)}: {head}")], *([Span(visible(line))] for line in more)]
    write_lines(lines, out)


def write_search(model: str, fixes: int, out: TextIO) -> None:
    """Write that a model is not what it was, before the fix that does it is looked for among so many."""
    which = count(fixes, "fix", "fixes")
    write_lines([[Span(f"{visible(model)} is not what it was. Looking for the reason among {which}.")]], out)


def write_unproven(reason: str, notes: Sequence[str], finding: Finding | None, out: TextIO) -> None:
    """Write why nothing was written, with the finding whose fix is to blame."""
    write_error(reason, out)
    if finding is not None:
        text.write([FileReport(finding.path, (finding,))], Sources(), out)
    write_lines(([Span("  = ", "bold blue"), Span(visible(line))] for note in notes for line in note.split("\n")), out)


def write_held_back(findings: Sequence[Finding], out: TextIO) -> None:
    """Write how many fixes were not made, since they would be unproven."""
    if findings:
        what, files = count(len(findings), "fix", "fixes"), count(len({each.path for each in findings}), "file")
        write_lines([[Span(f"Held back: {what} in {files}, in classes that no verified model runs.")]], out)

"""Findings for people: place, code and message in a line that editors can follow, then the source with a mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from modulint.lint.finding import FileReport, Finding
from modulint.lint.report import Sources, sorted_findings
from modulint.lint.report.terminal import Line, Span, visible, width, write_lines

_LONGEST_LINE = 160
_KEPT_BEFORE = 60
_CUT = "…"


def write(reports: Sequence[FileReport], sources: Sources, out: TextIO) -> None:
    """Write the findings that stand to ``out``, an empty line behind each."""
    findings = [finding for finding in sorted_findings(reports) if finding.counts]
    write_lines((line for finding in findings for line in _finding_lines(finding, sources)), out)


def _finding_lines(finding: Finding, sources: Sources) -> Iterator[Line]:
    yield _headline(finding)
    gutter = " " * len(str(finding.line))
    source = sources.line(finding.path, finding.line)
    if source is not None:
        yield from _marked(finding, source, gutter)
    for note in _notes(finding):
        yield (Span(f"{gutter} = ", "bold blue"), Span(visible(note)))
    yield ()


def _headline(finding: Finding) -> Line:
    place = f"{visible(finding.path)}:{finding.line}:{finding.column}:"
    mark = Span(" [*]", "cyan") if finding.fix.safety == "safe" else Span("")
    return (Span(place, "bold"), Span(f" {finding.code}", "bold red"), Span(f" {visible(finding.message)}"), mark)


def _notes(finding: Finding) -> Iterator[str]:
    if finding.fix.safety == "unsafe":
        yield f"unsafe fix: {finding.fix.reason}"
    elif finding.fix.safety == "none" and finding.fix.reason:
        yield f"no fix: {finding.fix.reason}"
    if finding.evidence:
        yield f"run time: {finding.evidence}"


def _marked(finding: Finding, source: str, gutter: str) -> Iterator[Line]:
    """The first line of the finding with its part of the range underlined, and the class that it stands in."""
    goes_on = finding.end_line > finding.line
    end = len(source.rstrip()) if goes_on else finding.end_column - 1
    shown, underline = _excerpt(source.rstrip(), finding.column - 1, end)
    label = f" in {finding.class_name}" if finding.class_name else ""
    label += f", to line {finding.end_line}" if goes_on else ""
    yield (Span(f"{gutter} |", "bold blue"),)
    yield (Span(f"{finding.line} | ", "bold blue"), Span(shown))
    yield (Span(f"{gutter} | ", "bold blue"), Span(underline, "bold red"), Span(label.removeprefix(","), "red"))


def _excerpt(line: str, start: int, end: int) -> tuple[str, str]:
    """``line`` as it is shown, cut around ``start`` if it is too long, and a line that marks ``start`` to ``end``."""
    cut_before = cut_behind = ""
    if len(line) > _LONGEST_LINE:
        first = max(0, start - _KEPT_BEFORE)
        cut_before = _CUT if first else ""
        cut_behind = _CUT if first + _LONGEST_LINE < len(line) else ""
        line, start, end = line[first : first + _LONGEST_LINE], start - first, end - first
    before, marked, behind = visible(line[:start]), visible(line[start:end]), visible(line[end:])
    shown = cut_before + before + marked + behind + cut_behind
    return shown, " " * width(cut_before + before) + "^" * max(1, width(marked))

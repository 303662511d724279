"""Findings as workflow commands, which GitHub shows as annotations of the changed lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from modulint.lint.finding import FileReport, Finding
from modulint.lint.report import Sources, sorted_findings

_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(reports: Sequence[FileReport], sources: Sources, out: TextIO) -> None:
    """Write one command for each file that failed and for each finding that stands."""
    for report in reports:
        if report.failure is not None:
            out.write(_command({"title": "modulint", "file": report.path}, report.failure))
    for finding in sorted_findings(reports):
        if finding.counts:
            out.write(_command(_place(finding), f"{finding.code} {finding.message}"))


def _place(finding: Finding) -> dict[str, str]:
    """Where the annotation goes. GitHub takes columns only for a range within one line."""
    place = {
        "title": f"modulint ({finding.code} {finding.name})",
        "file": finding.path,
        "line": str(finding.line),
        "endLine": str(finding.end_line),
    }
    if finding.line == finding.end_line:
        place |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    return place


def _command(properties: Mapping[str, str], text: str) -> str:
    joined = ",".join(f"{key}={value.translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::error {joined}::{text.translate(_IN_TEXT)}\n"

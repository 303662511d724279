"""Findings for programs: a JSON list of objects whose keys are a contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TextIO

from modulint.lint.finding import FileReport, Finding
from modulint.lint.report import Sources, sorted_findings


def write(reports: Sequence[FileReport], sources: Sources, out: TextIO) -> None:
    """Write all findings to ``out``. What failed has no place in the contract and is left to the error stream."""
    json.dump([as_object(finding) for finding in sorted_findings(reports)], out, indent=2)
    out.write("\n")


def as_object(finding: Finding) -> dict[str, Any]:
    """The finding as JSON has it: lines and columns from 1, the end exclusive."""
    values: dict[str, Any] = {
        "path": finding.path,
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "class": finding.class_name,
        "fix": {"safety": finding.fix.safety, "reason": finding.fix.reason},
    }
    if finding.evidence is not None:
        values["evidence"] = finding.evidence
    return values

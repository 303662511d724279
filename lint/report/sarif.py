"""Findings as SARIF 2.1.0, the exchange format of code scanning services."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from modulint.lint import version
from modulint.lint.finding import FileReport, Finding
from modulint.lint.report import Sources, sorted_findings
from modulint.lint.rule import Rule
from modulint.lint.rules import rules

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(reports: Sequence[FileReport], sources: Sources, out: TextIO) -> None:
    """Write one log with one run to ``out``: the rules, the findings and what failed."""
    json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(reports)]}, out, indent=2)
    out.write("\n")


def _run(reports: Sequence[FileReport]) -> dict[str, Any]:
    declared = [entry.rule for entry in rules()]
    indices = {rule.code: index for index, rule in enumerate(declared)}
    failed = [report for report in reports if report.failure is not None]
    return {
        "tool": {
            "driver": {
                "name": "modulint",
                "version": version(),
                "rules": [_rule(rule) for rule in declared],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not failed,
                "toolExecutionNotifications": [_notification(report) for report in failed],
            }
        ],
        "results": [_result(finding, indices) for finding in sorted_findings(reports)],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"enabled": rule.default, "level": "warning"},
        "properties": {"tags": list(rule.targets)},
    }


def _result(finding: Finding, indices: Mapping[str, int]) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    properties: dict[str, Any] = {"fix": {"safety": finding.fix.safety, "reason": finding.fix.reason}}
    if finding.evidence is not None:
        properties["evidence"] = finding.evidence
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}
    if finding.class_name:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.class_name, "kind": "type"}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": "warning",
        "message": {"text": finding.message},
        "locations": [location],
        "properties": properties,
    }
    if not finding.counts:
        result["suppressions"] = [{"kind": "external", "justification": "recorded forward passes refute it"}]
    return result | ({"ruleIndex": indices[finding.code]} if finding.code in indices else {})


def _notification(report: FileReport) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": report.failure},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(report.path)}}],
    }


def _artifact(path: str) -> dict[str, str]:
    file = Path(path)
    if file.is_absolute():
        return {"uri": file.as_uri()}
    return {"uri": quote(file.as_posix(), errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}

"""Linting one file: bytes in, findings out. A pure function of the bytes and of the facts of the tree."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.evidence import FileEvidence
from modulint.lint.file import File, Match
from modulint.lint.finding import Evidence, FileReport, Finding, Fix
from modulint.lint.rule import Rule
from modulint.lint.rules import rules
from modulint.lint.settings import Settings
from modulint.lint.source import Source, UnreadableSource
from modulint.lint.suppression import Suppressions
from modulint.lint.tree import Tree
from modulint.lint.verdicts import verdict

# A file without any of these words cannot hold a finding: no module is derived, built or called by another name.
_RELEVANT = re.compile(rb"\bforward\b|\bnn\b|\bfunctional\b|\bModule\b")


class Unchecked(Exception):
    """A file that could not be checked; the text says why in one line."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A match, the rule that found it, and what recorded passes say about it."""

    rule: Rule
    match: Match
    verdict: Evidence | None = None


def is_relevant(data: bytes) -> bool:
    """A look at the bytes alone: whether the file can hold any finding."""
    return _RELEVANT.search(data) is not None


def matches(file: File, settings: Settings) -> Iterator[Found]:
    """Everything that the selected rules find in a file and no comment hides, rule by rule."""
    suppressions = Suppressions.of(file.source.text)
    for loaded in rules():
        if not settings.enabled(loaded.rule.code):
            continue
        for match in loaded.check(file):
            last = match.node.end_lineno or match.node.lineno
            if not suppressions.hides(loaded.rule.code, match.node.lineno, last):
                yield Found(loaded.rule, match, verdict(file, loaded.rule, match))


def finding(file: File, found: Found, fix: Fix) -> Finding:
    """A match as it is reported."""
    line, column, end_line, end_column = file.source.range(found.match.node)
    return Finding(
        path=file.source.path,
        line=line,
        column=column,
        code=found.rule.code,
        name=found.rule.name,
        message=found.match.message,
        end_line=end_line,
        end_column=end_column,
        class_name=found.match.facts.qualname if found.match.facts is not None else "",
        fix=fix,
        evidence=found.verdict,
    )


def parse(
    path: str,
    data: bytes,
    tree: Tree,
    settings: Settings,
    syntax: ast.Module | None = None,
    evidence: FileEvidence | None = None,
) -> File:
    """The facts of one file, and what is known of passes through it.

    Raises:
        UnreadableSource: the bytes are no Python source.
    """
    source = Source(path, data)
    follow_shapes = any(loaded.rule.shapes and settings.enabled(loaded.rule.code) for loaded in rules())
    return File(source, syntax or source.parse(), tree, settings, evidence, follow_shapes)


def check(path: str, data: bytes, tree: Tree, settings: Settings, syntax: ast.Module | None = None) -> FileReport:
    """Lint one file. ``syntax`` is its tree where the caller has parsed it already. Never raises for bad input."""
    if syntax is None and not is_relevant(data):
        return unparsed(path, data, tree)
    try:
        file = parse(path, data, tree, settings, syntax, tree.evidence.about(data))
        findings = [finding(file, found, Fix("none")) for found in matches(file, settings)]
    except Exception as error:
        return FileReport(path, failure=failure(error))
    return FileReport(path, findings=tuple(sorted(findings, key=lambda entry: entry.sort_key)))


def unparsed(path: str, data: bytes, tree: Tree) -> FileReport:
    """The report of a file without anything to find: clean if it is Python source at all."""
    try:
        source = Source(path, data)
        if not tree.knows(source):
            source.parse()
    except UnreadableSource as error:
        return FileReport(path, failure=str(error))
    return FileReport(path)


def failure(error: Exception) -> str:
    """One line that says why a file could not be checked."""
    if isinstance(error, (UnreadableSource, Unchecked)):
        return str(error)
    if isinstance(error, RecursionError):
        return "nested too deeply to be checked"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"internal error, please report it: {type(error).__name__}: {error} ({frame.name}, line {frame.lineno})"

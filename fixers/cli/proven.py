"""``modulint check --fix --verify SPEC``: fixes are made in memory and proven on models; what was proven is written."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modulint.fixers.cli.jobs import Fixing, fix_files, read, written
from modulint.fixers.culprit import culprit
from modulint.fixers.engine import Apply, process
from modulint.lint.finding import FileReport, Finding
from modulint.lint.report import proof
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree, package_root
from modulint.runtime.command_options import below, with_settings

if TYPE_CHECKING:
    from modulint.runtime.trees import Rewrites, Subject


class Unproven(Exception):
    """Why nothing is written, and the finding whose fix is to blame where there is one."""

    def __init__(self, reason: str, notes: Sequence[str] = (), finding: Finding | None = None) -> None:
        super().__init__(reason)
        self.notes = notes
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Model:
    """A model to prove fixes on. ``search`` are the directories in which modules are looked for first."""

    name: str
    subject: Subject
    search: tuple[str, ...]


def models(names: Iterable[str], given: argparse.Namespace, settings: Settings, paths: Iterable[str]) -> list[Model]:
    """The models of these names or specs. What is ``given`` about keyword arguments and inputs holds for all of them.

    Raises:
        SettingsError, SpecError: a model or its inputs cannot be followed.
    """
    from modulint.runtime.loading import parse_kwargs
    from modulint.runtime.trees import Subject

    roots = [package_root(os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path))) for path in paths]
    found = []
    for name in names:
        filled = with_settings(argparse.Namespace(**{**vars(given), "spec": name}), settings.models)
        spec, inputs = below(filled.base, filled.spec), below(filled.base, filled.inputs)
        subject = Subject(spec, parse_kwargs(filled.kwargs), tuple(filled.input), inputs)
        found.append(Model(name, subject, tuple(dict.fromkeys([*roots, *filter(None, [filled.base])]))))
    return found


def fix_proven(
    reports: Sequence[FileReport], tree: Tree, settings: Settings, apply: Apply, models: Sequence[Model], write: bool
) -> list[FileReport]:
    """Make the fixes of ``reports`` that ``models`` can prove, and ``write`` them if all models are what they were.

    A model proves the fixes of the classes that it runs. The others are held back.

    Raises:
        Unproven: a model is not what it was, or none of them has to do with these files.
        ModelError: a model cannot be run as it is.
    """
    from modulint.runtime.trees import Rewrites

    fixable = [report for report in reports if any(apply.takes(finding.fix) for finding in report.findings)]
    if not fixable:
        return list(reports)
    read_again = {os.path.realpath(report.path): read(report.path) for report in reports}
    sources = {path: data for path, data in read_again.items() if isinstance(data, bytes)}
    rewrites = {model.name: Rewrites(model.subject, model.search, sources) for model in models}
    if not any(each.reached.files for each in rewrites.values()):
        raise _void(rewrites, len(sources))
    wanted = _run_by(rewrites.values())

    def refix(path: str, data: bytes, limit: int | None = None) -> FileReport:
        return process(path, data, tree, settings, apply, wanted, limit)

    fixing = Fixing([report.path for report in reports], tree, settings, apply, write=False, wanted=wanted)
    due = [report.path for report in fixable if any(map(wanted, report.findings))]
    for _ in fix_files([path for path in due if os.path.realpath(path) in sources], fixing):
        pass
    fixed = {report.path: report for report in fixing.reports.values()}
    changed = fixing.changed
    for name, each in rewrites.items() if changed else ():
        _prove(name, each, changed, tree, refix)
    result = [fixed.get(report.path, report) for report in reports]
    held_back = [each for report in result for each in report.findings if apply.takes(each.fix) and not wanted(each)]
    proof.write_held_back(held_back, sys.stderr)
    ends = {report.path: report for report in (_written(changed) if write else ())}
    return [ends.get(report.path, report) for report in result]


def _written(changed: Iterable[FileReport]) -> Iterator[FileReport]:
    """Write files in turn, up to one that cannot be: those behind it may need what should have come into it."""
    failed = ""
    for report in changed:
        end = FileReport(report.path, failure=f"not written, since {failed} could not be") if failed else written(report)
        failed = failed or (report.path if end.failure else "")
        yield end


def _run_by(rewrites: Iterable[Rewrites]) -> Callable[[Finding], bool]:
    """Whether one of the models runs the class that a finding is in; of one outside of classes, imports its file."""
    reached = [each.reached for each in rewrites]
    classes = frozenset().union(*(each.classes for each in reached))
    files = frozenset().union(*(each.files for each in reached))

    def is_run(finding: Finding) -> bool:
        path = os.path.realpath(finding.path)
        return (path, finding.class_name) in classes if finding.class_name else path in files

    return is_run


def _prove(
    name: str,
    rewrites: Rewrites,
    changed: Sequence[FileReport],
    tree: Tree,
    refix: Callable[[str, bytes, int], FileReport],
) -> None:
    """Compare the model with what the fixes make of it; where it differs, find the fix that does it."""
    contents: Mapping[str, bytes] = {report.path: report.after for report in changed if report.after is not None}
    comparison = rewrites.compare(_by_real_path(contents), explained=False)
    if comparison:
        proof.write_proven(name, str(comparison), sys.stderr)
        return
    unchanged = rewrites.compare({})
    if not unchanged:
        raise Unproven(
            f"{name}: nothing can be proven: two runs of the same sources are not alike",
            [f"differs in {unchanged.difference}"],
        )
    proof.write_search(name, sum(len(report.fixed) for report in changed), sys.stderr)

    def broken(tried: Mapping[str, bytes]) -> bool:
        nonlocal contents
        same = bool(rewrites.compare(_by_real_path(tried), explained=False))
        contents = contents if same else tried
        return not same

    finding = culprit(changed, tree, refix, broken)
    raise Unproven(
        f"{name}: a fix changes what the model computes, so nothing was written",
        [
            f"differs in {rewrites.compare(_by_real_path(contents)).difference or 'some runs only'}",
            f"to leave this fix out: `# noqa: {finding.code}` on line {finding.line}; "
            f"all of its kind: --ignore {finding.code}",
        ],
        finding,
    )


def _void(rewrites: Mapping[str, Rewrites], files: int) -> Unproven:
    origins = {name: each.reached.origin or "no file" for name, each in rewrites.items()}
    notes = [f"{name}: the model's class comes from {origin}" for name, origin in origins.items()]
    return Unproven(f"proved nothing, and nothing was written: none of the {files} files was imported", notes)


def _by_real_path(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    return {os.path.realpath(path): data for path, data in contents.items()}

"""``modulint check PATHS``: findings in source files, and their fixes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modulint.runtime.command_options import INPUTS, KWARGS, RUNS_CODE, SHAPE, SPEC

if TYPE_CHECKING:  # the rest is imported by the functions that need it, so that --help and errors come at once
    from modulint.fixers.cli.proven import Model
    from modulint.fixers.engine import Apply
    from modulint.lint.finding import FileReport
    from modulint.lint.report import Format, Sources
    from modulint.lint.report.summary import Mode
    from modulint.lint.settings import Settings

NAME = "check"
HELP = "Find what stands in the way of quantizers, tracers and exporters, and fix it on request."

_STDIN = "-"
_STDIN_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for. A ``jobs`` of None leaves the number of processes to the command."""

    paths: tuple[str, ...]
    fix: bool
    diff: bool
    unsafe_fixes: bool
    select: tuple[str, ...] | None
    ignore: tuple[str, ...]
    extend_select: tuple[str, ...]
    exclude: tuple[str, ...]
    output_format: Format
    jobs: int | None
    stdin_filename: str
    config: str | None
    isolated: bool
    evidence: tuple[str, ...]
    verify: tuple[str, ...]
    input: tuple[str, ...]
    inputs: str | None
    kwargs: str | None

    @property
    def mode(self) -> Mode:
        """What becomes of fixes: with ``diff`` they are only shown, also where ``fix`` is given."""
        return "diff" if self.diff else "fix" if self.fix else "check"

    @property
    def apply(self) -> Apply:
        """Which fixes to make."""
        from modulint.fixers.engine import Apply

        if self.mode == "check":
            return Apply.NONE
        return Apply.UNSAFE if self.unsafe_fixes else Apply.SAFE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths", nargs="*", default=["."], help="files, directories or - for standard input (default: .)"
    )
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="make the safe fixes and report what remains")
    fixes.add_argument("--diff", action="store_true", help="show what --fix would change and write nothing")
    fixes.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: make unsafe fixes as well")
    _add_proof_arguments(parser)
    rules = parser.add_argument_group("rules", "CODES are prefixes, separated by commas; ALL stands for all rules")
    for option, text in (
        ("--select", "only these rules, whatever the settings select or ignore"),
        ("--ignore", "not these rules"),
        ("--extend-select", "these rules as well"),
    ):
        rules.add_argument(option, metavar="CODES", type=_listed, action="extend", help=text)
    files = parser.add_argument_group("files")
    files.add_argument("--exclude", metavar="PATTERNS", type=_listed, action="extend", help="leave these out as well")
    files.add_argument("--stdin-filename", metavar="PATH", default=_STDIN_NAME, help="what standard input is called")
    run = parser.add_argument_group("run")
    run.add_argument(
        "--output-format", choices=("text", "json", "github", "sarif"), help="how findings are written (default: text)"
    )
    run.add_argument(
        "--evidence",
        metavar="FILE",
        action="append",
        help="judge findings by recorded forward passes (modulint model --evidence); can be given several times",
    )
    run.add_argument("-j", "--jobs", metavar="N", type=_positive, help="processes (default: one for each processor)")
    settings = run.add_mutually_exclusive_group()
    settings.add_argument("--config", metavar="FILE", help="take the settings from this file")
    settings.add_argument("--isolated", action="store_true", help="take no settings from any file")
    parser.set_defaults(refuse=parser.error)


def _add_proof_arguments(parser: argparse.ArgumentParser) -> None:
    proof = parser.add_argument_group("proof", RUNS_CODE)
    proof.add_argument(
        "--verify",
        metavar="SPEC",
        action="append",
        help="with --fix or --diff: make only what this model proves, and nothing at all if it is not what it was; "
        f"{SPEC}; may be given several times",
    )
    inputs = proof.add_mutually_exclusive_group()
    inputs.add_argument("--input", metavar="SHAPE", action="append", help=f"{SHAPE}; once for each input")
    inputs.add_argument("--inputs", metavar="SPEC", help=INPUTS)
    proof.add_argument("--kwargs", metavar="JSON", help=KWARGS)


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and give the exit status."""
    options = _options(arguments)
    settings = _settings(options)
    from modulint.fixers.cli.jobs import collect_rarely

    collect_rarely()
    if options.paths == (_STDIN,):
        return _run_on_stdin(options, settings)
    if options.verify:
        return _run_with_proof(options, settings)
    return _report(_check_paths(options, settings), options)


def _report(reports: Sequence[FileReport], options: Options) -> int:
    from modulint.lint.report import Sources

    changed = {report.path: report.after for report in reports if report.after is not None}
    return _finish(reports, Sources(changed), options, stdout_is_taken=False)


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _options(arguments: argparse.Namespace) -> Options:
    """The options as one value, or an error of the command where they contradict each other."""
    if _STDIN in arguments.paths and len(arguments.paths) > 1:
        arguments.refuse("standard input (-) goes with no other path")
    if arguments.diff and arguments.output_format not in (None, "text"):
        arguments.refuse("--diff writes a diff and no findings: it goes with no --output-format")
    if arguments.verify and (not (arguments.fix or arguments.diff) or _STDIN in arguments.paths):
        arguments.refuse("--verify proves fixes of files: it goes with --fix or --diff, and not with standard input")
    if not arguments.verify and (arguments.input or arguments.inputs or arguments.kwargs is not None):
        arguments.refuse("--input, --inputs and --kwargs are about the model that --verify names")
    return Options(
        paths=tuple(arguments.paths),
        fix=arguments.fix,
        diff=arguments.diff,
        unsafe_fixes=arguments.unsafe_fixes,
        select=None if arguments.select is None else tuple(arguments.select),
        ignore=tuple(arguments.ignore or ()),
        extend_select=tuple(arguments.extend_select or ()),
        exclude=tuple(arguments.exclude or ()),
        output_format=arguments.output_format or "text",
        jobs=arguments.jobs,
        stdin_filename=arguments.stdin_filename,
        config=arguments.config,
        isolated=arguments.isolated,
        evidence=tuple(arguments.evidence or ()),
        verify=tuple(arguments.verify or ()),
        input=tuple(arguments.input or ()),
        inputs=arguments.inputs,
        kwargs=arguments.kwargs,
    )


def _settings(options: Options) -> Settings:
    from modulint.lint.settings import Settings, common_directory, load, load_file, with_options

    if options.isolated:
        settings = Settings()
    elif options.config is not None:
        settings = load_file(Path(options.config))
    else:
        paths = (options.stdin_filename,) if options.paths == (_STDIN,) else options.paths
        settings = load(common_directory(paths))
    if settings.operations:
        _check_operations(settings)
    return with_options(
        settings,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
        exclude=options.exclude,
        evidence=options.evidence,
    )


def _check_operations(settings: Settings) -> None:
    """Refuse rows of the user's own that cannot be read, before any file is."""
    from modulint.fixers.wrapping import own_rows
    from modulint.lint.settings import TABLE, SettingsError

    try:
        own_rows(settings.operations)
    except ValueError as error:
        raise SettingsError(f"{TABLE}.operations: {error}") from None


def _run_with_proof(options: Options, settings: Settings) -> int:
    from modulint.fixers.cli.proven import Unproven
    from modulint.lint.report.proof import write_unproven
    from modulint.runtime.command_options import reporting_failures

    def work() -> int:
        try:
            return _report(_check_paths(options, settings), options)
        except Unproven as error:
            write_unproven(str(error), error.notes, error.finding, sys.stderr)
            return 2

    return reporting_failures(work)


def _check_paths(options: Options, settings: Settings) -> list[FileReport]:
    """What became of each file, in the order of their paths."""
    from modulint.fixers.cli import jobs
    from modulint.lint.discovery import enclosing_files, find_files
    from modulint.lint.evidence import load
    from modulint.lint.report.progress import tracked
    from modulint.lint.report.summary import write_warning
    from modulint.lint.tree import Tree

    evidence = load(settings.evidence)
    models = _models(options, settings)
    discovery = find_files(options.paths, settings.exclude)
    files = discovery.files
    for path in evidence.stale(files):
        write_warning(f"{path}: the evidence is about another version of this file, and is ignored", sys.stderr)
    tree = Tree.survey((*files, *enclosing_files(files)))
    tree.evidence = evidence
    tree.files = frozenset(map(os.path.abspath, files))
    count = options.jobs or jobs.default_jobs(len(files))
    reports: list[FileReport] = []
    if options.mode == "check" or models or count > 1:
        with closing(jobs.check_files(files, tree, settings, count)) as checked:
            reports = list(tracked(checked, len(files), "Checking"))
    if models:
        from modulint.fixers.cli.proven import fix_proven

        reports = fix_proven(reports, tree, settings, options.apply, models, write=options.mode == "fix")
    elif options.mode != "check":
        # Fixes are made in turn, since each file must know the names that were given in those before it.
        done = [report for report in reports if not report.findings]
        left = sorted(set(files) - {report.path for report in done})
        fixing = jobs.Fixing(files, tree, settings, options.apply, write=options.mode == "fix")
        for _ in tracked(jobs.fix_files(left, fixing), len(left), "Fixing"):
            pass
        fixed = fixing.reports
        reports = [*(report for report in done if os.path.abspath(report.path) not in fixed), *fixed.values()]
    return sorted((*reports, *discovery.failures), key=lambda report: report.path)


def _models(options: Options, settings: Settings) -> list[Model]:
    """The models that prove the fixes."""
    if not options.verify:
        return []
    from modulint.fixers.cli.proven import models

    given = argparse.Namespace(kwargs=options.kwargs, input=options.input, inputs=options.inputs)
    return models(options.verify, given, settings, options.paths)


def _run_on_stdin(options: Options, settings: Settings) -> int:
    """Check what comes in. With fixes made, the fixed source goes out, and the findings to the error stream."""
    from modulint.fixers.cli.jobs import check_data
    from modulint.fixers.helper_classes import take_places
    from modulint.lint.discovery import enclosing_files
    from modulint.lint.evidence import load
    from modulint.lint.report import Sources
    from modulint.lint.tree import Tree

    name, data = options.stdin_filename, sys.stdin.buffer.read()
    tree = Tree.survey(enclosing_files([name]))
    tree.evidence = load(settings.evidence)
    tree.refresh(name, data)
    report = check_data(name, data, tree, settings, options.apply)
    report = take_places(report, tree) or report
    after = data if report.after is None else report.after
    if options.mode == "fix":
        sys.stdout.buffer.write(after)
        sys.stdout.buffer.flush()
    return _finish([report], Sources({name: after}), options, stdout_is_taken=options.mode == "fix")


def _finish(reports: Sequence[FileReport], sources: Sources, options: Options, stdout_is_taken: bool) -> int:
    """Write findings or the diff, then what failed and the totals, and give the exit status."""
    from modulint.lint.report import diff, reporter, summary

    findings_out = sys.stderr if stdout_is_taken else sys.stdout
    if options.mode == "diff":
        diff.write(reports, sys.stdout)
    else:
        reporter(options.output_format)(reports, sources, findings_out)
    findings_out.flush()
    summary.write(reports, options.mode, options.unsafe_fixes, sys.stderr)
    return summary.Counts.of(reports).status(options.mode)

"""``modulint model SPEC``: what a quantizer, tracer or exporter will stumble over in an instantiated model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from modulint.runtime.command_options import RUNS_CODE, add_model_arguments, reporting_failures

if TYPE_CHECKING:  # torch takes seconds to import: --help does without
    from modulint.lint.finding import Finding
    from modulint.runtime.loading import Inputs
    from modulint.runtime.traceability import Traceability
    from modulint.runtime.validate import Validation

NAME = "model"
HELP = f"Run a model once and check its modules, its architecture and its traceability. {RUNS_CODE}"

_CHECKS = ("validator", "architecture", "traceability")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model_arguments(parser)
    parser.add_argument(
        "--checks",
        metavar="NAMES",
        type=_check_names,
        default=_CHECKS,
        help=f"which of {', '.join(_CHECKS)}, separated by commas (default: all)",
    )
    parser.add_argument(
        "--weightless",
        action="store_true",
        help="build the model without memory for its weights, however large it is; the tracers are skipped",
    )
    parser.add_argument("--select", metavar="CODES", type=_listed, help="show only these codes, as prefixes")
    parser.add_argument("--ignore", metavar="CODES", type=_listed, default=[], help="do not show these codes")
    parser.add_argument("--result-dir", metavar="DIR", type=Path, help="write the architecture findings there as well")
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="how findings are written (default: text)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and give the exit status."""
    out = sys.stdout
    with redirect_stdout(sys.stderr):  # what the user's code prints must not get between the findings
        return reporting_failures(lambda: _run(arguments, out))


def _run(arguments: argparse.Namespace, out: TextIO) -> int:
    import torch

    from modulint.runtime.architecture import check_record
    from modulint.runtime.build import build
    from modulint.runtime.loading import parse_kwargs
    from modulint.runtime.record import record
    from modulint.runtime.traceability import check_traceability
    from modulint.runtime.validate import validate_record

    torch.manual_seed(arguments.seed)
    model = build(arguments.spec, parse_kwargs(arguments.kwargs), weightless=arguments.weightless)
    inputs = _inputs(arguments, arguments.seed)
    findings: list[Finding] = []
    validation: Validation | None = None
    traceability: Traceability | None = None
    remarks: tuple[str, ...] = ()
    if "validator" in arguments.checks or "architecture" in arguments.checks:
        seen = record(model, inputs)
        remarks = seen.remarks
        if "validator" in arguments.checks:
            validation = validate_record(seen)
            findings += validation.findings
        if "architecture" in arguments.checks:
            report = check_record(seen, arguments.result_dir)
            findings += (each.as_finding() for each in report.findings)
    if "traceability" in arguments.checks:
        traceability = check_traceability(model, inputs, _inputs(arguments, arguments.seed + 1))
        findings += traceability.findings
    shown = [each for each in findings if _is_shown(each.code, arguments.select, arguments.ignore)]
    _write(shown, arguments.output_format, out)
    _write_summary(shown, inputs, validation, traceability, remarks)
    return 1 if shown else 0


def _check_names(text: str) -> tuple[str, ...]:
    names = tuple(_listed(text))
    unknown = [name for name in names if name not in _CHECKS]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"no check {', '.join(unknown)}: there are {', '.join(_CHECKS)}")
    return names


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _inputs(arguments: argparse.Namespace, seed: int) -> Inputs:
    from modulint.runtime.loading import call_inputs, make_inputs

    return call_inputs(arguments.inputs, seed) if arguments.inputs else make_inputs(arguments.input, seed)


def _is_shown(code: str, select: Sequence[str] | None, ignore: Sequence[str]) -> bool:
    return (select is None or _matches(code, select)) and not _matches(code, ignore)


def _matches(code: str, prefixes: Iterable[str]) -> bool:
    return any(prefix == "ALL" or code.startswith(prefix) for prefix in prefixes)


def _write(findings: Sequence[Finding], output_format: str, out: TextIO) -> None:
    from modulint.lint.finding import FileReport
    from modulint.lint.report import Sources, reporter

    ordered = sorted(findings, key=lambda each: each.sort_key)
    reports = [FileReport(path, tuple(each)) for path, each in groupby(ordered, lambda each: each.path)]
    reporter("json" if output_format == "json" else "text")(reports, Sources(), out)
    out.flush()


def _write_summary(
    findings: Sequence[Finding],
    inputs: Inputs,
    validation: Validation | None,
    traceability: Traceability | None,
    remarks: Sequence[str],
) -> None:
    """Say on the error stream what was looked at, and how it ended."""
    lines = [f"Inputs: {inputs.describe()}"]
    if validation is not None:
        lines.append(f"Validator: {str(validation).splitlines()[0]}")
    if traceability is not None:
        lines.append(str(traceability))
    lines += (f"Note: {remark}" for remark in remarks)
    lines.append(f"Found {len(findings)} findings." if findings else "Nothing found.")
    sys.stderr.writelines(f"{line}\n" for line in lines)

"""``modulint model SPEC``: what a quantizer, tracer or exporter will stumble over in an instantiated model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from modulint.runtime.command_options import RUNS_CODE, add_model_arguments, below, models_of, reporting_failures
from modulint.runtime.report import SUFFIXES

if TYPE_CHECKING:  # torch takes seconds to import: --help does without
    from modulint.runtime.architecture import ArchitectureReport
    from modulint.runtime.findings import Observation
    from modulint.runtime.loading import Inputs
    from modulint.runtime.record import Record
    from modulint.runtime.traceability import Traceability
    from modulint.runtime.validate import Validation

NAME = "model"
HELP = f"Run a model once and check its modules, its architecture and its traceability. {RUNS_CODE}"

_CHECKS = ("validator", "architecture", "traceability")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model_arguments(parser, several=True)
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
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=_report_path,
        help=f"write all of it, with a picture of the graph, as what its suffix says: {' or '.join(SUFFIXES)}",
    )
    parser.add_argument("--result-dir", metavar="DIR", type=Path, help="write a report of the architecture there")
    parser.add_argument(
        "--evidence",
        metavar="FILE",
        type=Path,
        help="write there what passes in eval and in train mode ran, for modulint check --evidence",
    )
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="how findings are written (default: text)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and give the exit status: of several models, the worst."""
    from modulint.lint.settings import SettingsError

    models = models_of(arguments)
    writes = (arguments.report, arguments.result_dir, arguments.evidence)
    if len(models) > 1 and (any(writes) or arguments.output_format == "json"):
        raise SettingsError("what writes a file or JSON takes one model: give its SPEC")
    out = sys.stdout
    with redirect_stdout(sys.stderr):  # what the user's code prints must not get between the findings
        if len(models) == 1:
            (only,) = models.values()
            return reporting_failures(lambda: _run_from_base(only, out))
        return reporting_failures(lambda: max([_run_in_turn(name, each, out) for name, each in models.items()]))


def _run_in_turn(name: str, arguments: argparse.Namespace, out: TextIO) -> int:
    """Run one of several models. Its failure is its own."""
    print(f"{name}: {arguments.spec}", file=sys.stderr)
    return reporting_failures(lambda: _run_from_base(arguments, out))


def _run_from_base(arguments: argparse.Namespace, out: TextIO) -> int:
    """Run a model that is looked for from where its settings stand."""
    from modulint.runtime.loading import look_first_in

    if arguments.base:
        look_first_in(arguments.base)
    arguments.spec, arguments.inputs = (below(arguments.base, spec) for spec in (arguments.spec, arguments.inputs))
    return _run(arguments, out)


def _run(arguments: argparse.Namespace, out: TextIO) -> int:
    import torch

    from modulint.runtime.architecture import check_record
    from modulint.runtime.build import build
    from modulint.runtime.graph import graph_of
    from modulint.runtime.loading import parse_kwargs
    from modulint.runtime.record import record
    from modulint.runtime.report import write as write_report
    from modulint.runtime.report.data import Verdict, report_of
    from modulint.runtime.traceability import check_traceability
    from modulint.runtime.validate import validate_record

    torch.manual_seed(arguments.seed)
    model = build(arguments.spec, parse_kwargs(arguments.kwargs), weightless=arguments.weightless)
    inputs = _inputs(arguments, arguments.seed)
    checked: dict[str, Validation | ArchitectureReport | Traceability] = {}
    traceability: Traceability | None = None
    wanted = arguments.report or arguments.evidence or arguments.checks != ("traceability",)
    seen = record(model, inputs, counting=arguments.evidence is not None) if wanted else None
    if seen is not None and "validator" in arguments.checks:
        checked["validator"] = validate_record(seen)
    if seen is not None and "architecture" in arguments.checks:
        with _writing(arguments.result_dir):
            checked["architecture"] = check_record(seen, arguments.result_dir)
    if "traceability" in arguments.checks:
        traceability = checked["traceability"] = check_traceability(
            model, inputs, _inputs(arguments, arguments.seed + 1)
        )
    if arguments.evidence and seen is not None:
        _write_evidence(arguments.evidence, arguments.spec, inputs, seen)
    found = [(name, each) for name, check in checked.items() for each in check.observations]
    shown = [(name, each) for name, each in found if _is_shown(each.finding.code, arguments.select, arguments.ignore)]
    _write(shown, arguments.output_format, out)
    _write_summary(len(shown), inputs, checked, seen.remarks if seen is not None else ())
    if seen is not None and arguments.report is not None:
        verdicts = [Verdict(name, bool(check), check.verdict) for name, check in checked.items()]
        observations = [each for _, each in shown]
        hidden = len(found) - len(shown)
        report = report_of(graph_of(seen), observations, verdicts, arguments.spec, traceability, hidden)
        with _writing(arguments.report):
            write_report(report, arguments.report)
    return 1 if shown else 0


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    from modulint.runtime.errors import ModelError

    try:
        yield
    except OSError as error:
        raise ModelError(f"{path}: cannot be written: {error.strerror or error}") from None


def _report_path(text: str) -> Path:
    """Where the report goes: what cannot be written is told before the model runs, which can take a while."""
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text}: a report is written as {' or '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: there is no directory {path.parent}")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a directory")
    return path


def _write_evidence(file: Path, spec: str, inputs: Inputs, in_eval: Record) -> None:
    """Add a pass in train mode, where the model has one with these inputs, and write what both saw."""
    from modulint.lint.report.summary import write_warning
    from modulint.runtime.errors import ModelError
    from modulint.runtime.evidence import write_evidence
    from modulint.runtime.record import Mode, record

    records: dict[Mode, Record] = {"eval": in_eval}
    try:
        records["train"] = record(in_eval.model, inputs, mode="train", counting=True)
    except ModelError as error:
        first = str(error).split("\n", 1)[0]
        write_warning(f"the evidence has no pass in train mode: {first}", sys.stderr)
    count = write_evidence(file, spec, inputs.describe(), records)
    files = "1 source file" if count == 1 else f"{count} source files"
    sys.stderr.write(f"Evidence: {' and '.join(records)} mode, {files}, written to {file}\n")


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


def _write(shown: Sequence[tuple[str, Observation]], output_format: str, out: TextIO) -> None:
    """Write the findings of each check: those of the architecture, which are about layers and not lines, as a table."""
    from modulint.lint.finding import FileReport
    from modulint.lint.report import Sources, reporter
    from modulint.runtime.report.table import write_table

    tabled = ("architecture",) if output_format == "text" else ()
    listed = sorted((each.finding for name, each in shown if name not in tabled), key=lambda each: each.sort_key)
    reports = [FileReport(path, tuple(each)) for path, each in groupby(listed, lambda each: each.path)]
    reporter("json" if output_format == "json" else "text")(reports, Sources(), out)
    write_table((each for name, each in shown if name in tabled), out)
    out.flush()


def _write_summary(
    count: int,
    inputs: Inputs,
    checked: Mapping[str, Validation | ArchitectureReport | Traceability],
    remarks: Iterable[str],
) -> None:
    """Say on the error stream what was looked at, and how it ended."""
    lines = [f"Inputs: {inputs.describe()}"]
    if "validator" in checked:
        lines.append(f"Validator: {str(checked['validator']).splitlines()[0]}")
    if "architecture" in checked:
        lines.append(f"Architecture: {checked['architecture'].verdict}")
    if "traceability" in checked:
        lines.append(str(checked["traceability"]))
    lines += (f"Note: {remark}" for remark in remarks)
    lines.append(f"Found {count} findings." if count else "Nothing found.")
    sys.stderr.writelines(f"{line}\n" for line in lines)

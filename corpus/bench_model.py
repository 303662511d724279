"""Measure what checking an instantiated model costs: modulint's validator and architecture check beside AIMET's.

Each model of ``zoo/manifest.json`` is built in a process of its own, where both tools check the same object with the
same input, in turn. modulint is measured in both of the ways in which it can be called:

- two calls: ``validate_model(model, x)`` and ``check_model_arch(model, x)``, each of which runs the model;
- one record: ``record(model, x)``, and both checks on what was recorded.

AIMET's are ``ModelValidator.validate_model(model, x)`` and ``ArchChecker.check_model_arch(model, x)``. The latter
writes a page in any case, modulint's where it is asked to: here neither does. Imports, and a first run of both tools on
a model of two layers, come before the clock starts. torch computes on one thread, unless ``--threads`` says otherwise.

The environment with the pinned packages is that of ``zoo/run.py --aimet``, below ``--work``, from the package index
that pip is configured for; modulint is installed beside it from this repository, anew for each run.

Exit status: 0, all models were measured; 1, a tool refused one, which is then left out of the medians; 2, nothing could
be measured.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.with_name("zoo")))

from run import (  # noqa: E402
    Entry,
    NothingProven,
    build,
    chosen_entries,
    declare_torchvision_operators,
    install_modulint,
    make_environment,
    read_manifest,
    seed,
)

FORWARD, AIMET, TWO_CALLS, ONE_RECORD = "forward", "AIMET", "two calls", "one record"
SUBJECTS = (FORWARD, AIMET, TWO_CALLS, ONE_RECORD)
CLOCKS = ("seconds", "processor")

Times = dict[str, list[dict[str, float]]]
"""For each subject, the runs in their order; for each run, what each of the clocks says."""


@dataclass(frozen=True)
class Measured:
    """One model: what each subject took, or why there is nothing to compare."""

    entry: Entry
    times: Times
    failure: str = ""

    def median(self, subject: str, clock: str) -> float:
        return statistics.median(run[clock] for run in self.times[subject])

    def ratio(self, subject: str, clock: str) -> float:
        return self.median(subject, clock) / self.median(AIMET, clock)

    def first_ratio(self, subject: str, clock: str) -> float:
        """That of the first runs, before anything is known about the model."""
        return self.times[subject][0][clock] / self.times[AIMET][0][clock]


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="measure these models, as name or library/name")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs of each tool on each model (3)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads that torch computes on (1)")
    parser.add_argument("--time-limit", type=float, default=1200, metavar="S", help="seconds for each model (1200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all runs to this file")
    given = parser.parse_args(arguments)
    work = given.work.resolve()
    manifest = read_manifest(HERE.parent / "zoo" / "manifest.json")
    try:
        entries = chosen_entries(manifest.entries, given.only)
        python = make_environment(work, manifest, aimet=True)
        own = install_modulint(python, work / "modulint")
    except NothingProven as reason:
        print(reason, file=sys.stderr)
        return 2
    print(header(), flush=True)
    results = []
    for entry in entries:
        request = {"entry": vars(entry), "runs": max(1, given.runs), "threads": given.threads}
        result = measured_apart(entry, request, python, own, given.time_limit)
        print(row(result), flush=True)
        results.append(result)
    if given.json:
        given.json.write_text(json.dumps({each.entry.full_name: each.times for each in results}, indent=1), "utf-8")
    compared = [result for result in results if not result.failure]
    print("\n".join(summary(compared)) if compared else "nothing to compare")
    return 2 if not compared else int(len(compared) < len(results))


def measured_apart(
    entry: Entry, request: Mapping[str, object], python: Path, own: Path, time_limit: float
) -> Measured:
    """Measure one model in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.json")
        environment = os.environ | {"PYTHONHASHSEED": "0", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(own)}
        command = [str(python), str(HERE), "--measure", json.dumps({**request, "result": str(result)})]
        try:
            ended = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=time_limit,
            )
        except subprocess.TimeoutExpired:
            return Measured(entry, {}, f"not ready after {time_limit:g} s")
        if not result.is_file():
            return Measured(entry, {}, f"exit {ended.returncode}: {ended.stderr.strip()[-300:]}")
        content = json.loads(result.read_text("utf-8"))
    return Measured(entry, content["times"], content["failure"])


# --- the report ------------------------------------------------------------------------------------------------------


def header() -> str:
    names = [*SUBJECTS, f"/ {AIMET}", f"/ {AIMET}"]
    return f"{'medians in seconds':44}{''.join(f'{name:>12}' for name in names)}"


def row(result: Measured) -> str:
    if result.failure:
        return f"{result.entry.full_name:44}  {result.failure}"
    times = "".join(f"{result.median(subject, 'seconds'):12.3f}" for subject in SUBJECTS)
    ratios = "".join(f"{result.ratio(subject, 'seconds'):12.3f}" for subject in (TWO_CALLS, ONE_RECORD))
    return f"{result.entry.full_name:44}{times}{ratios}"


def summary(results: Sequence[Measured]) -> Iterator[str]:
    """The medians over all models, and the models that are furthest from them."""
    yield f"\n{len(results)} models"
    for subject in (TWO_CALLS, ONE_RECORD):
        for clock in CLOCKS:
            ratios = [result.ratio(subject, clock) for result in results]
            first = statistics.median(result.first_ratio(subject, clock) for result in results)
            yield (
                f"{subject:11} against AIMET, {clock:9}: {statistics.median(ratios):.3f} in the median"
                f" ({first:.3f} of first runs), {min(ratios):.3f} to {max(ratios):.3f}"
            )
    passes = {
        subject: statistics.median(own.median(subject, "seconds") / own.median(FORWARD, "seconds") for own in results)
        for subject in (AIMET, ONE_RECORD)
    }
    yield f"in forward passes of the same model: {', '.join(f'{name} {count:.1f}' for name, count in passes.items())}"


# --- in a process of its own -----------------------------------------------------------------------------------------


def measure_and_write(request: Mapping[str, Any]) -> None:
    """Measure as asked, and write the times down; a failure is a result too."""
    warnings.filterwarnings("ignore")
    times: Times = {}
    failure = ""
    try:
        times = measure(Entry(**request["entry"]), request["runs"], request["threads"])
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"[:300]
    Path(request["result"]).write_text(json.dumps({"times": times, "failure": failure}), "utf-8")


def measure(entry: Entry, runs: int, threads: int) -> Times:
    torch = import_module("torch")
    torch.set_num_threads(threads)
    operators = declare_torchvision_operators(torch)
    subjects = subjects_of(torch)
    tiny = torch.nn.Sequential(torch.nn.Conv2d(3, 32, 3), torch.nn.ReLU()).eval()
    for check in subjects.values():
        check(tiny, torch.randn(1, 3, 8, 8))
    seed(torch, 0)
    model, inputs = build(entry).eval(), torch.randn(entry.shape)
    times: Times = {subject: [] for subject in subjects}
    for _ in range(runs):
        for subject, check in subjects.items():
            gc.collect()
            started = time.perf_counter(), time.process_time()
            check(model, inputs)
            ended = time.perf_counter(), time.process_time()
            times[subject].append(dict(zip(CLOCKS, (end - start for start, end in zip(started, ended)))))
    del operators  # the declarations last as long as this object
    return times


def subjects_of(torch: Any) -> dict[str, Callable[[Any, Any], object]]:
    """What is measured, each as a function of a model and its input."""
    checker = import_module("aimet_torch.arch_checker.arch_checker").ArchChecker
    utilities = import_module("aimet_torch.arch_checker.arch_checker_utils")
    validator = import_module("aimet_torch.model_validator.model_validator").ModelValidator
    architecture = import_module("modulint.runtime.architecture")
    recording = import_module("modulint.runtime.record")
    validate = import_module("modulint.runtime.validate")
    inputs_of = import_module("modulint.runtime.loading").Inputs.of
    utilities.ArchCheckerReport.export_to_html = lambda report: None

    def forward(model: Any, x: Any) -> None:
        with torch.no_grad():
            model(x)

    def aimet(model: Any, x: Any) -> None:
        checker._arch_checker_report.reset_raw_report()  # it would keep the findings of all earlier calls
        validator.validate_model(model, x)
        checker.check_model_arch(model, x)

    def two_calls(model: Any, x: Any) -> None:
        validate.validate_model(model, x)
        architecture.check_model_arch(model, x)

    def one_record(model: Any, x: Any) -> None:
        seen = recording.record(model, inputs_of(x))
        validate.validate_record(seen)
        architecture.check_record(seen)

    return dict(zip(SUBJECTS, (forward, aimet, two_calls, one_record)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure_and_write(json.loads(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))

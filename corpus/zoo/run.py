"""Prove on public models that ``modulint check --fix`` keeps every bit of what they compute.

The models of ``manifest.json`` are built twice, from timm and torchvision as they were published and from a copy that
was rewritten, each time in a process of its own. What must not change is compared: the state_dict's keys, shapes,
dtypes and order, the initial weights, the outputs in eval and in train mode with the same random draws, the buffers
after the train step, and the gradients. Each class that the rewriting brought in must take or give a tensor, every
time: a computation on shapes is none for a module.

With ``--more``, these are the models of the manifest's second half, one for each model file that the first has none of.

With ``--aimet``, AIMET's validator judges each rewritten model too, and what it still finds is counted by operation.
With ``--evidence``, modulint first records how each of the published models runs (``modulint model --evidence``), and
rewrites with all that this shows (``modulint check --evidence``). ``--select ALL`` includes the operators.

Everything is made below the folder ``--work``: an environment with the pinned packages, the copy, and the measurements.
Those of the published packages are kept for the next run, as long as processor, packages and this file stay the same:
bits depend on all three.

The packages come from the package index that pip is configured for. For Linux the public index serves torch with
several GB of CUDA libraries; set PIP_EXTRA_INDEX_URL to an index of CPU builds where that is not wanted.

A model that fails, or is not ready within ``--time-limit``, is named with the reason, and the others go on.

Exit status: 0, all models compute the same; 1, one differs, could not be compared or calls a new class without a tensor;
2, the run proves nothing: a package could not be installed, modulint failed, or it rewrote no file.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import logging
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import venv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
MANIFEST = HERE.with_name("manifest.json")
LIBRARIES = ("timm", "torchvision")
ASPECTS = ("state_dict", "weights", "eval", "train", "gradients")
GRADIENTS_UP_TO = 100_000_000
"""Larger models are compared without gradients, to stay within the memory of a small machine."""
TORCHVISION_OPERATORS = (
    "nms",
    "qnms",
    "roi_align",
    "qroi_align",
    "_roi_align_backward",
    "roi_pool",
    "_roi_pool_backward",
    "ps_roi_align",
    "_ps_roi_align_backward",
    "ps_roi_pool",
    "_ps_roi_pool_backward",
    "deform_conv2d",
    "_deform_conv2d_backward",
)

NOT_INSTALLED = (".*", "build", "dist", "*.egg-info", "__pycache__")

Measurement = dict[str, Any]


class NothingProven(Exception):
    """The run cannot say anything about the models; the text says why."""


@dataclass(frozen=True)
class Entry:
    """One model of the zoo, and the file of its library that defines it."""

    library: str
    name: str
    file: str
    shape: list[int]
    parameters: int

    @property
    def full_name(self) -> str:
        return f"{self.library}/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """The pinned packages, what they need beside them, the models, and those that nothing was tuned to."""

    packages: Mapping[str, str]
    needs: Mapping[str, Sequence[str]]
    entries: Sequence[Entry]
    more: Sequence[Entry]

    def pin(self, package: str) -> str:
        return f"{package}=={self.packages[package]}"


@dataclass(frozen=True)
class Options:
    """What the user asked for, checked and made absolute."""

    work: Path
    entries: Sequence[Entry]
    manifest: Manifest
    modulint: str
    check_options: Sequence[str]
    rewritten_tree: Path | None
    evidence: bool
    aimet: bool
    jobs: int
    time_limit: float


@dataclass(frozen=True)
class Rewriting:
    """The copy of the libraries, which of its files differ from the published ones, and how the tool ended.

    ``unrecorded`` says for which entries there is no evidence, and why.
    """

    tree: Path
    changed: frozenset[str]
    new_classes: Sequence[str]
    tool_failed: bool = False
    unrecorded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Objection:
    """What AIMET's validator holds against a model: the operation that is no module, or what else, and where it is."""

    what: str
    where: str


@dataclass(frozen=True)
class Outcome:
    """What the comparison of one model showed: what first differs in each aspect, or why nothing was compared."""

    entry: Entry
    file_changed: bool
    seconds: float
    compared: Sequence[str] = ()
    differences: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    notes: Sequence[str] = ()
    new_calls: int = 0
    without_tensor: Sequence[str] = ()
    objections: Sequence[Objection] | None = None

    @property
    def same(self) -> bool:
        return not self.failure and not self.differences

    @property
    def good(self) -> bool:
        return self.same and not self.without_tensor


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    try:
        options = parse(arguments)
        return run(options)
    except NothingProven as reason:
        print(f"nothing proven: {reason}", file=sys.stderr)
        return 2


def parse(arguments: Sequence[str]) -> Options:
    """The options of the command line. Unknown models are refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--modulint", metavar="PATH", help="the modulint to run (the one beside this Python)")
    parser.add_argument("--select", metavar="CODES", help="passed on to modulint")
    parser.add_argument("--unsafe-fixes", action="store_true", help="passed on to modulint")
    parser.add_argument("--tree", type=Path, metavar="DIR", help="compare this rewritten timm and torchvision instead")
    parser.add_argument("--evidence", action="store_true", help="rewrite with evidence from runs of the models")
    parser.add_argument("--aimet", action="store_true", help="let AIMET's validator judge the rewritten models too")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="compare these models, as name or library/name")
    parser.add_argument("--more", action="store_true", help="compare the second half of the manifest instead")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="models compared at a time (2)")
    parser.add_argument("--time-limit", type=float, default=600, metavar="S", help="seconds for each process (600)")
    given = parser.parse_args(arguments)
    if given.tree and (given.select or given.unsafe_fixes or given.evidence):
        parser.error("--tree is rewritten already: it takes no --select, --unsafe-fixes or --evidence")
    manifest = read_manifest(MANIFEST)
    return Options(
        work=given.work.resolve(),
        entries=chosen_entries(manifest.more if given.more else manifest.entries, given.only),
        manifest=manifest,
        modulint=find_modulint(given.modulint),
        check_options=[*(["--select", given.select] if given.select else []), *["--unsafe-fixes"] * given.unsafe_fixes],
        rewritten_tree=given.tree.resolve() if given.tree else None,
        evidence=given.evidence,
        aimet=given.aimet,
        jobs=max(1, given.jobs),
        time_limit=given.time_limit,
    )


def read_manifest(file: Path) -> Manifest:
    content = json.loads(file.read_text("utf-8"))
    entries, more = ([Entry(**entry) for entry in content[key]] for key in ("entries", "more"))
    return Manifest(content["packages"], content["needs"], entries, more)


def chosen_entries(entries: Sequence[Entry], names: Sequence[str] | None) -> Sequence[Entry]:
    """The entries that ``names`` name, or all of them."""
    if names is None:
        return entries
    unknown = set(names) - {entry.name for entry in entries} - {entry.full_name for entry in entries}
    if unknown:
        raise NothingProven(f"not in the manifest: {', '.join(sorted(unknown))}")
    return [entry for entry in entries if entry.name in names or entry.full_name in names]


def find_modulint(given: str | None) -> str:
    """The absolute path of the tool, since it is run in another folder than this program."""
    beside = os.path.dirname(sys.executable)
    found = shutil.which(given) if given else shutil.which("modulint", path=beside)
    return os.path.abspath(found) if found else given or os.path.join(beside, "modulint")


def run(options: Options) -> int:
    python = make_environment(options.work, options.manifest, options.aimet)
    published = Path(ask(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))
    rewriting = rewrite(options, python, published)
    compile_all(python, rewriting.tree)
    references = options.work / "reference" / reference_key(python)
    shutil.rmtree(options.work / "rewritten", ignore_errors=True)

    def compare_one(entry: Entry) -> Outcome:
        return compare(entry, options, python, references, rewriting)

    outcomes = []
    print(table_row("model", "file", *ASPECTS, *["AIMET"] * options.aimet, "seconds"), flush=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(compare_one, options.entries):
            print("\n".join(described(outcome, options.aimet)), flush=True)
            outcomes.append(outcome)
    print("\n".join(summary(outcomes, rewriting, options.aimet)))
    if not all(outcome.good for outcome in outcomes):
        return 1
    return 2 if rewriting.tool_failed else 0


# --- environment and copy --------------------------------------------------------------------------------------------


def make_environment(work: Path, manifest: Manifest, aimet: bool) -> Path:
    """The Python of an environment with the pinned packages; one that is complete is used again."""
    installs = [
        [manifest.pin("torch"), *manifest.needs["timm"]],
        ["--no-deps", *(manifest.pin(library) for library in LIBRARIES)],
    ]
    if aimet:
        installs.append([manifest.pin("torch"), *manifest.needs["aimet-torch"]])
        installs.append(["--no-deps", manifest.pin("aimet-torch")])
    folder = work / "environments" / ("aimet" if aimet else "plain")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = folder / "installed.json"
    if complete.is_file() and json.loads(complete.read_text("utf-8")) == installs:
        return python
    print(f"installing into {folder}", flush=True)
    venv.create(folder, clear=True, with_pip=True)
    for requirements in installs:
        if subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements]).returncode:
            raise NothingProven(f"pip could not install {' '.join(requirements)}")
    complete.write_text(json.dumps(installs), "utf-8")
    return python


def install_modulint(python: Path, target: Path) -> Path:
    """A folder with modulint alone, as it stands in the repository, for the environment that ``python`` belongs to."""
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:  # a build in the repository would pick up what an older one left
        source = Path(temporary, "modulint")
        shutil.copytree(HERE.parents[2], source, ignore=shutil.ignore_patterns(*NOT_INSTALLED))
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        if subprocess.run([*command, "--target", str(target), str(source)]).returncode:
            raise NothingProven("modulint could not be installed from this repository")
    return target


def rewrite(options: Options, python: Path, published: Path) -> Rewriting:
    """A copy of the libraries, rewritten by the tool, or taken from the tree that the user gave."""
    tree = options.work / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    copy_libraries(options.rewritten_tree or published, tree)
    if options.rewritten_tree:
        changed = changed_files(published, tree)
        return Rewriting(tree, changed, new_classes(published, tree, changed))
    evidence, unrecorded = record_evidence(options, python) if options.evidence else ([], {})
    tool_failed = run_modulint(options, tree, evidence)
    changed = changed_files(published, tree)
    if not changed:
        raise NothingProven("modulint rewrote no file")
    return Rewriting(tree, changed, new_classes(published, tree, changed), tool_failed, unrecorded)


def copy_libraries(origin: Path, tree: Path) -> None:
    for library in LIBRARIES:
        if not (origin / library).is_dir():
            raise NothingProven(f"{origin} holds no {library}")
        shutil.copytree(origin / library, tree / library, ignore=shutil.ignore_patterns("__pycache__"))


def record_evidence(options: Options, python: Path) -> tuple[Sequence[Path], Mapping[str, str]]:
    """What runs of the published models show, a file for each; and why there is none, by entry."""
    own = install_modulint(python, options.work / "modulint")
    folder = options.work / "evidence"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started = time.perf_counter()

    def record(entry: Entry) -> tuple[Path, str]:
        file = folder / f"{entry.library}.{entry.name}.json"
        return file, recorded_apart(entry, python, own, file, options.time_limit)

    with ThreadPoolExecutor(options.jobs) as pool:
        records = [*pool.map(record, options.entries)]
    unrecorded = {entry.full_name: failure for entry, (_, failure) in zip(options.entries, records) if failure}
    files = [file for file, failure in records if not failure]
    print(f"evidence from {len(files)} models after {time.perf_counter() - started:.1f} s", flush=True)
    return files, unrecorded


def recorded_apart(entry: Entry, python: Path, own: Path, file: Path, time_limit: float) -> str:
    """Record a published model with modulint, in a process of its own; why that failed, or the empty string."""
    program = "import sys; from modulint.fixers.cli import main; sys.exit(main())"
    what = [f"{HERE}:published", "--kwargs", json.dumps({"library": entry.library, "name": entry.name})]
    how = ["--input", "x".join(map(str, entry.shape)), "--checks", "validator", "--evidence", str(file)]
    try:
        ended = subprocess.run(
            [python, "-c", program, "model", *what, *how],
            capture_output=True,
            text=True,
            errors="replace",
            env=child_environment() | {"PYTHONPATH": str(own)},
            timeout=time_limit,
        )
    except subprocess.TimeoutExpired:
        return f"not ready after {time_limit:g} s"
    if ended.returncode in (0, 1) and file.is_file():
        return ""
    return f"exit {ended.returncode}: {ended.stderr.strip()[-300:]}"


def run_modulint(options: Options, tree: Path, evidence: Sequence[Path]) -> bool:
    """Rewrite ``tree``. True if the tool says that it failed for a file; what it wrote is kept beside the tree."""
    command = [options.modulint, "check", "--fix", "--isolated", *options.check_options, *LIBRARIES]
    shown = " ".join(command) + (f" --evidence ({len(evidence)} files)" if evidence else "")
    command += [f"--evidence={file}" for file in evidence]
    started = time.perf_counter()
    try:
        ended = subprocess.run(command, cwd=tree, capture_output=True, text=True, errors="replace")
    except OSError as error:
        raise NothingProven(f"{options.modulint}: {error.strerror}") from None
    (options.work / "modulint.txt").write_text(ended.stdout + ended.stderr, "utf-8")
    print(f"{shown}: exit {ended.returncode} after {time.perf_counter() - started:.1f} s", flush=True)
    if ended.returncode not in (0, 1):
        print(ended.stderr[-2000:], file=sys.stderr, flush=True)
    if ended.returncode not in (0, 1, 2):
        raise NothingProven(f"modulint ended with exit status {ended.returncode}")
    return ended.returncode == 2


def changed_files(published: Path, tree: Path) -> frozenset[str]:
    """The Python files of ``tree`` that are not as they were published."""

    def same(file: str) -> bool:
        return (published / file).is_file() and (published / file).read_bytes() == (tree / file).read_bytes()

    files = {file.relative_to(tree).as_posix() for file in tree.rglob("*.py")}
    return frozenset(file for file in files if not same(file))


def new_classes(published: Path, tree: Path, changed: Iterable[str]) -> Sequence[str]:
    """The qualified names of the classes that the rewriting brought in: they are what it put operations into."""

    def classes(file: Path) -> set[str]:
        body = ast.parse(file.read_bytes()).body if file.is_file() else []
        return {statement.name for statement in body if isinstance(statement, ast.ClassDef)}

    return [
        f"{file.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}.{name}"
        for file in sorted(changed)
        for name in sorted(classes(tree / file) - classes(published / file))
    ]


def compile_all(python: Path, tree: Path) -> None:
    """Compile once what every process would compile; hashes, since a file edited twice a second keeps its time."""
    command = [str(python), "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", str(tree)]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def reference_key(python: Path) -> str:
    """Names all that a measurement of the published packages depends on."""
    information = Path("/proc/cpuinfo")
    models = re.findall(r"^model name.*", information.read_text() if information.is_file() else "", re.MULTILINE)
    processor = f"{platform.machine()} {platform.processor()} {sorted(set(models))}"
    packages = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, check=True).stdout
    return hashlib.sha256(processor.encode() + packages + HERE.read_bytes()).hexdigest()[:16]


def ask(python: Path, code: str) -> str:
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


# --- the comparison --------------------------------------------------------------------------------------------------


def compare(entry: Entry, options: Options, python: Path, references: Path, rewriting: Rewriting) -> Outcome:
    """Measure one model from both versions of its library, and say what differs."""
    started = time.perf_counter()
    file = f"{entry.library}.{entry.name}.json"
    reference = kept_measurement(references / file)
    if reference is None:
        reference = measured_apart(entry, python, references / file, None, False, options.time_limit)
    rewritten = measured_apart(
        entry, python, options.work / "rewritten" / file, rewriting, options.aimet, options.time_limit
    )
    changed = entry.file in rewriting.changed
    seconds = time.perf_counter() - started
    failures = [
        f"{version}: {measurement['failure']}"
        for version, measurement in (("as published", reference), ("rewritten", rewritten))
        if "failure" in measurement
    ]
    if failures:
        return Outcome(entry, changed, seconds, failure="; ".join(failures))
    found = {aspect: first_difference(reference[aspect], rewritten[aspect]) for aspect in ASPECTS}
    found["state_dict"] = found["state_dict"] or first_move(reference["state_dict"], rewritten["state_dict"])
    return Outcome(
        entry,
        changed,
        seconds,
        compared=[aspect for aspect in ASPECTS if reference[aspect]],
        differences={aspect: difference for aspect, difference in found.items() if difference},
        notes=[
            f"{mode} returned {reference['returns'][mode]}, and now returns {rewritten['returns'][mode]}"
            for mode in reference["returns"]
            if reference["returns"][mode] != rewritten["returns"][mode]
        ],
        new_calls=rewritten["new_calls"],
        without_tensor=rewritten["without_tensor"],
        objections=[Objection(*each) for each in rewritten["objections"]] if options.aimet else None,
    )


def kept_measurement(file: Path) -> Measurement | None:
    """A measurement of an earlier run that went well."""
    if not file.is_file():
        return None
    measurement: Measurement = json.loads(file.read_text("utf-8"))
    return None if "failure" in measurement else measurement


def measured_apart(
    entry: Entry, python: Path, result: Path, rewriting: Rewriting | None, aimet: bool, time_limit: float
) -> Measurement:
    """Measure one model in a process of its own, as it was rewritten or from the environment's own packages."""
    result.parent.mkdir(parents=True, exist_ok=True)
    result.unlink(missing_ok=True)
    request = request_for(entry, result, rewriting, aimet)
    try:
        ended = subprocess.run(
            [python, HERE, "--measure", json.dumps([request])],
            capture_output=True,
            text=True,
            errors="replace",
            env=child_environment(),
            timeout=time_limit,
        )
    except subprocess.TimeoutExpired:
        return {"failure": f"not ready after {time_limit:g} s"}
    if not result.is_file():
        return {"failure": f"exit {ended.returncode}: {ended.stderr.strip()[-300:]}"}
    measurement: Measurement = json.loads(result.read_text("utf-8"))
    return measurement


def request_for(entry: Entry, result: Path, rewriting: Rewriting | None, aimet: bool) -> Mapping[str, Any]:
    """What ``--measure`` takes, in a list: the model, the version of its library, and the file for what is found."""
    return {
        "entry": vars(entry),
        "tree": str(rewriting.tree) if rewriting else None,
        "new_classes": rewriting.new_classes if rewriting else [],
        "aimet": aimet,
        "result": str(result),
    }


def child_environment() -> dict[str, str]:
    """The variables of a process that builds a model: the same for all, whatever is set around this program."""
    fixed = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | fixed


def first_difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What first tells two listings apart, whatever their order; the empty string where nothing does."""
    for name, value in before.items():
        if name not in after:
            return f"{name} is gone"
        if after[name] != value:
            return f"{name}: {value} has become {after[name]}"
    for name in after:
        if name not in before:
            return f"{name} is new"
    return ""


def first_move(before: Iterable[str], after: Iterable[str]) -> str:
    """Where the order of two listings with the same names first differs; the empty string where it does not."""
    for old, new in zip(before, after):
        if old != new:
            return f"the order changes: {new} now stands where {old} stood"
    return ""


# --- the report ------------------------------------------------------------------------------------------------------


def table_row(model: str, *cells: str) -> str:
    return f"{model:44}" + "".join(f"{cell:>11}" for cell in cells)


def described(outcome: Outcome, aimet: bool) -> Iterator[str]:
    """The lines of the table for one model: its row, and what there is to say below it."""

    def cell(aspect: str) -> str:
        if outcome.failure:
            return "?"
        if aspect in outcome.differences:
            return "DIFFERS"
        return "same" if aspect in outcome.compared else "-"

    file = "rewritten" if outcome.file_changed else "as it was"
    verdict = "?" if outcome.objections is None else "refuses" if outcome.objections else "accepts"
    cells = [file, *map(cell, ASPECTS), *[verdict] * aimet, f"{outcome.seconds:.0f}"]
    yield table_row(outcome.entry.full_name, *cells)
    if outcome.failure:
        yield f"    FAILED: {outcome.failure}"
    for aspect, difference in outcome.differences.items():
        yield f"    {aspect}: {difference}"
    for call in outcome.without_tensor:
        yield f"    WITHOUT A TENSOR: {call}"
    for note in outcome.notes:
        yield f"    note: {note}"
    for objection in (outcome.objections or [])[:4]:
        yield f"    AIMET: {objection.what}, {objection.where}"
    if len(outcome.objections or []) > 4:
        yield f"    AIMET: and {len(outcome.objections or []) - 4} more"


def summary(outcomes: Sequence[Outcome], rewriting: Rewriting, aimet: bool) -> Iterator[str]:
    def count(holds: Callable[[Outcome], bool]) -> int:
        return sum(map(holds, outcomes))

    yield ""
    yield (
        f"{len(outcomes)} models: {count(lambda outcome: outcome.same)} the same, "
        f"{count(lambda outcome: bool(outcome.differences))} differ, "
        f"{count(lambda outcome: bool(outcome.failure))} could not be compared"
    )
    yield (
        f"{len(rewriting.changed)} files of the two libraries were rewritten, "
        f"and with them the own file of {count(lambda outcome: outcome.file_changed)} of these models; "
        f"gradients were compared for {count(lambda outcome: 'gradients' in outcome.compared)}"
    )
    yield (
        f"{len(rewriting.new_classes)} classes were brought in and called {sum(each.new_calls for each in outcomes):,} "
        f"times, without a tensor in {count(lambda outcome: bool(outcome.without_tensor))} models"
    )
    for name, failure in rewriting.unrecorded.items():
        yield f"no evidence from {name}: {failure}"
    if aimet:
        accepted = count(lambda outcome: outcome.objections == [])
        both = count(lambda outcome: outcome.objections == [] and outcome.same)
        yield f"AIMET's validator accepts {accepted}, of which {both} compute the same"
        yield from left_over(outcomes)
    if rewriting.tool_failed:
        yield "modulint failed for at least one file, see modulint.txt in the work folder"


def left_over(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What AIMET's validator still finds: by operation, the places and the models."""
    found = [(objection.what, outcome.entry.full_name) for outcome in outcomes for objection in outcome.objections or []]
    places = Counter(what for what, _ in found)
    models = Counter(what for what, _ in set(found))
    for what, times in places.most_common():
        yield f"    {what:60} {times:5} places in {models[what]:3} models"


# --- the measurement, in a process of its own ------------------------------------------------------------------------


def measure_and_write(request: Mapping[str, Any]) -> None:
    """Measure one model, and write what was found, or why nothing was, to the file that the request names."""
    if request["tree"]:
        sys.path.insert(1, request["tree"])
    try:
        measurement = measure(Entry(**request["entry"]), request["new_classes"], request["aimet"])
        loaded = str(sys.modules[request["entry"]["library"]].__file__)
        if request["tree"] and not loaded.startswith(request["tree"]):
            measurement = {"failure": f"{loaded} was loaded instead of the rewritten one"}
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        measurement = {
            "failure": f"{type(error).__name__}: {str(error)[:300]} ({place.filename}, line {place.lineno})"
        }
    result = Path(request["result"])
    unfinished = result.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(measurement), "utf-8")
    unfinished.replace(result)


def measure(entry: Entry, new_classes: Sequence[str], aimet: bool) -> Measurement:
    """All that must be the same for a rewritten model: each aspect a listing of names and digests.

    ``returns`` outlines what the model returned in each mode. It may change: a dict that becomes a tuple is one of the
    fixes, and its tensors are compared in their order.
    """
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    declare_torchvision_operators(torch)
    seed(torch, 0)
    model = build(entry)
    inputs = torch.randn(entry.shape, generator=torch.Generator().manual_seed(1))
    measurement: Measurement = {
        "state_dict": {name: kind_of(value) for name, value in model.state_dict().items()},
        "weights": digests(model.state_dict()),
    }
    with counted_calls(torch, model, new_classes) as calls:
        measurement |= computed(torch, model, inputs, with_gradients=entry.parameters <= GRADIENTS_UP_TO)
    measurement["new_calls"] = calls.total()
    measurement["without_tensor"] = sorted(filter(None, calls))
    if aimet:
        model.zero_grad(set_to_none=True)
        measurement["objections"] = aimet_objections(model.eval(), inputs)
    return measurement


def computed(torch: Any, model: Any, inputs: Any, with_gradients: bool) -> Measurement:
    """The aspects that need the model to run: in eval mode, then in train mode."""
    model.eval()
    with torch.no_grad():
        returned = model(inputs)
    eval_outline, eval_outputs = outline(torch, returned), digests(output_tensors(torch, returned))

    model.train()
    seed(torch, 2)
    with torch.set_grad_enabled(with_gradients):
        returned = model(torch.cat([inputs, inputs.flip(-1)]))  # two samples, since a batch norm refuses a single one
    return {
        "eval": eval_outputs,
        "train": digests(output_tensors(torch, returned)) | digests(dict(model.named_buffers())),
        "gradients": gradients(torch, model, returned) if with_gradients else {},
        "returns": {"eval": eval_outline, "train": outline(torch, returned)},
    }


@cache
def declare_torchvision_operators(torch: Any) -> object:
    """Declare torchvision's C++ operators where its own library does not load: importing it needs them declared.

    They last as long as the object that is returned, which the cache keeps.

    That is so where torch is a build for the CPU and torchvision one for CUDA. The operators are never called by the
    models of the zoo, so what they take and return is of no interest.
    """
    specification = find_spec("torchvision")
    if specification is None or specification.origin is None:
        return None
    for compiled in Path(specification.origin).parent.glob("_C.*"):
        try:
            torch.ops.load_library(str(compiled))
            return None
        except OSError:
            continue
    library = torch.library.Library("torchvision", "DEF")
    for name in TORCHVISION_OPERATORS:
        library.define(f"{name}(Tensor input) -> Tensor")
    return library


@contextmanager
def counted_calls(torch: Any, model: Any, classes: Sequence[str]) -> Iterator[Counter[str]]:
    """Counts the calls of submodules of these classes: under the empty name if a tensor goes in or comes out."""
    counts: Counter[str] = Counter()

    def count(module: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], returned: Any) -> None:
        values = [*arguments, *keywords.values()]
        kinds = ", ".join(type(value).__name__ for value in values)
        with_tensor = next(tensors_in(torch, [*values, returned]), None) is not None
        counts["" if with_tensor else f"{class_name(module)} is called with ({kinds})"] += 1

    def class_name(module: Any) -> str:
        return f"{type(module).__module__}.{type(module).__qualname__}"

    counted = [module for module in model.modules() if class_name(module) in classes]
    handles = [module.register_forward_hook(count, with_kwargs=True) for module in counted]
    yield counts
    for handle in handles:
        handle.remove()


def published(library: str, name: str) -> Any:
    """The model of an entry, as ``modulint model`` asks for it."""
    declare_torchvision_operators(import_module("torch"))
    manifest = read_manifest(MANIFEST)
    (entry,) = chosen_entries([*manifest.entries, *manifest.more], [f"{library}/{name}"])
    return build(entry)


def seed(torch: Any, number: int) -> None:
    """Seed every source of random draws that a model may use."""
    torch.manual_seed(number)
    random.seed(number)
    import_module("numpy").random.seed(number)


def build(entry: Entry) -> Any:
    """The model with freshly drawn weights."""
    if entry.library == "timm":
        return import_module("timm").create_model(entry.name, pretrained=False)
    builder = import_module("torchvision.models").get_model_builder(entry.name)
    takes_backbone = ".segmentation." in builder.__module__
    return builder(weights=None, **({"weights_backbone": None} if takes_backbone else {}))


def digests(tensors: Mapping[str, Any]) -> dict[str, str]:
    return {name: digest(tensor) for name, tensor in tensors.items()}


def digest(tensor: Any) -> str:
    """A digest of the tensor's bits, its dtype and its shape."""
    torch = import_module("torch")
    raw = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy()
    return hashlib.sha256(kind_of(tensor).encode() + raw.tobytes()).hexdigest()[:16]


def kind_of(tensor: Any) -> str:
    return f"{tensor.dtype} {list(tensor.shape)}"


def output_tensors(torch: Any, returned: Any) -> dict[str, Any]:
    return {f"output {number}": tensor for number, tensor in enumerate(tensors_in(torch, returned))}


def tensors_in(torch: Any, value: Any) -> Iterator[Any]:
    """The tensors that a model returned, whatever container they come in."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(torch, part)


def outline(torch: Any, value: Any) -> str:
    """What a model returned, in words: ``dict(Tensor, Tensor)``."""
    if isinstance(value, (dict, list, tuple)) and not isinstance(value, torch.Tensor):
        parts = value.values() if isinstance(value, dict) else value
        return f"{type(value).__name__}({', '.join(outline(torch, part) for part in parts)})"
    return type(value).__name__


def gradients(torch: Any, model: Any, returned: Any) -> dict[str, str]:
    """The gradient of each parameter for a random direction of the outputs; why there is none, where there is none."""
    outputs = [tensor for tensor in tensors_in(torch, returned) if tensor.requires_grad]
    generator = torch.Generator().manual_seed(3)
    directions = [torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype) for tensor in outputs]
    try:
        torch.autograd.backward(outputs, directions)
    except RuntimeError as error:
        return {"backward": str(error)}
    return {
        name: "no gradient" if parameter.grad is None else digest(parameter.grad)
        for name, parameter in model.named_parameters()
    }


def aimet_objections(model: Any, inputs: Any) -> list[tuple[str, str]]:
    """What AIMET's validator holds against the model: modules used again, and operations that are no module.

    Each is what it is, such as the operation, and where.
    """
    checks = import_module("aimet_torch.model_validator.validation_checks")
    with CollectedMessages() as messages:
        for check in (checks.validate_for_reused_modules, checks.validate_for_missing_modules):
            known = len(messages)
            try:
                accepted = check(model, inputs)
            except Exception as error:
                messages.append(f"{check.__name__}: {type(error).__name__}: {str(error)[:200]}")
                continue
            if not accepted and len(messages) == known:
                messages.append(f"{check.__name__} says no")
    return [line for message in messages for line in essence(message)]


class CollectedMessages(logging.Handler):
    """Collects the error messages that are logged while it is entered: the validator's reasons are only logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> list[str]:
        for logger in (logging.getLogger(), logging.getLogger("Utils")):
            logger.addHandler(self)
        return self.messages

    def __exit__(self, *exception: object) -> None:
        for logger in (logging.getLogger(), logging.getLogger("Utils")):
            logger.removeHandler(self)


def essence(message: str) -> Sequence[tuple[str, str]]:
    """The modules and operations that one of the validator's long messages names, or the message itself."""
    reused = re.search(r"used more than once in the model: \[(.*?)\]", message)
    if reused:
        return [("module that is used more than once", name) for name in re.findall(r"'([^']*)'", reused[1])]
    missing = re.findall(r"op_type: (\S+)\s+parent module: (.+)", message)
    found = [(f"{operation} that is no module", f"in {parent.strip()}") for operation, parent in missing]
    return found or [("failure of the validator", message[:300])]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        for request in json.loads(sys.argv[2]):
            measure_and_write(request)
    else:
        sys.exit(main(sys.argv[1:]))

"""Run ``modulint check --fix`` over copies of real source trees, and check what must hold on any code.

For each tree: a file that compiled still compiles; a second run changes no byte; nothing but Python files is changed,
and no file is left behind; pyflakes has nothing new to say; and no file fails without a reason. The findings are
counted by code and fix safety before the run, and by code after it; its time and memory are measured.

Trees are folders on the command line, or packages of the index that pip is configured for (``--fetch``), of which only
the wheels are fetched and unpacked. Nothing of them is installed or imported. pyflakes must be installed beside the
Python that runs this program; modulint brings it along.

Exit status: 0, all that must hold does; 1, something does not; 2, a tree could not be had or modulint could not be run.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAFETIES = ("safe", "unsafe", "none")
TRACKED_CODE = "MOD101"
"""The code for which the share of findings with a safe fix or a stated reason is printed."""
FAILURE = re.compile(r"(?P<path>[^\s:][^:]*\.py)(?::\d+)*: *(?P<reason>\S.*)")
IGNORED = ("__pycache__", ".git")

ACCOUNTANT = """
import json, os, sys, time
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - started
with open(sys.argv[1], "w") as report:
    json.dump([os.waitstatus_to_exitcode(status), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss], report)
"""
"""Runs a command and accounts for it. A process's peak memory starts from that of the process it was spawned from, so
the command is spawned from this little program instead of from one that holds the findings of a whole tree."""


class CannotRun(Exception):
    """Nothing can be said about a tree; the text says why."""


@dataclass(frozen=True)
class Run:
    """One run of a command: how it ended, what it wrote, and what it took with all the processes it waited for.

    ``peak`` is the memory in bytes of the largest single process among them.
    """

    status: int
    seconds: float
    processor_seconds: float
    peak: int
    output: str
    errors: str


@dataclass(frozen=True)
class Tree:
    """A source tree, the copy of it that is rewritten, and what the tool is asked to do."""

    name: str
    origin: Path
    copy: Path
    modulint: str
    options: Sequence[str]


@dataclass(frozen=True)
class Report:
    """What the runs over one tree showed."""

    tree: Tree
    files: int
    changed: Sequence[str]
    before: Sequence[Mapping[str, Any]]
    after: Sequence[Mapping[str, Any]]
    failures: Sequence[str]
    violations: Sequence[str]
    check: Run
    fix: Run


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE", help="folders with Python source")
    parser.add_argument("--fetch", nargs="+", default=[], metavar="PACKAGE", help="packages to fetch: timm==1.0.31")
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--modulint", metavar="PATH", help="the modulint to run (the one beside this Python)")
    parser.add_argument("--select", metavar="CODES", help="passed on to modulint")
    parser.add_argument("--unsafe-fixes", action="store_true", help="passed on to modulint")
    parser.add_argument("-j", "--jobs", metavar="N", help="passed on to modulint")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print N random hunks of each tree's diff")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="another seed, other hunks (0)")
    given = parser.parse_args(arguments)
    if not given.trees and not given.fetch:
        parser.error("give trees, or packages to --fetch")
    options = [*options_to_pass(given), *(["-j", given.jobs] if given.jobs else [])]
    kept = True
    try:
        for origin in [*given.trees, *(fetch(package, given.work) for package in given.fetch)]:
            tree = copied(origin, given.work, find_modulint(given.modulint), options)
            report = examine(tree)
            print("\n".join(described(report)), flush=True)
            print("\n".join(sampled_hunks(report, given.sample, given.seed)), flush=True)
            kept = kept and not report.violations
    except CannotRun as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0 if kept else 1


def options_to_pass(given: argparse.Namespace) -> list[str]:
    """The options that modulint gets as they were given here."""
    return [*(["--select", given.select] if given.select else []), *["--unsafe-fixes"] * given.unsafe_fixes]


def find_modulint(given: str | None) -> str:
    """The absolute path of the tool, since it is run in another folder than this program."""
    beside = os.path.dirname(sys.executable)
    found = shutil.which(given) if given else shutil.which("modulint", path=beside)
    if not found:
        raise CannotRun(f"no modulint at {given or beside}")
    return os.path.abspath(found)


# --- trees -----------------------------------------------------------------------------------------------------------


def fetch(package: str, work: Path) -> Path:
    """The unpacked wheel of ``package``. It is fetched alone, without what it needs, and only once."""
    folder = work.resolve() / "fetched" / re.sub(r"[^\w.]+", "-", package)
    unpacked = folder / "source"
    if unpacked.is_dir():
        return unpacked
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    if subprocess.run([*command, "--dest", str(folder), package]).returncode:
        raise CannotRun(f"pip could not fetch {package}")
    (wheel,) = folder.glob("*.whl")
    print(f"fetched {wheel.name}", flush=True)
    unfinished = folder / "unfinished"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unfinished)
    unfinished.rename(unpacked)
    return unpacked


def copied(origin: Path, work: Path, modulint: str, options: Sequence[str]) -> Tree:
    """A fresh copy of ``origin`` in the work folder. Links become what they lead to, so that none leads out of it."""
    origin = origin.resolve()
    if not origin.is_dir():
        raise CannotRun(f"{origin} is no folder")
    name = origin.parent.name if origin.name == "source" else origin.name
    copy = work.resolve() / "copies" / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(origin, copy, ignore=shutil.ignore_patterns(*IGNORED), ignore_dangling_symlinks=True)
    return Tree(name, origin, copy, modulint, options)


def python_files(tree: Path) -> list[Path]:
    """All Python files of a tree, or the one file that it is."""
    if tree.is_file():
        return [tree]
    files = (file for file in tree.rglob("*.py") if file.is_file())
    return sorted(file for file in files if not set(IGNORED) & set(file.relative_to(tree).parts))


def fingerprints(folder: Path) -> dict[str, str]:
    """A digest of each file of a folder. Folders with a dot are left out: that is where tools keep their caches."""
    files = (file for file in folder.rglob("*") if file.is_file())
    named = {file.relative_to(folder).as_posix(): file for file in files}
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in sorted(named.items())
        if not any(part.startswith(".") or part in IGNORED for part in name.split("/")[:-1])
    }


# --- runs ------------------------------------------------------------------------------------------------------------


def measured(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end and account for it."""
    with tempfile.TemporaryDirectory() as notes:
        names = [Path(notes, name) for name in ("account", "output", "errors")]
        account, output, errors = names
        with output.open("wb") as output_file, errors.open("wb") as errors_file:
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", ACCOUNTANT, str(account), *command],
                cwd=folder,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output_file,
                stderr=errors_file,
            )
        written = [file.read_text("utf-8", errors="replace") for file in (output, errors)]
        if not account.is_file():
            raise CannotRun(f"{command[0]} could not be run: {written[1][-300:]}")
        status, seconds, processor_seconds, peak = json.loads(account.read_text("utf-8"))
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(status, seconds, processor_seconds, peak * unit, *written)


def run_modulint(tree: Tree, *options: str) -> Run:
    return measured([tree.modulint, "check", *tree.options, *options, "."], tree.copy)


def findings_in(run: Run) -> Sequence[Mapping[str, Any]]:
    """The findings of a run with JSON output."""
    try:
        findings = json.loads(run.output)
    except ValueError:
        raise CannotRun(f"modulint wrote no JSON, exit {run.status}: {run.output[:300]}{run.errors[-600:]}") from None
    if not isinstance(findings, list):
        raise CannotRun(f"modulint's JSON is no list: {run.output[:300]}")
    return findings


# --- what must hold --------------------------------------------------------------------------------------------------


def examine(tree: Tree) -> Report:
    """Check, rewrite and rewrite again one tree, and collect what does not hold."""
    untouched = fingerprints(tree.copy)
    check = run_modulint(tree, "--output-format", "json")
    violations = [f"check alone changed {name}" for name in differing(untouched, fingerprints(tree.copy))]
    fix = run_modulint(tree, "--fix")
    rewritten = fingerprints(tree.copy)
    touched = differing(untouched, rewritten)
    changed = [name for name in touched if name.endswith(".py") and name in untouched and name in rewritten]
    violations += [f"added, removed or no Python file: {name}" for name in touched if name not in changed]
    violations += broken_files(tree, changed)
    violations += new_pyflakes_messages(tree, changed)
    again = run_modulint(tree, "--fix", "--output-format", "json")
    violations += [f"the second run changed {name}" for name in differing(rewritten, fingerprints(tree.copy))]
    for run in (check, fix, again):
        violations += unexplained_failures(tree, run)
    return Report(
        tree=tree,
        files=len(python_files(tree.copy)),
        changed=changed,
        before=findings_in(check),
        after=findings_in(again),
        failures=named_failures(tree, fix),
        violations=violations,
        check=check,
        fix=fix,
    )


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The files that were added, removed or changed."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def broken_files(tree: Tree, changed: Iterable[str]) -> Iterator[str]:
    """Those that compiled before and do not now, with the error."""
    for name in changed:
        error = compile_error(tree.copy / name)
        if error and not compile_error(tree.origin / name):
            yield f"{name} does not compile any more: {error}"


def compile_error(file: Path) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def new_pyflakes_messages(tree: Tree, changed: Sequence[str]) -> Iterator[str]:
    """What pyflakes says of the changed files and did not say of them before, wherever in the file it says it."""
    new = pyflakes_messages(tree.copy, changed) - pyflakes_messages(tree.origin, changed)
    for (name, message), count in sorted(new.items()):
        yield f"new from pyflakes: {name}: {message}" + (f" ({count} times)" if count > 1 else "")


def pyflakes_messages(folder: Path, names: Sequence[str]) -> Counter[tuple[str, str]]:
    """pyflakes' messages as (file, text), without line numbers, neither in front nor in the text."""
    messages: Counter[tuple[str, str]] = Counter()
    remaining = list(names)
    while remaining:  # in portions, since no system takes an endless command line
        portion, remaining = remaining[:200], remaining[200:]
        command = [sys.executable, "-m", "pyflakes", *portion]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
        if ended.returncode not in (0, 1) or "No module named pyflakes" in ended.stderr:
            raise CannotRun(f"pyflakes failed: {ended.stderr.strip()[-300:]}")
        for line in ended.stdout.splitlines():
            found = re.fullmatch(r"(.*?\.py):\d+:\d+:? (.*)", line)
            if found:
                messages[found[1], re.sub(r"\bline \d+", "line", found[2])] += 1
    return messages


def named_failures(tree: Tree, run: Run) -> list[str]:
    """The lines in which the tool names a file of the tree and the reason why it failed for it."""
    return [
        f"{found['path']}: {found['reason']}"
        for found in map(FAILURE.search, run.errors.splitlines())
        if found and (tree.copy / found["path"]).is_file()
    ]


def unexplained_failures(tree: Tree, run: Run) -> Iterator[str]:
    """Ends of a run that no named file accounts for."""
    if run.status not in (0, 1, 2):
        yield f"modulint ended with exit status {run.status}: {run.errors.strip()[-300:]}"
    elif "Traceback (most recent call last)" in run.errors:
        yield f"modulint wrote a traceback: {run.errors.strip()[-300:]}"
    elif run.status == 2 and not named_failures(tree, run):
        yield f"modulint failed without naming a file and a reason: {run.errors.strip()[-300:]}"


# --- the report ------------------------------------------------------------------------------------------------------


def described(report: Report) -> Iterator[str]:
    yield ""
    yield f"{report.tree.name}: {report.files} files, {len(report.changed)} rewritten"
    yield f"  {'code':8}{'name':30}{'found':>8}{'safe':>8}{'unsafe':>8}{'no fix':>8}{'no reason':>11}{'remain':>8}"
    yield from table(report)
    yield from share_line(report)
    yield f"  safe fixes that did not land: {sum(finding['fix']['safety'] == 'safe' for finding in report.after)}"
    for what, run in (("check", report.check), ("check --fix", report.fix)):
        yield f"  {what}: {run.seconds:.1f} s, processors {run.processor_seconds:.1f} s, peak {megabytes(run.peak)}"
    for failure in report.failures:
        yield f"  failed: {failure}"
    for violation in report.violations:
        yield f"  VIOLATION: {violation}"
    if not report.violations:
        yield "  all that must hold does"


def table(report: Report) -> Iterator[str]:
    """One row for each code: its findings by fix safety, those without a reason, and those that remain."""
    by_code: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for finding in report.before:
        by_code[finding["code"]].append(finding)
    remain = Counter(finding["code"] for finding in report.after)
    for code in sorted(by_code.keys() | remain.keys()):
        findings = by_code[code]
        name = findings[0]["name"] if findings else ""
        safeties = Counter(finding["fix"]["safety"] for finding in findings)
        cells = [len(findings), *(safeties[safety] for safety in SAFETIES)]
        silent = sum(not has_answer(finding) for finding in findings)
        yield f"  {code:8}{name:30}" + "".join(f"{cell:8}" for cell in cells) + f"{silent:11}{remain[code]:8}"


def share_line(report: Report) -> Iterator[str]:
    findings = [finding for finding in report.before if finding["code"] == TRACKED_CODE]
    if findings:
        answered = sum(map(has_answer, findings))
        share = 100 * answered / len(findings)
        yield f"  {TRACKED_CODE} with a safe fix or a stated reason: {answered} of {len(findings)} ({share:.1f} %)"


def has_answer(finding: Mapping[str, Any]) -> bool:
    """Whether the finding has a safe fix, or says why it has none."""
    return finding["fix"]["safety"] == "safe" or bool(finding["fix"].get("reason"))


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"


def sampled_hunks(report: Report, count: int, seed: int) -> Iterator[str]:
    """Random hunks of the diff between the tree and its rewritten copy, for reading by eye."""
    if not count:
        return
    hunks = [hunk for name in report.changed for hunk in hunks_of(report.tree, name)]
    chosen = random.Random(seed).sample(hunks, min(count, len(hunks)))
    yield f"\n{len(chosen)} of {len(hunks)} hunks, seed {seed}"
    for hunk in chosen:
        yield "\n" + hunk


def hunks_of(tree: Tree, name: str) -> Iterator[str]:
    """The hunks of one file's diff, each with the file's name above it."""
    before, after = (
        (folder / name).read_text("utf-8", errors="replace").splitlines() for folder in (tree.origin, tree.copy)
    )
    hunk: list[str] = []
    for line in [*difflib.unified_diff(before, after, lineterm="")][2:]:
        if line.startswith("@@") and hunk:
            yield "\n".join(hunk)
            hunk = []
        hunk = hunk or [f"--- {tree.name}/{name}"]
        hunk.append(line)
    if hunk:
        yield "\n".join(hunk)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

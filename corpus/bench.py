"""Measure what ``modulint check`` and its flake8 plugin cost over a source tree, and what others cost over the same.

Four questions, each answered by whole processes that are started in turn, one core each, and their medians:

1. ``modulint check -j 1``, cold and once more over the same folder, against ``libcst.parse_module`` alone on those
   files that contain a ``def forward``, in one environment. Cold: with empty cache and working directories.
2. flake8 with modulint's plugin against flake8 as it comes (pyflakes and pycodestyle), with ``--isolated -j 1``. No
   option keeps flake8 from running a plugin: ``--select`` only hides what it found. So there are two environments, one
   with the plugin and one without, with the same versions of flake8 and of what it brings along.
3. TorchFix, standalone and as a flake8 plugin, in an environment of its own, since it asks for an old libcst.
4. The peak memory of each, that of the largest single process.

The environments are made below ``--work`` from the package index that pip is configured for. modulint is installed from
this repository, anew for each run, as a user would get it. TREE may also be a single file: what an editor waits for.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from real import CannotRun, Run, measured, megabytes, python_files

REPOSITORY = Path(__file__).resolve().parents[1]
LIBCST = "libcst==1.9.*"
TORCHFIX = "torchfix==0.7.0"
HAS_FORWARD = re.compile(rb"\bdef forward\b")
FLAKE8_BROKE_OFF = "There was a critical error during execution of Flake8"
"""flake8 then ends with 1, as it does with findings."""
NOT_INSTALLED = (".*", "build", "dist", "*.egg-info", "__pycache__")
PARSE = """
import sys, libcst
for name in open(sys.argv[1], encoding="utf-8").read().splitlines():
    libcst.parse_module(open(name, "rb").read())
"""


@dataclass(frozen=True)
class Subject:
    """A command to be measured, and the one that it is compared with.

    ``cold`` gives it empty cache and working directories; otherwise it gets those that the last cold run left. ``fine``
    are the exit statuses with which it did its work.
    """

    name: str
    command: Sequence[str]
    against: str | None = None
    cold: bool = True
    fine: Sequence[int] = (0, 1)


@dataclass
class Folders:
    """The cache and working directories of the last cold run."""

    parent: Path
    count: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def working(self) -> Path:
        return self.parent / f"work-{self.count}"

    def renew(self) -> None:
        self.count += 1
        self.working.mkdir()
        self.environment = {"XDG_CACHE_HOME": str(self.parent / f"cache-{self.count}")}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("tree", type=Path, metavar="TREE", help="a folder with Python source, or one file")
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--modulint", metavar="PATH", help="the modulint to run instead of the installed one")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each command (5)")
    parser.add_argument("--torchfix-runs", type=int, default=1, metavar="N", help="runs of TorchFix, 0 for none (1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all runs to this file")
    given = parser.parse_args(arguments)
    tree: Path = given.tree.resolve()
    try:
        if not python_files(tree):
            raise CannotRun(f"{tree} holds no Python files")
        work = given.work.resolve()
        subjects = [*subjects_for(tree, work, given.modulint)]
        runs = measured_in_turn(subjects, given.runs)
        if given.torchfix_runs:
            torchfix = [*torchfix_subjects(tree, work)]
            runs |= measured_in_turn(torchfix, given.torchfix_runs)
            subjects += torchfix
    except CannotRun as reason:
        print(reason, file=sys.stderr)
        return 2
    print("\n".join(described(subjects, runs)))
    if given.json:
        given.json.write_text(json.dumps({name: [vars(run) for run in of] for name, of in runs.items()}), "utf-8")
    return 0


# --- what is measured ------------------------------------------------------------------------------------------------


def subjects_for(tree: Path, work: Path, modulint: str | None) -> Iterator[Subject]:
    """modulint and what it is compared with."""
    plain = make_environment(work, "flake8", ["flake8"])
    own = make_environment(work, "modulint", [*versions_in(plain), LIBCST])
    parse = [str(own / "python"), "-c", PARSE, str(list_of_forwards(tree, work))]
    yield Subject("libcst.parse_module", parse, fine=[0])
    has_plugin = modulint_installed(own, [*versions_in(plain), LIBCST])
    if modulint or has_plugin:
        tool = os.path.abspath(shutil.which(modulint) or modulint) if modulint else str(own / "modulint")
        check = [tool, "check", "-j", "1", str(tree)]
        yield Subject("modulint check, cold", check, "libcst.parse_module")
        yield Subject("modulint check, again", check, "modulint check, cold", cold=False)
    yield flake8_subject("flake8", plain, tree)
    if has_plugin:
        yield flake8_subject("flake8 with modulint", own, tree)


def torchfix_subjects(tree: Path, work: Path) -> Iterator[Subject]:
    """TorchFix beside them, in both of its forms."""
    plain = make_environment(work, "flake8", ["flake8"])
    torchfix = make_environment(work, "torchfix", [*versions_in(plain), TORCHFIX])
    yield Subject("TorchFix", [str(torchfix / "torchfix"), "-j", "1", str(tree)], "libcst.parse_module")
    yield flake8_subject("flake8 with TorchFix", torchfix, tree)


def flake8_subject(name: str, programs: Path, tree: Path) -> Subject:
    return Subject(
        name,
        [str(programs / "flake8"), "--isolated", "-j", "1", str(tree)],
        against=None if name == "flake8" else "flake8",
    )


def list_of_forwards(tree: Path, work: Path) -> Path:
    """A file that lists the files of ``tree`` that contain a ``def forward``."""
    everything = python_files(tree)
    chosen = [file for file in everything if HAS_FORWARD.search(file.read_bytes())]
    size = sum(file.stat().st_size for file in everything) / 1e6
    chosen_size = sum(file.stat().st_size for file in chosen) / 1e6
    print(f"{tree}: {len(everything)} files, {size:.1f} MB; with a forward: {len(chosen)} files, {chosen_size:.1f} MB")
    listing = work / "forwards.txt"
    listing.write_text("".join(f"{file}\n" for file in chosen), "utf-8")
    return listing


# --- environments ----------------------------------------------------------------------------------------------------


def make_environment(work: Path, name: str, requirements: Sequence[str]) -> Path:
    """The folder of programs of an environment; one that is complete is used again."""
    folder = work / "environments" / name
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    complete = folder / "installed.json"
    if not complete.is_file() or json.loads(complete.read_text("utf-8")) != list(requirements):
        print(f"installing into {folder}", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        if not installed(programs, requirements):
            raise CannotRun(f"pip could not install {' '.join(requirements)}")
        complete.write_text(json.dumps(list(requirements)), "utf-8")
    return programs


def modulint_installed(programs: Path, pinned: Sequence[str]) -> bool:
    """Install modulint as it stands in the repository, without touching what is pinned; says so where that fails."""
    with tempfile.TemporaryDirectory() as temporary:  # a build in the repository would pick up what an older one left
        source = Path(temporary, "modulint")
        shutil.copytree(REPOSITORY, source, ignore=shutil.ignore_patterns(*NOT_INSTALLED))
        if installed(programs, [*pinned, str(source)]):
            return True
    print("modulint could not be installed from this repository: its plugin is not measured", file=sys.stderr)
    return False


def installed(programs: Path, requirements: Sequence[str]) -> bool:
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*command, *requirements]).returncode == 0


def versions_in(programs: Path) -> list[str]:
    """flake8 and what it brings along, pinned to what is installed: each environment must have the same."""
    frozen = subprocess.run(
        [str(programs / "python"), "-m", "pip", "freeze"], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in frozen.splitlines() if re.match(r"(flake8|mccabe|pycodestyle|pyflakes)==", line)]


# --- runs and report -------------------------------------------------------------------------------------------------


def measured_in_turn(subjects: Sequence[Subject], count: int) -> dict[str, list[Run]]:
    """``count`` runs of each subject, all of them in turn, so that what else the machine does meets all alike."""
    runs: dict[str, list[Run]] = {subject.name: [] for subject in subjects}
    with tempfile.TemporaryDirectory() as parent:
        folders = Folders(Path(parent))
        for number in range(1, count + 1):
            for subject in subjects:
                if subject.cold:
                    folders.renew()
                run = measured(subject.command, folders.working, folders.environment)
                if run.status not in subject.fine or FLAKE8_BROKE_OFF in run.output:
                    written = (run.errors.strip() or run.output.strip())[-600:]
                    raise CannotRun(f"{subject.name} ended with exit status {run.status}: {written}")
                print(f"{number}/{count} {subject.name}: {run.seconds:.2f} s", file=sys.stderr, flush=True)
                runs[subject.name].append(run)
    return runs


def described(subjects: Sequence[Subject], runs: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """A row for each subject: the medians and the range of its runs, its memory, and the ratios to another one.

    The processor's time is the steadier of the two where other work shares the machine.
    """
    yield ""
    header = f"{'medians':24}{'runs':>5}{'seconds':>9}{'least':>9}{'most':>9}{'processor':>11}{'peak':>9}"
    yield f"{header}  ratio (processor)"
    for subject in subjects:
        own = runs[subject.name]
        seconds = [run.seconds for run in own]
        peak = megabytes(max(run.peak for run in own))
        row = f"{subject.name:24}{len(own):5}{wall_time(own):9.2f}{min(seconds):9.2f}{max(seconds):9.2f}"
        row += f"{processor_time(own):11.2f}{peak:>9}"
        if subject.against:
            other = runs[subject.against]
            row += f"  {wall_time(own) / wall_time(other):.2f} ({processor_time(own) / processor_time(other):.2f})"
            row += f" x {subject.against}"
        yield row


def wall_time(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def processor_time(runs: Sequence[Run]) -> float:
    return statistics.median(run.processor_seconds for run in runs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

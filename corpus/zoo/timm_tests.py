"""Run timm's own tests before and after ``modulint check --fix``, and hold the results against each other.

The tests come with timm's source distribution. Those of its layers run whole, and of those of its models the ones for
the small ``test_*`` architectures: forward, backward, features, TorchScript and torch.fx. They run on timm as it was
published and on a rewritten copy, each time in a process for each file. Tests that need a network or a GPU are left out
or skip themselves.

Everything is made below the folder ``--work``, as ``run.py`` beside this program makes it.

Exit status: 0, each test ends as it did before; 1, one does not; 2, nothing could be run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from run import (
    HERE,
    MANIFEST,
    Manifest,
    NothingProven,
    Options,
    ask,
    child_environment,
    declare_torchvision_operators,
    find_modulint,
    make_environment,
    read_manifest,
    rewrite,
)

FILES = (
    "test_input_conv.py",
    "test_layers.py",
    "test_layers_drop.py",
    "test_layers_pool.py",
    "test_layers_pos_embed.py",
    "test_model_input.py",
    "test_models.py",
    "test_prune.py",
)
OF_SMALL_ARCHITECTURE = re.compile(r"test_models\.py::(?!test_model_inference\b)\w+\[(.*-)?test_\w+\]$")
"""test_model_inference fetches weights."""
PYTEST = "pytest==9.*"
RESULTS = "TIMM_TESTS_RESULTS"
"""The environment variable that names the file for the results, in the process that runs the tests."""

Results = Mapping[str, str]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--modulint", metavar="PATH", help="the modulint to run (the one beside this Python)")
    parser.add_argument("--select", metavar="CODES", default="ALL", help="passed on to modulint (ALL)")
    parser.add_argument("--tree", type=Path, metavar="DIR", help="test this rewritten timm and torchvision instead")
    parser.add_argument("--only", nargs="+", choices=FILES, default=FILES, metavar="FILE", help="these files of tests")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (2)")
    parser.add_argument("--time-limit", type=float, default=3600, metavar="S", help="seconds for each process (3600)")
    given = parser.parse_args(arguments)
    options = Options(
        work=given.work.resolve(),
        entries=(),
        manifest=read_manifest(MANIFEST),
        modulint=find_modulint(given.modulint),
        check_options=["--select", given.select],
        rewritten_tree=given.tree.resolve() if given.tree else None,
        evidence=False,
        aimet=False,
        jobs=max(1, given.jobs),
        time_limit=given.time_limit,
    )
    try:
        before, after = run_both(options, given.only)
    except NothingProven as reason:
        print(f"nothing proven: {reason}", file=sys.stderr)
        return 2
    print("\n".join(described(before, after)))
    return 0 if before == after else 1


def run_both(options: Options, files: Sequence[str]) -> tuple[Results, Results]:
    """How each test ends, on the published libraries and on the rewritten ones."""
    python = make_environment(options.work, options.manifest, aimet=False)
    tests = fetch_tests(python, options.manifest, options.work / "timm-tests")
    own = install_pytest(python, options.work / "pytest")
    published = Path(ask(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))
    rewritten = rewrite(options, python, published).tree
    runs = [(side, tree, file) for file in files for side, tree in (("before", published), ("after", rewritten))]

    def run(which: tuple[str, Path, str]) -> Results:
        side, tree, file = which
        results = options.work / "timm-results" / f"{side}.{file}.jsonl"
        return run_apart(python, tests / file, [tree, own], results, options.time_limit)

    with ThreadPoolExecutor(options.jobs) as pool:
        ended = [*pool.map(run, runs)]
    sides: dict[str, dict[str, str]] = {"before": {}, "after": {}}
    for (side, _, file), results in zip(runs, ended):
        if side == "before" and "passed" not in results.values():
            raise NothingProven(f"no test of {file} passes on the published libraries")
        sides[side].update(results)
    return sides["before"], sides["after"]


def fetch_tests(python: Path, manifest: Manifest, folder: Path) -> Path:
    """The tests out of timm's source distribution, without the sources beside them: they would be imported instead."""
    tests = folder / "tests"
    if tests.is_dir():
        return tests
    command = [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=timm", "--dest", str(folder)]
    if subprocess.run([*command, manifest.pin("timm")]).returncode:
        raise NothingProven("pip could not fetch timm's source distribution")
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(folder / "all", filter="data")
    (unpacked,) = folder.glob("all/*/tests")
    unpacked.rename(tests)
    shutil.rmtree(folder / "all")
    return tests


def install_pytest(python: Path, folder: Path) -> Path:
    if not folder.is_dir():
        command = [str(python), "-m", "pip", "install", "--quiet", "--target", str(folder), PYTEST]
        if subprocess.run(command).returncode:
            raise NothingProven("pip could not install pytest")
    return folder


def run_apart(python: Path, file: Path, search: Sequence[Path], results: Path, time_limit: float) -> Results:
    """How the tests of one file end, in a process of its own. One that is running when the time is over has not ended."""
    results.parent.mkdir(parents=True, exist_ok=True)
    results.unlink(missing_ok=True)
    paths = os.pathsep.join(map(str, [*search, HERE.parent]))
    options = ["-p", Path(__file__).stem, "-p", "no:cacheprovider", "--import-mode=importlib", "-W", "ignore", "-q"]
    try:
        ended = subprocess.run(
            [python, "-m", "pytest", *options, str(file)],
            cwd=file.parents[1],
            env=child_environment() | {"PYTHONPATH": paths, RESULTS: str(results)},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=time_limit,
        )
        results.with_suffix(".txt").write_text(ended.stdout + ended.stderr, "utf-8")
        how = f"exit {ended.returncode}"
    except subprocess.TimeoutExpired:
        how = f"not ready after {time_limit:g} s"
    lines = results.read_text("utf-8").splitlines() if results.is_file() else []
    print(f"{results.stem}: {len(lines)} results, {how}", flush=True)
    return dict(json.loads(line) for line in lines)


def described(before: Results, after: Results) -> Iterator[str]:
    for side, results in (("before", before), ("after", after)):
        counts = Counter(results.values())
        yield f"{side}: " + ", ".join(f"{number} {how}" for how, number in sorted(counts.items()))
    different = sorted(test for test in before.keys() | after.keys() if before.get(test) != after.get(test))
    yield f"{len(different)} tests end otherwise than before"
    for test in different:
        yield f"    {test}: {before.get(test, 'not run')}, now {after.get(test, 'not run')}"


# --- as a plugin of pytest, in the process that runs the tests -------------------------------------------------------


def pytest_configure() -> None:
    declare_torchvision_operators(import_module("torch"))


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Of the tests of models, keep those of the small architectures."""
    items[:] = [
        item for item in items if "test_models.py::" not in item.nodeid or OF_SMALL_ARCHITECTURE.search(item.nodeid)
    ]


def pytest_runtest_logreport(report: Any) -> None:
    """Write down how a test ended: as its own part did, or as its preparation, where it came no further."""
    if report.when == "call" or report.outcome != "passed":
        with open(os.environ[RESULTS], "a", encoding="utf-8") as file:
            file.write(json.dumps([report.nodeid.rpartition("/")[2], report.outcome]) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

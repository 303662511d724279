"""``modulint check`` as its users see it: output, files and exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from modulint.fixers import write as write_module
from modulint.fixers.cli import jobs
from modulint.fixers.engine import Apply
from modulint.lint.finding import FileReport
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

Run = Callable[..., Any]
COMMAND = (sys.executable, "-c", "import sys; from modulint.fixers.cli import main; sys.exit(main())")
MODEL = b"""import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3)

    def forward(self, x):
        return F.relu(self.conv(x))
"""

pytestmark = pytest.mark.usefixtures("toy")


def fill(root: Path, **files: bytes) -> None:
    for name, data in files.items():
        (root / f"{name}.py").write_bytes(data)


def contents(root: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted(root.iterdir())}


def test_findings_go_out_and_totals_to_the_error_stream(project: Path, run: Run) -> None:
    fill(project, a=b"SAFE\nUNSAFE\n", b=b"x = 1\n")
    outcome = run("check")
    assert outcome.status == 1
    assert outcome.out.splitlines()[0] == "a.py:1:1: MOD101 SAFE found [*]"
    assert outcome.out.splitlines()[5] == "a.py:2:1: MOD108 UNSAFE found"
    assert outcome.err.splitlines() == [
        "Found 2 findings in 1 file.",
        "[*] 1 safe fix: --fix makes them, --diff shows them.",
        "1 unsafe fix: --fix --unsafe-fixes makes them as well.",
    ]
    assert contents(project) == {"a": b"SAFE\nUNSAFE\n", "b": b"x = 1\n"}


def test_nothing_found(project: Path, run: Run) -> None:
    fill(project, a=b"x = 1\n")
    outcome = run("check", "a.py")
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "Nothing found in 1 file.\n")


def test_fix_makes_the_safe_fixes_and_reports_what_remains(project: Path, run: Run) -> None:
    fill(project, a=b"SAFE SAFE\r\n", b=b"SAFE\nUNSAFE\nMANUAL", c=b"MANUAL\n")
    outcome = run("check", "--fix", ".")
    assert outcome.status == 1
    assert contents(project) == {"a": b"safe safe\r\n", "b": b"safe\nUNSAFE\nMANUAL", "c": b"MANUAL\n"}
    assert [line for line in outcome.out.splitlines() if "MOD" in line] == [
        "b.py:2:1: MOD108 UNSAFE found",
        "b.py:3:1: MOD401 MANUAL found",
        "c.py:1:1: MOD401 MANUAL found",
    ]
    assert "2 | UNSAFE" in outcome.out
    assert outcome.err.splitlines() == [
        "fixed 2 in a.py",
        "fixed 1 in b.py",
        "Fixed 3 findings in 2 files.",
        "Not fixed: 3 findings in 2 files.",
        "1 unsafe fix held back: --unsafe-fixes makes them as well.",
    ]


def test_all_fixed_is_success(project: Path, run: Run) -> None:
    fill(project, a=b"SAFE\nUNSAFE\n")
    outcome = run("check", "--fix", "--unsafe-fixes")
    assert (outcome.status, outcome.out) == (0, "")
    assert contents(project) == {"a": b"safe\nunsafe\n"}
    assert run("check", "--fix").err == "Nothing found in 1 file.\n"


@pytest.mark.parametrize("options", [("--diff",), ("--diff", "--fix")])
def test_diff_shows_and_does_not_write(project: Path, run: Run, options: tuple[str, ...]) -> None:
    fill(project, a=b"SAFE\n", b=b"MANUAL\n")
    outcome = run("check", *options)
    assert outcome.status == 1
    assert outcome.out == "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-SAFE\n+safe\n"
    assert outcome.err.splitlines() == [
        "Would fix 1 finding in 1 file.",
        "Not fixed: 1 finding in 1 file. Without --diff they are listed.",
    ]
    assert contents(project) == {"a": b"SAFE\n", "b": b"MANUAL\n"}


def test_diff_of_nothing(project: Path, run: Run) -> None:
    fill(project, a=b"x\n")
    assert (run("check", "--diff").status, run("check", "--diff").out) == (0, "")


@pytest.mark.parametrize("options", [(), ("--fix",), ("-j3",), ("-j3", "--fix")])
def test_a_file_that_fails_is_named_and_the_rest_goes_on(project: Path, run: Run, options: tuple[str, ...]) -> None:
    fill(project, a=b"BROKEN\n", b=b"SAFE\n", c=b"BUG\n", d=b"SAFE\n")
    outcome = run("check", *options, ".", "missing.py")
    assert outcome.status == 2
    assert outcome.err.splitlines()[:3] == [
        "error: a.py: line 1: syntax error",
        "error: c.py: internal error: KeyError: 'lost'",
        "error: missing.py: no such file or directory",
    ]
    assert outcome.err.splitlines()[-1] == "3 files failed."
    assert outcome.out.count("MOD101") == (0 if "--fix" in options else 2)
    assert contents(project)["d"] == (b"safe\n" if "--fix" in options else b"SAFE\n")


def test_an_unreadable_file_is_named(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, a=b"SAFE\n", b=b"SAFE\n")

    def vanishing(paths: Iterable[str]) -> Tree:
        (project / "a.py").unlink()
        return Tree.lazy()

    monkeypatch.setattr(Tree, "survey", vanishing)
    outcome = run("check", "-j1")
    assert outcome.status == 2
    assert "error: a.py: unreadable: No such file or directory\n" in outcome.err
    assert "b.py:1:1" in outcome.out


def test_a_file_that_cannot_be_written_is_named(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, a=b"SAFE\n", b=b"SAFE\n")
    synced = os.fsync

    def full_once(handle: int) -> None:
        monkeypatch.setattr(os, "fsync", synced)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_once)
    outcome = run("check", "--fix")
    assert outcome.status == 2
    assert "error: a.py: not written: No space left on device" in outcome.err
    assert "fixed 1 in b.py" in outcome.err
    assert contents(project) == {"a": b"SAFE\n", "b": b"safe\n"}


def test_what_somebody_else_writes_meanwhile_is_kept(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, a=b"SAFE\n")

    def slow(path: str, data: bytes, tree: Tree, settings: Settings, apply: Apply, wanted: object) -> FileReport:
        Path(path).write_bytes(b"theirs\n")
        return FileReport(path, before=data, after=b"ours\n")

    monkeypatch.setattr(jobs, "process", slow)
    outcome = run("check", "--fix")
    assert outcome.status == 2
    assert "not written: changed by somebody else after it was read" in outcome.err
    assert contents(project) == {"a": b"theirs\n"}


@pytest.mark.parametrize("count", ["1", "2"])
def test_each_fix_knows_those_before_it(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch, count: str) -> None:
    fill(project, b=b"SAFE\n", a=b"SAFE\n", c=b"MANUAL\n", d=b"SAFE\n")
    refreshed: list[tuple[str, bytes]] = []
    monkeypatch.setattr(Tree, "refresh", lambda tree, path, data: refreshed.append((path, data)))
    run("check", "--fix", "-j", count)
    assert refreshed == [("a.py", b"safe\n"), ("b.py", b"safe\n"), ("d.py", b"safe\n")]


def test_the_tree_holds_the_whole_package(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    package = project / "p"
    package.mkdir()
    fill(package, __init__=b"", a=b"x\n", b=b"x\n")
    surveyed: list[str] = []

    def survey(paths: Iterable[str]) -> Tree:
        surveyed.extend(paths)
        return Tree.lazy()

    monkeypatch.setattr(Tree, "survey", survey)
    run("check", "p/a.py")
    assert sorted(map(os.path.realpath, surveyed)) == [str(package / name) for name in ("__init__.py", "a.py", "b.py")]


def test_processes_give_the_same_as_none(project: Path, run: Run) -> None:
    fill(project, **{f"m{number:03}": b"SAFE\nMANUAL\n" * (number % 3) for number in range(100)})
    alone, together = run("check", "-j1"), run("check", "-j4")
    assert alone == together
    assert alone.out.count("MOD101") == 99


def test_a_process_that_dies_fails_its_file_and_no_other(project: Path, run: Run) -> None:
    fill(project, **{f"m{number:03}": b"SAFE\n" for number in range(60)})
    fill(project, m020=b"DEADLY\n", m040=b"DEADLY\n")
    outcome = run("check", "-j3")
    assert outcome.status == 2
    assert [line for line in outcome.err.splitlines() if line.startswith("error")] == [
        "error: m020.py: the process that checked this file died",
        "error: m040.py: the process that checked this file died",
    ]
    assert outcome.out.count("MOD101") == 58


def test_standard_input(project: Path, run: Run) -> None:
    outcome = run("check", "-", "--stdin-filename", "a/x.py", stdin=b"\nSAFE\n")
    assert outcome.status == 1
    assert outcome.out == "a/x.py:2:1: MOD101 SAFE found [*]\n  |\n2 | SAFE\n  | ^^^^ in Toy\n\n"


def test_standard_input_fixed_goes_out_and_findings_to_the_error_stream(project: Path, run: Run) -> None:
    outcome = run("check", "-", "--fix", stdin=b"SAFE\r\nMANUAL")
    assert outcome.status == 1
    assert outcome.out == "safe\r\nMANUAL"
    assert outcome.err.startswith("<stdin>:2:1: MOD401 MANUAL found\n")


@pytest.mark.parametrize("source", [b"x = 1\n", b"MANUAL\n", b"BROKEN\n", b"BUG\n"])
def test_standard_input_that_is_not_fixed_comes_out_as_it_went_in(project: Path, run: Run, source: bytes) -> None:
    assert run("check", "-", "--fix", stdin=source).out.encode() == source


def test_standard_input_as_a_diff(project: Path, run: Run) -> None:
    outcome = run("check", "-", "--diff", "--stdin-filename", "x.py", stdin=b"SAFE\n")
    assert (outcome.status, outcome.out) == (1, "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-SAFE\n+safe\n")


@pytest.mark.parametrize("options", [(), ("--fix",)])
def test_json_is_all_that_goes_out(project: Path, run: Run, options: tuple[str, ...]) -> None:
    fill(project, a=b"SAFE\nMANUAL\n", b=b"BROKEN\n")
    outcome = run("check", "--output-format", "json", *options)
    assert outcome.status == 2
    expected = ["MOD401"] if options else ["MOD101", "MOD401"]
    assert [each["code"] for each in json.loads(outcome.out)] == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-", "a.py"), "standard input (-) goes with no other path"),
        (("--diff", "--output-format", "json"), "--diff writes a diff and no findings"),
        (("-j", "0"), "must be 1 or more"),
        (("--output-format", "xml"), "invalid choice: 'xml'"),
        (("--isolated", "--config", "x"), "not allowed with argument"),
        (("--select", "MOD999"), "--select: no rule has the code 'MOD999'"),
        (("--config", "missing.toml"), "missing.toml: No such file or directory"),
        (("--exclude", "!"), "'!' is not a pattern"),
        (("--un",), "unrecognized arguments: --un"),
    ],
)
def test_commands_that_cannot_be_followed(project: Path, run: Run, arguments: tuple[str, ...], message: str) -> None:
    fill(project, a=b"SAFE\n")
    outcome = run("check", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err


def test_settings_come_from_the_nearest_file(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []

    def remember(path: str, data: bytes, tree: Tree, settings: Settings, apply: Apply, wanted: object) -> FileReport:
        seen.append(settings)
        return FileReport(path)

    monkeypatch.setattr(jobs, "process", remember)
    (project / "pyproject.toml").write_text("[tool.modulint]\nselect = ['MOD1']\nexclude = ['b.py']\n")
    (project / "other.toml").write_text("[tool.modulint]\nselect = ['MOD2']\n")
    fill(project, a=b"x\n", b=b"x\n", c=b"x\n")

    def used(*options: str) -> tuple[object, int]:
        seen.clear()
        run("check", "-j1", *options)
        return seen[0].select, len(seen)

    assert used() == (("MOD1",), 2)
    assert used("--select", "MOD101,MOD102", "--select", "MOD2") == (("MOD101", "MOD102", "MOD2"), 2)
    assert used("--exclude", "c.py") == (("MOD1",), 1)
    assert used("--config", "other.toml") == (("MOD2",), 3)
    assert used("--isolated") == (None, 3)
    assert used("-", "--stdin-filename", "x.py") == (("MOD1",), 1)


def test_a_defect_is_no_finding(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, a=b"x\n")
    monkeypatch.setattr(Tree, "survey", lambda paths: 1 / 0)
    outcome = run("check")
    assert outcome.status == 2
    assert "ZeroDivisionError" in outcome.err


def test_an_interrupt_leaves_no_half_written_file(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, a=b"SAFE\n", b=b"SAFE\n")
    require = write_module._require_unchanged

    def interrupt(path: str, read: bytes) -> None:
        if path.endswith("b.py"):
            raise KeyboardInterrupt
        require(path, read)

    monkeypatch.setattr(write_module, "_require_unchanged", interrupt)
    outcome = run("check", "--fix")
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "")
    assert contents(project) == {"a": b"safe\n", "b": b"SAFE\n"}


def test_a_broken_pipe_ends_quietly(project: Path) -> None:
    fill(project, **{f"m{number}": MODEL * 20 for number in range(40)})
    running = subprocess.Popen((*COMMAND, "check"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None and running.stderr is not None
    assert running.stdout.readline().startswith(b"m0.py:")
    running.stdout.close()
    errors = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 1
    assert b"Traceback" not in errors and b"Exception" not in errors


@pytest.mark.skipif(os.name != "posix", reason="sends a signal to a group of processes")
def test_ctrl_c_ends_all_processes_quietly(project: Path) -> None:
    os.mkfifo(project / "started")
    script = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts with & ignore Ctrl-C\n"
        "from modulint.fixers.cli import main, jobs\n"
        "def hang(path, *rest):\n"
        "    with open('started', 'w') as pipe: pipe.write('.')\n"
        "    time.sleep(60)\n"
        "jobs.process = hang\n"
        "sys.exit(main(['check', '-j2', '.']))\n"
    )
    fill(project, **{f"m{number}": b"x\n" for number in range(8)})
    running = subprocess.Popen(
        (sys.executable, "-c", script), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    with open(project / "started") as pipe:
        pipe.read(1)
    os.killpg(running.pid, signal.SIGINT)
    out, errors = running.communicate(timeout=30)
    assert (running.returncode, out, errors) == (130, b"", b"")


@pytest.mark.parametrize("arguments", [("--version",), ("check", "--help"), ("check", "--select", "nonsense")])
def test_what_needs_no_engine_starts_without_one(project: Path, arguments: tuple[str, ...]) -> None:
    script = (
        "import sys; from modulint.fixers.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'libcst', 'torch', 'rich', 'multiprocessing', 'flake8'} & set(sys.modules)), file=sys.stderr)\n"
    )
    ended = subprocess.run((sys.executable, "-c", script, *arguments), capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[-1] == "[]"

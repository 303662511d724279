"""``modulint demo``: the whole job on a small model that comes with the package, in a directory that goes again."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

NAME = "demo"
HELP = "Show the whole job on a small model that comes with modulint: findings, diff, proof, report. Keeps no file."

_FILE = "example.py"
_MODEL = f"{_FILE}:Classifier --input 2x3x64x64"
_STEPS = (
    ("What stands in the way? This reads the source, and runs nothing of it.", f"modulint check {_FILE}"),
    ("What would the fixes change?", f"modulint check --diff {_FILE}"),
    (
        "Make the fixes, if the model computes the same bits with them and keeps its state_dict.",
        f"modulint check --fix --verify {_MODEL} {_FILE}",
    ),
    (
        "Run what came of it: modules, architecture, tracers and exporters. With --report FILE.html it is a page.",
        f"modulint model {_MODEL}",
    ),
)
_FIRST_WITH_TORCH = 2
_FAILED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace) -> int:
    """Go through the steps, all on standard output. Status 2 where one fails, or torch is missing for the last ones."""
    from modulint.fixers.cli.main import main
    from modulint.lint.report.summary import write_error
    from modulint.lint.report.terminal import Span, write_lines

    can_run = find_spec("torch") is not None
    with _directory_with_example() as origin, redirect_stderr(sys.stdout):
        write_lines([(Span(f"A copy of {origin}, in a directory that goes when this ends."),)], sys.stdout)
        for number, (title, command) in enumerate(_STEPS if can_run else _STEPS[:_FIRST_WITH_TORCH], 1):
            heading = ((), (Span(f"{number}. {title}", "bold"),), (Span(f"$ {command}", "cyan"),), ())
            write_lines(heading, sys.stdout)
            if main(shlex.split(command)[1:]) == _FAILED:
                return _FAILED
    if can_run:
        return 0
    sys.stdout.write("\n")
    write_error("the proof and the report need torch: pip install 'modulint[runtime]'", sys.stderr)
    return _FAILED


@contextmanager
def _directory_with_example() -> Iterator[Path]:
    """Work in a temporary directory that holds a copy of the example; gives the file that it is a copy of."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="modulint-demo-") as directory:
        origin = Path(str(files("modulint.runtime"))) / "demo" / _FILE
        shutil.copy(origin, directory)
        os.chdir(directory)
        try:
            yield origin
        finally:
            os.chdir(before)  # on some systems a working directory cannot be deleted

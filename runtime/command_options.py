"""What the commands that run a model share: how a model and its inputs are named, and how failures are told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module

RUNS_CODE = "This imports and runs the code that SPEC names."


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the model and its inputs."""
    parser.add_argument(
        "spec", metavar="SPEC", help="package.module:callable or path/to/file.py:callable, which makes the model"
    )
    parser.add_argument("--kwargs", metavar="JSON", default="{}", help="keyword arguments for the callable")
    inputs = parser.add_mutually_exclusive_group(required=True)
    inputs.add_argument(
        "--input",
        metavar="SHAPE",
        nargs="+",
        action="extend",
        help="random tensors: 1x3x224x224, 1x128:int64[0,30000), name=1x128:bool for a keyword argument",
    )
    inputs.add_argument(
        "--inputs",
        metavar="SPEC",
        help="a callable that gives the inputs: a tensor, a tuple of positional or a dict of keyword arguments",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="for weights and inputs (default: 0)")


def reporting_failures(work: Callable[[], int]) -> int:
    """The status of ``work``; 2, with the reason on the error stream, where torch is not there or the model fails."""
    from modulint.lint.report.summary import write_error
    from modulint.lint.report.terminal import visible

    try:
        import_module("torch")
    except ImportError as error:
        write_error(f"this command needs torch ({error}): pip install 'modulint[runtime]'", sys.stderr)
        return 2
    from modulint.runtime.errors import ModelError

    try:
        return work()
    except ModelError as error:
        first, *more = str(error).split("\n")
        write_error(first, sys.stderr)
        sys.stderr.writelines(f"{visible(line)}\n" for line in more)
        return 2

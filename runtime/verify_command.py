"""``modulint verify SPEC --before TREE --after TREE``: whether a rewrite changed what a model computes."""

from __future__ import annotations

import argparse
from pathlib import Path

from modulint.runtime.command_options import RUNS_CODE, add_model_arguments, models_of, reporting_failures

NAME = "verify"
HELP = f"Prove that a model built from two source trees computes the same bits. {RUNS_CODE}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model_arguments(parser)
    parser.add_argument("--before", metavar="TREE", type=Path, required=True, help="the directory to import from first")
    parser.add_argument("--after", metavar="TREE", type=Path, required=True, help="the directory with the rewrite")
    parser.add_argument(
        "--samples", metavar="N", type=int, default=2, help="how many inputs, each of its own seed (default: 2)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, say how it ended, and give the exit status: 0 for equal, 1 for different."""
    (filled,) = models_of(arguments).values()
    return reporting_failures(lambda: _run(filled))


def _run(arguments: argparse.Namespace) -> int:
    from modulint.runtime.loading import parse_kwargs
    from modulint.runtime.trees import Subject, compare_trees

    subject = Subject(
        arguments.spec,
        parse_kwargs(arguments.kwargs),
        tuple(arguments.input),
        arguments.inputs,
        arguments.seed,
        arguments.samples,
    )
    comparison = compare_trees(subject, arguments.before, arguments.after)
    print(comparison)
    return 0 if comparison else 1

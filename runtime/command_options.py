"""What the commands that run a model share: how a model and its inputs are named, and how failures are told."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modulint.lint.settings import ModelSettings

RUNS_CODE = "This imports and runs the code that SPEC names."


SPEC = "package.module:callable or path/to/file.py:callable, which makes the model, or a name of [tool.modulint.models]"
KWARGS = "keyword arguments for the callable"
SHAPE = "random tensors: 1x3x224x224, 1x128:int64[0,30000), name=1x128:bool for a keyword argument"
INPUTS = "a callable that gives the inputs: a tensor, a tuple of positional or a dict of keyword arguments"


def add_model_arguments(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Declare the model and its inputs. Where ``several`` may be asked for at once, it may be left out."""
    if several:
        parser.add_argument("spec", metavar="SPEC", nargs="?", help=f"{SPEC} (default: all of them)")
    else:
        parser.add_argument("spec", metavar="SPEC", help=SPEC)
    parser.add_argument("--kwargs", metavar="JSON", help=KWARGS)
    inputs = parser.add_mutually_exclusive_group()
    inputs.add_argument("--input", metavar="SHAPE", nargs="+", action="extend", help=SHAPE)
    inputs.add_argument("--inputs", metavar="SPEC", help=INPUTS)
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="for weights and inputs (default: 0)")


def models_of(arguments: argparse.Namespace) -> dict[str, argparse.Namespace]:
    """``arguments`` for each model that they are about, by what it is called there: its name or its spec.

    What a name stands for is looked up in the settings of the working directory, and filled in for what is not given.

    Raises:
        SettingsError: there is no such name, or nothing says what the inputs are.
    """
    from modulint.lint.settings import SettingsError, load

    if arguments.spec is not None:
        by_name = {} if ":" in arguments.spec else load(Path.cwd()).models
        return {arguments.spec: with_settings(arguments, by_name)}
    by_name = load(Path.cwd()).models
    if not by_name:
        raise SettingsError("no SPEC is given, and no model has a name in [tool.modulint.models]")
    return {name: with_settings(argparse.Namespace(**{**vars(arguments), "spec": name}), by_name) for name in by_name}


def with_settings(arguments: argparse.Namespace, models: Mapping[str, ModelSettings]) -> argparse.Namespace:
    """``arguments`` with all about their model in them: spec, keyword arguments, inputs, and the directory it is in.

    Raises:
        SettingsError: see :func:`models_of`.
    """
    from modulint.lint.settings import ModelSettings, SettingsError, nearest

    asked: str = arguments.spec
    named = ModelSettings(asked) if ":" in asked else models.get(asked)
    if named is None:
        others = "" if models else "; or write package.module:callable or path/to/file.py:callable"
        raise SettingsError(f"no model is called {asked!r} in [tool.modulint.models]{nearest(asked, models)}{others}")
    given = arguments.input or arguments.inputs
    filled = argparse.Namespace(**vars(arguments))
    filled.spec, filled.base = named.spec, named.base
    filled.kwargs = json.dumps(named.kwargs) if arguments.kwargs is None else arguments.kwargs
    filled.input = (arguments.input if given else named.input) or ()
    filled.inputs = (arguments.inputs if given else named.inputs) or ""
    if not (filled.input or filled.inputs):
        raise SettingsError(f"{asked}: its inputs are missing: give --input SHAPE or --inputs SPEC")
    return filled


def below(base: str, spec: str) -> str:
    """``spec`` with the path of a file taken from the directory ``base``; relative, where that is the shorter way."""
    target, _, name = spec.rpartition(":")
    if not base or not target.endswith(".py"):
        return spec
    file = os.path.join(base, target)
    return f"{os.path.relpath(file) if file.startswith(os.getcwd() + os.sep) else file}:{name}"


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

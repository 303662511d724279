"""The ``modulint`` command: finds the subcommand, and sees that every run ends with a true exit status.

0: nothing found, or all of it fixed. 1: findings remain. 2: a file or the command itself failed.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Protocol

from modulint.fixers.cli import check, demo, explain, rules
from modulint.runtime import model_command, verify_command

FAILED = 2
INTERRUPTED = 130


class Command(Protocol):
    """A subcommand: a module of this package. What it needs beyond its options it imports when it runs."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the work and give the exit status."""


COMMANDS: tuple[Command, ...] = (check, explain, rules, model_command, verify_command, demo)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line ``arguments``, those of the process by default, and give the exit status."""
    _show_any_character()
    try:
        return _run(_parser().parse_args(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _stop_writing()
        return 1
    except Exception:  # a defect of ours must not look like findings, which is what Python's own status 1 would say
        traceback.print_exc()
        return FAILED


def _run(arguments: argparse.Namespace) -> int:
    from modulint.lint.evidence import EvidenceError
    from modulint.lint.report.summary import write_error
    from modulint.lint.settings import SettingsError

    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except (SettingsError, EvidenceError) as error:
        write_error(str(error), sys.stderr)
        return FAILED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="modulint",
        description="Lint and rewrite the source of PyTorch models for quantizers, tracers and exporters.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP, allow_abbrev=False)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


class _Version(argparse.Action):
    """Prints the version, which is looked up only then."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from modulint.lint import version

        print(f"modulint {version()}")
        parser.exit()


def _show_any_character() -> None:
    """Let characters that an output cannot encode come out escaped instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _stop_writing() -> None:
    """Give what is still buffered to nobody, or the interpreter would complain about the broken pipe as it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())

"""``modulint rules``: all rules in a table."""

from __future__ import annotations

import argparse
import sys

NAME = "rules"
HELP = "List all rules."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    choices = ("text", "json", "markdown")
    parser.add_argument("--output-format", choices=choices, default="text", help="text (the default), json or markdown")


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    from modulint.lint.report.rule_pages import write_table
    from modulint.lint.rules import rules

    write_table([entry.rule for entry in rules()], arguments.output_format, sys.stdout)
    return 0

"""``modulint explain CODE``: what a rule asks for and why."""

from __future__ import annotations

import argparse
import sys

NAME = "explain"
HELP = "Explain a rule: why it stands, code that breaks and code that keeps it, what --fix does."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("rule", metavar="CODE", help="a rule's code or name: MOD101, functional-call")


def run(arguments: argparse.Namespace) -> int:
    """Print the rule's page. Status 2 if there is no such rule."""
    from modulint.lint.report.rule_pages import write_page
    from modulint.lint.report.summary import write_error
    from modulint.lint.rules import rules
    from modulint.lint.settings import nearest

    asked: str = arguments.rule
    by_label = {label.casefold(): entry.rule for entry in rules() for label in (entry.rule.code, entry.rule.name)}
    rule = by_label.get(asked.casefold())
    if rule is None:
        labels = [label for entry in rules() for label in (entry.rule.code, entry.rule.name)]
        write_error(f"no rule is called {asked}{nearest(asked, labels)}", sys.stderr)
        return 2
    write_page(rule, sys.stdout)
    return 0

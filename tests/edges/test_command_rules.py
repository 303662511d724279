"""``modulint explain``, ``modulint rules`` and ``modulint`` alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from modulint.lint.report.rule_pages import write_page, write_table
from modulint.lint.rule import Rule
from modulint.lint.rules import LoadedRule, rules

Run = Callable[..., Any]
RULE = Rule(
    code="MOD999",
    name="toy-rule",
    summary="Toys | everywhere.",
    why="First   paragraph\nin two lines.\n\nSecond paragraph.",
    bad=("x = 1\n\ny = 2\n",),
    good=("z = 1\n",),
    targets=("aimet", "fx"),
    fix="unsafe",
    default=False,
    source="A book.",
)


def test_a_page() -> None:
    out = io.StringIO()
    write_page(RULE, out)
    assert out.getvalue() == """\
MOD999 toy-rule

Toys | everywhere.

Why
    First paragraph in two lines.

    Second paragraph.

Bad
    x = 1

    y = 2

Good
    z = 1

Fix
    unsafe (--fix --unsafe-fixes)

Concerns
    aimet, fx

Off by default
    --extend-select MOD999 turns it on.

Source
    A book.
"""


def test_tables() -> None:
    tables = {}
    for form in ("text", "json", "markdown"):
        out = io.StringIO()
        write_table([RULE], form, out)
        tables[form] = out.getvalue()
    assert tables["text"] == (
        "code    name      fix     default  summary\nMOD999  toy-rule  unsafe  off      Toys | everywhere.\n"
    )
    assert tables["markdown"] == (
        "| code | name | fix | default | summary |\n"
        "|---|---|---|---|---|\n"
        "| MOD999 | toy-rule | unsafe | off | Toys \\| everywhere. |\n"
    )
    assert json.loads(tables["json"]) == [
        {
            "code": "MOD999",
            "name": "toy-rule",
            "summary": "Toys | everywhere.",
            "fix": "unsafe",
            "default": False,
            "targets": ["aimet", "fx"],
        }
    ]


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.code)
def test_every_rule_is_explained_by_code_and_by_name(run: Run, entry: LoadedRule) -> None:
    outcome = run("explain", entry.rule.code.lower())
    assert outcome.status == 0
    assert outcome.out.startswith(f"{entry.rule.code} {entry.rule.name}\n")
    assert run("explain", entry.rule.name) == outcome


def test_an_unknown_rule_gets_a_hint(run: Run) -> None:
    outcome = run("explain", "functional-cal")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "error: no rule is called functional-cal; did you mean functional-call?\n"


def test_rules_lists_them_all(run: Run) -> None:
    listed = json.loads(run("rules", "--output-format", "json").out)
    assert [each["code"] for each in listed] == [entry.rule.code for entry in rules()]
    assert len(run("rules").out.splitlines()) == len(rules()) + 1


def test_version_and_help(run: Run) -> None:
    assert run("--version").out.startswith("modulint ")
    assert run("--help").status == 0
    assert "check" in run("--help").out
    assert run().status == 2
    assert run("chek").status == 2

"""Rules for people and programs: one rule explained in full, all of them as a table."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Literal, TextIO

from modulint.lint.report.terminal import Line, Span, write_lines
from modulint.lint.rule import Rule

TableFormat = Literal["text", "json", "markdown"]
TABLE_FORMATS: tuple[TableFormat, ...] = ("text", "json", "markdown")

_WIDTH = 88
_INDENT = "    "
_FIXES = {
    "safe": "safe where its conditions hold (--fix)",
    "unsafe": "unsafe (--fix --unsafe-fixes)",
    "none": "none; the change is yours to make",
}


def write_page(rule: Rule, out: TextIO) -> None:
    """Write all that ``rule`` declares."""
    write_lines(_page(rule), out)


def write_table(rules: Sequence[Rule], form: TableFormat, out: TextIO) -> None:
    """Write one line, or one object, for each of ``rules``."""
    if form == "json":
        json.dump([_as_object(rule) for rule in rules], out, indent=2)
        out.write("\n")
    elif form == "markdown":
        out.writelines(f"{line}\n" for line in _markdown(rules))
    else:
        write_lines(_table(rules), out)


def _page(rule: Rule) -> Iterator[Line]:
    yield (Span(f"{rule.code} {rule.name}", "bold"),)
    yield ()
    yield from _paragraphs(rule.summary, "")
    yield from _section("Why", rule.why)
    for label, examples in (("Bad", rule.bad), ("Good", rule.good)):
        for example in examples:
            yield from _heading(label)
            for line in example.strip("\n").splitlines():
                yield (Span(_INDENT + line if line else ""),)
    yield from _section("Fix", "\n\n".join(filter(None, [_FIXES[rule.fix], textwrap.dedent(rule.fixed).strip()])))
    yield from _section("Concerns", ", ".join(rule.targets))
    if not rule.default:
        yield from _section("Off by default", f"--extend-select {rule.code} turns it on.")
    yield from _section("Source", rule.source)


def _section(label: str, text: str) -> Iterator[Line]:
    if text:
        yield from _heading(label)
        yield from _paragraphs(text, _INDENT)


def _heading(label: str) -> Iterator[Line]:
    yield ()
    yield (Span(label, "bold cyan"),)


def _paragraphs(text: str, indent: str) -> Iterator[Line]:
    for number, paragraph in enumerate(textwrap.dedent(text).strip().split("\n\n")):
        if number:
            yield ()
        flowing = " ".join(paragraph.split())
        for line in textwrap.wrap(flowing, _WIDTH, break_long_words=False):
            yield (Span(indent + line),)


def _table(rules: Sequence[Rule]) -> Iterator[Line]:
    name_width = max((len(rule.name) for rule in rules), default=0)
    yield (Span(f"{'code':<8}{'name':<{name_width}}  fix     default  summary", "bold"),)
    for rule in rules:
        default = "on" if rule.default else "off"
        yield (
            Span(f"{rule.code:<8}", "red"),
            Span(f"{rule.name:<{name_width}}  {rule.fix:<6}  {default:<7}  {rule.summary}"),
        )


def _markdown(rules: Sequence[Rule]) -> Iterator[str]:
    yield "| code | name | fix | default | summary |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        default = "on" if rule.default else "off"
        summary = rule.summary.replace("|", "\\|")
        yield f"| {rule.code} | {rule.name} | {rule.fix} | {default} | {summary} |"


def _as_object(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "fix": rule.fix,
        "default": rule.default,
        "targets": list(rule.targets),
    }

"""The report as one page that needs nothing beside itself, and loads nothing."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources
from itertools import groupby
from typing import Final

from modulint.runtime.report.data import Layer, Report, ReportedFinding, Target, Verdict
from modulint.runtime.report.drawing import drawing
from modulint.runtime.report.excerpts import Excerpt, short_path

_CHECKS: Final = ("validator", "architecture", "traceability")
_SHOWN: Final = 6
_LONG: Final = 400
_ON: Final = {"fake": "tensors without values: shapes only", "real": "tensors with values"}
_SIGNS: Final = {"passed": "✓", "failed": "✗", "wrong": "✗", "skipped": "–"}


def page(report: Report) -> str:
    """The whole page."""
    codes = sorted({each.code for each in report.findings})
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
            "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">",
            '<link rel="icon" href="data:,">',
            f"<title>modulint: {escape(report.model.class_name)}</title>",
            f"<style>\n{_asset('page.css')}</style>\n</head>\n<body>",
            *_header(report),
            *_filters(report, codes),
            '<main>\n<section class="picture" id="graph">',
            *_graph(report, codes),
            '</section>\n<section class="findings" id="findings">',
            *_findings(report, codes),
            f"</section>\n</main>\n<script>\n{_asset('page.js')}</script>\n</body>\n</html>\n",
        ]
    )


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


# --- what ran, and how it ended


def _header(report: Report) -> Iterator[str]:
    model = report.model
    facts = {
        "Model": _code(model.spec) if model.spec else "",
        "Parameters": f"{model.parameters:,}",
        "Inputs": _code(report.inputs),
        "Ran on": escape(_ON[report.tensors] + (f" ({report.note})" if report.note else "")),
        "Versions": escape(f"modulint {report.modulint}, torch {report.torch}"),
    }
    yield f"<header>\n<p class=dim>modulint model</p>\n<h1>{escape(model.class_name)}</h1>\n<dl>"
    yield from (f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items() if value)
    yield '</dl>\n<div class="verdicts">'
    verdicts = {each.check: each for each in report.verdicts}
    yield from (_verdict(check, verdicts.get(check), report) for check in _CHECKS)
    yield "</div>\n</header>"


def _verdict(check: str, verdict: Verdict | None, report: Report) -> str:
    outcome = "skipped" if verdict is None else "passed" if verdict.passed else "failed"
    text = "not run" if verdict is None else escape(verdict.text)
    targets = "".join(_target(each, report) for each in report.traceability) if check == "traceability" else ""
    return (
        f'<section class="verdict {outcome}"><h2>{_sign(outcome)} {check.capitalize()}</h2><p>{text}</p>'
        f"{f'<ul>{targets}</ul>' if targets else ''}</section>"
    )


def _target(each: Target, report: Report) -> str:
    finding = next((index for index, found in enumerate(report.findings) if found.code == each.code), None)
    name = _code(each.call)
    if finding is not None:
        name = f'<a href="#f{finding}">{name}</a>'
    reason = f": {escape(each.reason)}" if each.reason and finding is None else ""
    remarks = "".join(f"<li>{escape(remark)}</li>" for remark in each.remarks)
    warned = f"<details><summary>what it warned about</summary><ul>{remarks}</ul></details>" if remarks else ""
    return f'<li class="{each.outcome}">{_sign(each.outcome)} {name} {each.outcome}{reason}{warned}</li>'


def _sign(outcome: str) -> str:
    return f'<span class="sign">{_SIGNS[outcome]}</span>'


def _filters(report: Report, codes: Sequence[str]) -> Iterator[str]:
    """Hidden until the script that they need has run."""
    if not codes:
        return
    counts = Counter(each.code for each in report.findings)
    names = {each.code: each.name for each in report.findings}
    yield '<form class="filters" id="filters" hidden>'
    for index, code in enumerate(codes):
        name = f" {escape(names[code])}" if names[code] != code.lower() else ""
        yield (
            f'<label><input type="checkbox" value="{index}" checked> <b>{escape(code)}</b>{name} '
            f'<span class="dim">{counts[code]}</span></label>'
        )
    yield "</form>"


# --- the graph


def _graph(report: Report, codes: Sequence[str]) -> Iterator[str]:
    count = len(report.graph.nodes)
    yield f'<h2>Graph <span class="dim">{count} node{"" if count == 1 else "s"}</span></h2>'
    yield (
        '<p class="legend dim"><svg width="10" height="10"><circle cx="5" cy="5" r="4"/></svg> a call of a module, '
        '<svg width="10" height="10"><path d="M5 1l4 4l-4 4l-4 -4z"/></svg> an operation outside of any; data flows '
        'down. <span id="folds" hidden><button type="button" data-open="1">unfold all</button> '
        '<button type="button" data-open="">fold all</button></span></p>'
    )
    yield f'<div class="box" tabindex="0" role="region" aria-label="Graph">\n{drawing(report, codes)}\n</div>'


# --- findings


def _findings(report: Report, codes: Sequence[str]) -> Iterator[str]:
    count = len(report.findings)
    hidden = f", {report.hidden} not shown (--select, --ignore)" if report.hidden else ""
    yield f'<h2>Findings <span class="dim"><span id="shown"></span>{count}{hidden}</span></h2>'
    if not report.findings:
        yield "<p>Nothing found.</p>"
    names = {each.number: each.name or each.class_name for each in report.graph.blocks}
    names |= {each.number: each.name or each.kind for each in report.graph.nodes}
    shown: set[tuple[Excerpt, ...]] = set()
    for layers, group in groupby(enumerate(report.findings), key=lambda each: each[1].layers):
        yield f'<section class="layer">\n<h3>{_layers(layers)}</h3>'
        for index, each in group:
            yield from _finding(index, each, codes.index(each.code), names, each.source not in shown)
            shown.add(each.source)
        yield "</section>"


def _layers(layers: Sequence[Layer]) -> str:
    """The names with their class; the rest of a long list is folded."""
    if not layers:
        return "The whole model"
    classes = ", ".join(dict.fromkeys(each.class_name for each in layers if each.class_name))
    names = [_code(each.name) if each.name else "the model itself" for each in layers]
    return f'{_some(names)} <span class="kind">{escape(classes)}</span>'


def _some(items: Sequence[str]) -> str:
    """The first items; the rest of a long list is folded."""
    rest = items[_SHOWN:]
    more = f', <details class="more"><summary>and {len(rest)} more</summary>{", ".join(rest)}</details>' if rest else ""
    return ", ".join(items[:_SHOWN]) + more


def _shortened(text: str) -> str:
    """``text``; the rest of a long one is folded."""
    if len(text) <= _LONG:
        return escape(text)
    end = text.rfind(" ", 0, _LONG) + 1 or _LONG
    return f'{escape(text[:end])}<details class="more"><summary>…</summary>{escape(text[end:])}</details>'


def _finding(
    index: int, each: ReportedFinding, code: int, names: dict[int, str], is_source_open: bool
) -> Iterator[str]:
    name = f' <span class="dim">{escape(each.name)}</span>' if each.name != each.code.lower() else ""
    yield f'<article class="finding" id="f{index}" data-codes="{code}">'
    yield f'<p><b class="code">{escape(each.code)}</b>{name}</p>\n<div class="issue">{_shortened(each.issue)}</div>'
    if each.recommendation:
        yield f'<p class="recommendation"><span class="dim">Recommendation:</span> {escape(each.recommendation)}</p>'
    yield from (_excerpt(excerpt, is_source_open) for excerpt in each.source)
    if each.path and not each.source:
        yield f"<p>{_code(f'{each.path}:{each.line}')}</p>"
    if each.nodes:
        yield f'<div class="nodes"><span class="dim">In the graph:</span> {_node_links(each.nodes, names)}</div>'
    yield "</article>"


def _node_links(numbers: Sequence[int], names: dict[int, str]) -> str:
    calls = Counter(names[number] for number in numbers)
    seen: Counter[str] = Counter()
    links = []
    for number in numbers:
        name = names[number]
        seen[name] += 1
        call = f", call {seen[name]}" if calls[name] > 1 else ""
        links.append(f'<a href="#n{number}">{escape(name)}{call}</a>')
    return _some(links)


def _excerpt(excerpt: Excerpt, is_open: bool) -> str:
    lines = ", ".join(dict.fromkeys(str(mark.line) for mark in excerpt.marks))
    function = f' in <span class="name">{escape(excerpt.function)}</span>' if excerpt.function else ""
    width = len(str(excerpt.first_line + len(excerpt.lines)))
    indent = _common_indent(excerpt.lines)
    rows = (
        f'<span class="number">{number:>{width}}</span> {_marked(line, _ranges(excerpt, number, line), indent)}'
        for number, line in enumerate(excerpt.lines, excerpt.first_line)
    )
    return (
        f'<details class="source"{" open" if is_open else ""}><summary title="{escape(excerpt.path)}">'
        f"{escape(short_path(excerpt.path))}:{lines}{function}</summary><pre>{chr(10).join(rows)}</pre></details>"
    )


def _common_indent(lines: Iterable[str]) -> int:
    dedented = textwrap.dedent("\n".join(lines)).split("\n")
    return max((len(line) - len(short) for line, short in zip(lines, dedented) if line.strip()), default=0)


def _ranges(excerpt: Excerpt, number: int, line: str) -> Iterator[tuple[int, int]]:
    """The marked stretches of the line with this number, as offsets."""
    for mark in excerpt.marks:
        if mark.line <= number <= mark.end_line:
            start = mark.column - 1 if number == mark.line else len(line) - len(line.lstrip())
            yield start, mark.end_column - 1 if number == mark.end_line else len(line.rstrip())


def _marked(line: str, ranges: Iterable[tuple[int, int]], indent: int) -> str:
    """The line without its first ``indent`` characters, with all that lies in a range in marks."""
    inside = {offset for start, end in ranges for offset in range(start, end)}
    parts = []
    for is_marked, offsets in groupby(range(min(indent, len(line)), len(line)), key=inside.__contains__):
        text = escape("".join(line[offset] for offset in offsets))
        parts.append(f"<mark>{text}</mark>" if is_marked else text)
    return "".join(parts)


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"

"""The picture of the graph: a row for each node, folded by the modules that they run in, with the edges at the side.

Rows are text, which a browser wraps, searches and copies; nodes and edges are inline SVG beside them. Each fold has its
own pieces of the picture. They fit together since every edge keeps its lane, see ``lanes.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from modulint.runtime.report.data import Block, Report, ReportedNode
from modulint.runtime.report.lanes import Lanes, Net, lay_out

_ROW: Final = 22
_MIDDLE: Final = _ROW // 2
_CURVE: Final = 5
_COLOURS: Final = 6
_WIDEST_PITCH, _NARROWEST_PITCH, _WISHED_WIDTH = 8, 3, 160
_ALL_OPEN_UP_TO: Final = 250
_NAMES_SHOWN: Final = 4


def drawing(report: Report, codes: Sequence[str]) -> str:
    """The graph as HTML. ``codes`` are all codes of the report; marks name codes and findings by their indexes."""
    return "\n".join(_Drawing(report, codes).lines())


class _Drawing:
    def __init__(self, report: Report, codes: Sequence[str]) -> None:
        self._nodes = report.graph.nodes
        self._inputs = report.inputs
        self._marks = _marks(report)
        self._codes = codes
        self._code_of = [each.code for each in report.findings]
        self._row_of = {node.number: row for row, node in enumerate(self._nodes, 1)}
        self._last_row = len(self._nodes) + 1
        self._neighbours = _neighbours(report)
        self._children = _children(report)
        self._lanes = self._laid_out(report)
        self._pitch = max(_NARROWEST_PITCH, min(_WIDEST_PITCH, _WISHED_WIDTH // max(1, self._lanes.count)))
        self._dots = self._lanes.count * self._pitch + 2 * _CURVE + 2
        self._width = self._dots + 2 * _CURVE

    def lines(self) -> Iterator[str]:
        """The rows, from the model's input to its output."""
        yield f'<div class="graph" style="--lanes:{self._width}px">'
        yield self._end_row(0, "input", self._inputs)
        yield from self._level(self._children.get(None, ()), 0)
        yield self._end_row(self._last_row, "output", "")
        yield "</div>"

    def _laid_out(self, report: Report) -> Lanes:
        row = self._row_of
        edges = [(row[source], row[target]) for source, target in report.graph.edges]
        edges += ((0, row[node.number]) for node in self._nodes if node.reads_input)
        edges += ((row[node.number], self._last_row) for node in self._nodes if node.is_output)
        return lay_out(self._last_row + 1, edges)

    def _level(self, children: Sequence[Block | ReportedNode], depth: int) -> Iterator[str]:
        run: list[ReportedNode] = []
        for child in children:
            if isinstance(child, ReportedNode):
                run.append(child)
                continue
            yield from self._run(run, depth)
            run = []
            yield from self._fold(child, depth)
        yield from self._run(run, depth)

    def _run(self, nodes: Sequence[ReportedNode], depth: int) -> Iterator[str]:
        """Nodes with no fold between them: one piece of the picture."""
        if not nodes:
            return
        first, last = self._row_of[nodes[0].number], self._row_of[nodes[-1].number]
        dots = [self._dot(node, (self._row_of[node.number] - first) * _ROW + _MIDDLE) for node in nodes]
        yield f'<div class="run" style="--depth:{depth}">'
        yield self._piece(self._lanes.within(first, last), first, last, dots)
        yield from (self._node_row(node) for node in nodes)
        yield "</div>"

    def _fold(self, block: Block, depth: int) -> Iterator[str]:
        inside = list(self._rows_in(block))
        first, last = inside[0], inside[-1]
        marks = sorted({mark for row in inside for mark in self._marks.get(self._nodes[row - 1].number, ())})
        is_open = " open" if marks or block.parent is None or len(self._nodes) <= _ALL_OPEN_UP_TO else ""
        name, _, own = (block.name or "the model").rpartition(".")
        prefix = f'<span class="dim">{escape(name)}.</span>' if name else ""
        yield f'<details{is_open}><summary id="n{block.number}" class="row" style="--depth:{depth}">'
        yield self._opened_header(first)
        yield self._folded_header(first, last, marks)
        yield (
            f'<span class="name">{prefix}{escape(own)}</span> {self._badges(self._marks.get(block.number, ()))}'
            f'<span class="inside">{self._badges(marks)}</span><span class="kind">{escape(block.class_name)}</span>'
            f'<span class="inside"> {_counted(len(inside), "node")}</span></summary>'
        )
        yield from self._level(self._children[block.number], depth + 1)
        yield "</details>"

    def _rows_in(self, block: Block) -> Iterator[int]:
        for child in self._children[block.number]:
            if isinstance(child, Block):
                yield from self._rows_in(child)
            else:
                yield self._row_of[child.number]

    # --- rows of text

    def _node_row(self, node: ReportedNode) -> str:
        own = node.name.rpartition(".")[2] or node.kind
        kind = f' <span class="kind">{escape(node.kind)}</span>' if node.is_module else ""
        sizes = ", ".join("x".join(map(str, sizes)) or "scalar" for sizes in node.sizes[:_NAMES_SHOWN])
        return (
            f'<div class="row" id="n{node.number}"><span class="name{"" if node.is_module else " bare"}">{escape(own)}'
            f'</span>{kind} {self._badges(self._marks.get(node.number, ()))}<span class="sizes">{sizes}</span></div>'
        )

    def _badges(self, marks: Iterable[int]) -> str:
        """A link for each code, to the first finding that has it."""
        first: dict[str, list[int]] = {}
        for mark in marks:
            first.setdefault(self._code_of[mark], []).append(mark)
        return "".join(
            f'<a class="code" data-codes="{self._codes.index(code)}" href="#f{found[0]}">{escape(code)}'
            f"{f' ×{len(found)}' if len(found) > 1 else ''}</a> "
            for code, found in first.items()
        )

    def _end_row(self, row: int, name: str, text: str) -> str:
        dot = f'<circle class="end" cx="{self._dots}" cy="{_MIDDLE}" r="3.5"/>'
        piece = self._piece(self._lanes.within(row, row), row, row, [dot])
        return (
            f'<div class="run" style="--depth:0">{piece}<div class="row"><span class="name bare">{name}</span> '
            f'<span class="sizes">{escape(text)}</span></div></div>'
        )

    # --- pieces of the picture

    def _dot(self, node: ReportedNode, y: int) -> str:
        x = self._dots
        shape = (
            f'<circle cx="{x}" cy="{y}" r="4"/>'
            if node.is_module
            else f'<path d="M{x} {y - 4}l4 4l-4 4l-4 -4z"/>'
        )
        marks = self._marks.get(node.number, ())
        titled = f"<title>{escape(self._described(node))}</title>{shape}"
        if not marks:
            return f"<g>{titled}</g>"
        return f'<a class="marked" data-codes="{self._code_indexes(marks)}" href="#f{marks[0]}">{titled}</a>'

    def _code_indexes(self, marks: Iterable[int]) -> str:
        return " ".join(map(str, sorted({self._codes.index(self._code_of[mark]) for mark in marks})))

    def _described(self, node: ReportedNode) -> str:
        sources, targets = self._neighbours[node.number]
        read = [*["the input"] * node.reads_input, *sources]
        feeds = [*targets, *["the output"] * node.is_output]
        at = f"\n{node.path}:{node.line}" if node.path else ""
        return f"{node.name or node.kind} ({node.kind})\nreads {_some(read)}\nfeeds {_some(feeds)}{at}"

    def _opened_header(self, first: int) -> str:
        """Only what passes from the row above to the first row of the fold."""
        passing = [net for net in self._lanes.within(first, first) if net.start < first]
        lines = [(net.lane, f"M{self._x(net)} 0v{_ROW}") for net in passing]
        straight = f"M{self._dots} 0v{_ROW}" if first - 1 in self._lanes.straight else ""
        return self._svg(1, lines, straight, (), "opened")

    def _folded_header(self, first: int, last: int, marks: Sequence[int]) -> str:
        """All rows of the fold as one."""
        x, y = self._dots, _MIDDLE
        box = f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" rx="2"/>'
        if marks:
            box = f'<g class="marked" data-codes="{self._code_indexes(marks)}">{box}</g>'
        return self._piece(self._lanes.across(first, last), first, last, [box], folded=True)

    def _piece(
        self, nets: Iterable[Net], first: int, last: int, dots: Iterable[str], folded: bool = False
    ) -> str:
        """The rows ``first`` to ``last``, below each other, or all in one."""
        middles = {row: _MIDDLE + (0 if folded else (row - first) * _ROW) for row in range(first, last + 1)}
        lines = [(net.lane, self._line(net, middles)) for net in nets]
        straight = [f"M{self._dots} 0v{_MIDDLE}"] if first - 1 in self._lanes.straight else []
        straight += (
            f"M{self._dots} {middle}v{_MIDDLE if row == last else _ROW}"
            for row, middle in middles.items()
            if row in self._lanes.straight and (row == last or not folded)
        )
        rows = 1 if folded else len(middles)
        return self._svg(rows, lines, "".join(straight), dots, "folded" if folded else "unfolded")

    def _line(self, net: Net, middles: Mapping[int, int]) -> str:
        """The part of ``net`` that is seen in the rows that have their middle there."""
        x, to = self._x(net), self._dots
        first, last = min(middles), max(middles)
        bottom = middles[last] + _MIDDLE
        joins = sorted({middles[row] for row in net.rows if row in middles})
        drawn = []
        if net.start < first:
            drawn.append(f"M{x} 0")
        else:
            start = joins.pop(0)
            drawn.append(f"M{to} {start}H{x + _CURVE}Q{x} {start} {x} {start + _CURVE}")
        if net.end > last:
            drawn.append(f"V{bottom}")
        else:
            end = joins.pop()
            drawn.append(f"V{end - _CURVE}Q{x} {end} {x + _CURVE} {end}H{to}")
        drawn += (f"M{x} {y - _CURVE}Q{x} {y} {x + _CURVE} {y}H{to}" for y in joins)
        return "".join(drawn)

    def _x(self, net: Net) -> int:
        return self._dots - 2 * _CURVE - net.lane * self._pitch

    def _svg(
        self, rows: int, lines: Iterable[tuple[int, str]], straight: str, dots: Iterable[str], kind: str
    ) -> str:
        by_colour: dict[int, list[str]] = {}
        for lane, line in lines:
            by_colour.setdefault(lane % _COLOURS, []).append(line)
        paths = "".join(f'<path class="l{colour}" d="{"".join(by_colour[colour])}"/>' for colour in sorted(by_colour))
        if straight:
            paths += f'<path class="straight" d="{straight}"/>'
        return f'<svg class="{kind}" width="{self._width}" height="{rows * _ROW}">{paths}{"".join(dots)}</svg>'


def _marks(report: Report) -> Mapping[int, tuple[int, ...]]:
    """Node or block -> the indexes of the findings about it."""
    found: dict[int, list[int]] = {}
    for index, each in enumerate(report.findings):
        for number in each.nodes:
            found.setdefault(number, []).append(index)
    return {number: tuple(indexes) for number, indexes in found.items()}


def _neighbours(report: Report) -> Mapping[int, tuple[list[str], list[str]]]:
    """Node -> the names of the nodes that it reads from, and of those that read from it."""
    names = {node.number: node.name or node.kind for node in report.graph.nodes}
    found: dict[int, tuple[list[str], list[str]]] = {number: ([], []) for number in names}
    for source, target in report.graph.edges:
        found[target][0].append(names[source])
        found[source][1].append(names[target])
    return found


def _children(report: Report) -> Mapping[int | None, list[Block | ReportedNode]]:
    """What runs in each block, in order; in None what runs in no block."""
    found: dict[int | None, list[Block | ReportedNode]] = {}
    for block in report.graph.blocks:
        found.setdefault(block.parent, []).append(block)
    for node in report.graph.nodes:
        found.setdefault(node.block, []).append(node)
    return {number: sorted(children, key=lambda child: child.number) for number, children in found.items()}


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more if names else "nothing"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""The report as an object. JSON has its fields under the same names, but for ``class_name``, which is ``class`` there.

The keys are a contract, described in ``runtime/docs/report.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from modulint.lint import version
from modulint.lint.finding import Finding
from modulint.runtime.findings import NOWHERE, Observation, class_name, position_near
from modulint.runtime.graph import Graph, Node
from modulint.runtime.positions import Position
from modulint.runtime.record import ModuleCall, Record
from modulint.runtime.report.excerpts import Excerpt, Excerpts
from modulint.runtime.traceability import Traceability


@dataclass(frozen=True, slots=True)
class Model:
    """The model. ``spec`` is empty where the model was handed over as an object."""

    spec: str
    class_name: str
    parameters: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one of the checks ended: "validator", "architecture" or "traceability"."""

    check: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """How a tracer or exporter took the model: an entry of the traceability checklist.

    ``outcome`` is "passed", "failed", "wrong" or "skipped"; ``code`` is that of the finding in the second and third
    case.
    """

    call: str
    code: str
    outcome: str
    reason: str
    recommendation: str
    path: str | None
    line: int | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A module of the model, as ``named_modules()`` has it, or a bare operation, which has no class.

    The model itself has an empty name.
    """

    name: str
    class_name: str


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding with the layers that it is about.

    The range is as in ``modulint check --output-format json``, null where no source of the user's made the call;
    ``nodes`` are numbers of nodes and blocks of the graph.
    """

    code: str
    name: str
    message: str
    issue: str
    recommendation: str
    layers: tuple[Layer, ...]
    path: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    class_name: str
    source: tuple[Excerpt, ...]
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A call of a module that calls other modules. ``parent`` is the number of the block around it."""

    number: int
    name: str
    class_name: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class ReportedNode:
    """A call of a leaf module, or an operation outside of any; ``kind`` is its class, or what it is called.

    ``block`` is the number of the block that it runs in, ``sizes`` are those of the tensors that it makes.
    """

    number: int
    name: str
    kind: str
    is_module: bool
    block: int | None
    sizes: tuple[tuple[int, ...], ...]
    reads_input: bool
    is_output: bool
    path: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Dataflow:
    """Nodes and blocks in the order in which they start; an edge leads from the maker of a tensor to its reader."""

    nodes: tuple[ReportedNode, ...]
    blocks: tuple[Block, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a page or a program is told. ``hidden`` counts the findings that the user did not want to see."""

    modulint: str
    torch: str
    model: Model
    inputs: str
    tensors: str
    note: str
    verdicts: tuple[Verdict, ...]
    traceability: tuple[Target, ...]
    findings: tuple[ReportedFinding, ...]
    hidden: int
    graph: Dataflow


def report_of(
    graph: Graph,
    observations: Iterable[Observation],
    verdicts: Iterable[Verdict],
    spec: str = "",
    traceability: Traceability | None = None,
    hidden: int = 0,
) -> Report:
    """The report on one observed forward pass; findings stand in the order in which their layers run."""
    seen = graph.record
    dataflow = _dataflow(graph)
    findings = _Findings(graph, dataflow)
    return Report(
        version(),
        str(torch.__version__),
        Model(spec, class_name(seen.model), sum(parameter.numel() for parameter in seen.model.parameters())),
        seen.inputs,
        seen.tensors,
        seen.note,
        tuple(verdicts),
        tuple(_targets(traceability)) if traceability is not None else (),
        tuple(sorted(map(findings.reported, observations), key=_running_order)),
        hidden,
        dataflow,
    )


def as_json(report: Report) -> str:
    """The report as the text of a JSON file."""
    return json.dumps(asdict(report, dict_factory=_keys), indent=1) + "\n"


def _keys(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {"class" if name == "class_name" else name: value for name, value in items}


def _targets(traceability: Traceability) -> Iterator[Target]:
    for each in traceability.results:
        path, line = _place(each.position)
        yield Target(each.call, each.code, each.outcome, each.reason, each.way_out, path, line, each.remarks)


def _place(position: Position | None) -> tuple[str | None, int | None]:
    return (position.path, position.line) if position is not None else (None, None)


def _range(own: Finding) -> tuple[str | None, int | None, int | None, int | None, int | None]:
    if own.path == NOWHERE.path:
        return (None, None, None, None, None)
    return (own.path, own.line, own.column, own.end_line, own.end_column)


def _running_order(each: ReportedFinding) -> tuple[bool, int, str, str]:
    """What is about the model as a whole comes last."""
    return (not each.layers, min(each.nodes, default=0), each.layers[0].name if each.layers else "", each.code)


def _dataflow(graph: Graph) -> Dataflow:
    blocks = {call.number: call for node in graph for call in _blocks_around(graph, node.number)}
    nodes = tuple(_reported_node(graph, node) for node in graph)
    return Dataflow(
        nodes,
        tuple(_block(graph, blocks[number]) for number in sorted(blocks)),
        tuple((source, node.number) for node in graph for source in node.sources),
    )


def _reported_node(graph: Graph, node: Node) -> ReportedNode:
    seen = graph.record
    made = seen.calls[node.number].outputs if node.number in seen.calls else seen.operations[node.number].outputs
    return ReportedNode(
        node.number,
        node.name,
        node.kind,
        node.module is not None,
        _innermost(graph, node.number),
        tuple(seen.values[value].sizes for value in made),
        node.reads_input,
        node.is_output,
        *_place(node.position),
    )


def _block(graph: Graph, call: ModuleCall) -> Block:
    return Block(call.number, call.name, class_name(call.module), _innermost(graph, call.number))


def _innermost(graph: Graph, number: int) -> int | None:
    return next((call.number for call in _blocks_around(graph, number)), None)


def _blocks_around(graph: Graph, number: int) -> Iterator[ModuleCall]:
    """The calls around a node or block, without those that are nodes: a leaf may call modules that it does not own."""
    return (call for call in graph.record.calls_around(number) if call.number not in graph.nodes)


class _Findings:
    """Ties what was observed to the graph and to the source."""

    def __init__(self, graph: Graph, dataflow: Dataflow) -> None:
        self._seen = graph.record
        self._drawn = {node.number for node in dataflow.nodes} | {block.number for block in dataflow.blocks}
        self._classes = _classes(graph)
        self._at = _numbers_by_line(self._seen, self._drawn)
        self._excerpts = Excerpts()

    def reported(self, each: Observation) -> ReportedFinding:
        """The finding as the report has it."""
        own = each.finding
        numbers = each.numbers or self._at.get((own.path, own.line), ())
        return ReportedFinding(
            own.code,
            own.name,
            own.message,
            each.issue,
            each.recommendation,
            tuple(Layer(name, self._classes.get(name, "")) for name in each.layers),
            *_range(own),
            own.class_name,
            self._excerpts.around(self._positions(each)),
            tuple(dict.fromkeys(drawn for number in numbers for drawn in self._drawn_around(number))),
        )

    def _positions(self, each: Observation) -> Sequence[Position]:
        own = each.finding
        place = Position(own.path, own.line, own.column, own.end_line, own.end_column, "")
        near = [position for number in each.numbers if (position := position_near(self._seen, number))]
        return near or ([place] if own.path != NOWHERE.path else [])

    def _drawn_around(self, number: int) -> Iterable[int]:
        """The call or operation itself if it is in the graph, else what it ran in: not all that runs makes a tensor."""
        around = (number, *(call.number for call in self._seen.calls_around(number)))
        return [each for each in around if each in self._drawn][:1]


def _classes(graph: Graph) -> Mapping[str, str]:
    """The class of each layer by its names."""
    seen = graph.record
    kinds = {node.name: node.kind for node in graph if node.module is not None}
    for call in seen.calls.values():
        names = seen.owners.get(call.name, (call.name,))
        kinds.update(dict.fromkeys(names, class_name(call.module)))
    return kinds


def _numbers_by_line(seen: Record, drawn: Iterable[int]) -> Mapping[tuple[str, int], tuple[int, ...]]:
    """What stands at each line, for findings that know no more than their line."""
    found: dict[tuple[str, int], list[int]] = {}
    for number in sorted(drawn):
        position = (seen.calls[number] if number in seen.calls else seen.operations[number]).position
        if position is not None:
            found.setdefault((position.path, position.line), []).append(number)
    return {place: tuple(numbers) for place, numbers in found.items()}

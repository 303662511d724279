"""A record as a graph: leaf modules and bare operations, tied by the tensors that go from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import nn

from modulint.runtime.findings import position_near
from modulint.runtime.positions import Position
from modulint.runtime.record import Operation, Record, is_leaf


@dataclass(frozen=True, slots=True)
class Node:
    """A call of a leaf module, or an operation outside of any.

    ``number`` is that of the call or operation. ``module`` is None for an operation, except for one that does the work
    of the module around it: a batch norm that holds an activation. ``name`` is the module's dotted name; an operation
    has that of the module around it and its own. ``operations`` are the canonical names of what runs in it. ``sources``
    and ``targets`` are the numbers of the nodes that it reads from and that read from it, each once, in order;
    ``reads_input`` and ``is_output`` whether the model's input goes in and the model's output comes out.
    """

    number: int
    name: str
    module: nn.Module | None
    operations: tuple[str, ...]
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    reads_input: bool
    is_output: bool
    input_sizes: tuple[int, ...]
    position: Position | None

    @property
    def kind(self) -> str:
        """The class of the module, or the name of the operation without its namespace."""
        return type(self.module).__name__ if self.module is not None else self.operations[0].rsplit(".", 1)[-1]

    def runs(self, *names: str) -> bool:
        """Whether it is one operation, in any spelling, of ``names``: ``relu`` for ``F.relu``, ``x.relu_()``."""
        return len(self.operations) == 1 and _base(self.operations[0]) in names


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes by their numbers, in the order in which they ran."""

    record: Record
    nodes: Mapping[int, Node]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def sources(self, node: Node) -> list[Node]:
        """The nodes that ``node`` reads from."""
        return [self.nodes[number] for number in node.sources]

    def targets(self, node: Node) -> list[Node]:
        """The nodes that read from ``node``."""
        return [self.nodes[number] for number in node.targets]

    def only_source(self, node: Node) -> Node | None:
        """The one node that ``node`` reads from, if that one feeds nothing else."""
        sources = self.sources(node)
        return sources[0] if len(sources) == 1 and self.feeds_one(sources[0]) and not node.reads_input else None

    def only_target(self, node: Node) -> Node | None:
        """The one node that ``node`` feeds, if it feeds nothing else."""
        return self.nodes[node.targets[0]] if self.feeds_one(node) else None

    def feeds_one(self, node: Node) -> bool:
        """Whether exactly one node reads what ``node`` makes, and the model does not give it away."""
        return len(node.targets) == 1 and not node.is_output


def graph_of(record: Record) -> Graph:
    """The graph of one observed forward pass."""
    home = {
        operation.number: _home(record, operation)
        for operation in record.operations.values()
        if _makes_something(record, operation)
    }
    inside: dict[int, list[Operation]] = {}
    for number, owner in home.items():
        inside.setdefault(owner, []).append(record.operations[number])
    sources = {owner: _sources(record, owner, operations, home) for owner, operations in inside.items()}
    targets: dict[int, list[int]] = {}
    for owner in sorted(sources):
        for source in sources[owner]:
            targets.setdefault(source, []).append(owner)
    given = {
        home[producer]
        for value in record.outputs
        if (producer := record.values[value].producer) is not None and producer in home
    }
    nodes = {
        owner: _node(record, owner, inside[owner], sources[owner], tuple(targets.get(owner, ())), owner in given)
        for owner in sorted(inside)
    }
    return Graph(record, nodes)


def _makes_something(record: Record, operation: Operation) -> bool:
    """Whether it made a value: one that hands its own input back is no step on the way."""
    return any(record.values[value].producer == operation.number for value in operation.outputs)


def _home(record: Record, operation: Operation) -> int:
    """The number of the node that ``operation`` belongs to: the leaf module call around it, or itself."""
    return operation.call if is_leaf(record.residence(operation).module) else operation.number


def _sources(record: Record, owner: int, operations: list[Operation], home: Mapping[int, int]) -> tuple[int, ...]:
    producers = [record.values[value].producer for operation in operations for value in operation.inputs]
    found = [home[producer] for producer in producers if producer is not None and producer in home]
    return tuple(dict.fromkeys(source for source in found if source != owner))


def _node(
    record: Record,
    owner: int,
    operations: list[Operation],
    sources: tuple[int, ...],
    targets: tuple[int, ...],
    is_output: bool,
) -> Node:
    read = [record.values[value] for operation in operations for value in operation.inputs]
    names = tuple(operation.name for operation in operations)
    return Node(
        owner,
        _name(record, owner),
        _module(record, owner),
        names,
        sources,
        targets,
        any(value.origin == "input" for value in read),
        is_output,
        read[0].sizes if read else (),
        position_near(record, owner),
    )


def _name(record: Record, owner: int) -> str:
    if owner in record.calls:
        return record.calls[owner].name
    operation = record.operations[owner]
    around = record.residence(operation).name
    if _module(record, owner) is not None:
        return around
    own = operation.name.rsplit(".", 1)[-1]
    return f"{around}.{own}" if around else own


def _module(record: Record, owner: int) -> nn.Module | None:
    if owner in record.calls:
        return record.calls[owner].module
    operation = record.operations[owner]
    around = record.residence(operation).module
    normalizes = operation.name == "torch.nn.functional.batch_norm"
    return around if normalizes and isinstance(around, nn.modules.batchnorm._BatchNorm) else None


def _base(name: str) -> str:
    return name.rsplit(".", 1)[-1].rstrip("_")

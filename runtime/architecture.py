"""Where an instantiated model will run slowly, or lose accuracy, once it is quantized: MOD501 to MOD506."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from torch import nn

from modulint.lint.finding import Finding
from modulint.runtime.findings import Observation, class_around, finding
from modulint.runtime.graph import Graph, Node, graph_of
from modulint.runtime.loading import Inputs
from modulint.runtime.log import log_end, log_failure, log_start, name_of
from modulint.runtime.positions import Position
from modulint.runtime.record import Record, Tensors, record
from modulint.runtime.report import SUFFIXES, write
from modulint.runtime.report.data import Verdict, report_of
from modulint.runtime.report.table import table

_CONVOLUTIONS: Final = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED: Final = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_FOLDING: Final = (*_CONVOLUTIONS, *_TRANSPOSED, nn.Linear)
_CONCATENATIONS: Final = ("cat", "concat", "concatenate")
_REPORT: Final = "arch_checker_report"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the checks hold against a model.

    ``minimum_channels`` and ``channel_multiple`` are for the channels of the layers that the four switches take in:
    plain, transposed and depthwise convolutions, and linear layers. With ``exempt_ends`` the channels of the model's
    input and of its output do not count: those of an image, the number of classes. ``slow_activations`` maps an
    operation to what is recommended in its place; ``padded_activations`` are those between two padded convolutions.
    Operations are named as in ``torch.nn.functional``.
    """

    minimum_channels: int = 32
    channel_multiple: int = 32
    convolutions: bool = True
    transposed: bool = True
    depthwise: bool = True
    linear: bool = False
    exempt_ends: bool = False
    slow_activations: Mapping[str, str] = field(
        default_factory=lambda: {"prelu": "nn.ReLU", "silu": "nn.Hardswish"}, hash=False
    )
    padded_activations: tuple[str, ...] = ("relu", "tanh", "hardswish")


@dataclass(frozen=True, slots=True)
class ArchitectureFinding:
    """A layer that breaks a guideline: ``name`` as ``named_modules()`` has it, ``class_name`` that of its caller."""

    code: str
    name: str
    issue: str
    recommendation: str
    position: Position | None = None
    class_name: str = ""

    def as_finding(self) -> Finding:
        """The same as every reporter takes it."""
        return finding(self.code, f"{self.name}: {self.issue}; {self.recommendation}", self.position, self.class_name)


NodeCheck = Callable[[Node], Iterable[ArchitectureFinding]]
"""A check of the user's own on one layer or operation."""

PatternCheck = Callable[[Graph], Iterable[ArchitectureFinding]]
"""A check of the user's own on the whole graph."""


@dataclass(frozen=True, slots=True)
class ArchitectureReport:
    """What the checks found, in the order in which the layers run. It is true where they found nothing."""

    findings: tuple[ArchitectureFinding, ...]
    graph: Graph

    def __bool__(self) -> bool:
        return not self.findings

    def __str__(self) -> str:
        return table(self.observations) or self.verdict

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The findings, each with the calls and operations of the record that it is about."""
        numbers: dict[str, list[Node]] = {}
        for node in self.graph:
            numbers.setdefault(node.name, []).append(node)
        return tuple(_observation(each, numbers.get(each.name, ())) for each in self.findings)

    @property
    def verdict(self) -> str:
        """Whether all checks passed, in a line."""
        if self:
            return "all architecture checks passed"
        layers = len({each.name for each in self.findings})
        return f"{_count(len(self.findings), 'finding')} in {_count(layers, 'layer')}"


def check_model_arch(
    model: nn.Module,
    dummy_input: object,
    result_dir: str | Path | None = None,
    *,
    node_checks: Mapping[type[nn.Module], Sequence[NodeCheck]] | None = None,
    pattern_checks: Sequence[PatternCheck] = (),
    settings: Settings = Settings(),
    tensors: Tensors = "auto",
) -> ArchitectureReport:
    """Run ``model`` once and check each layer, and how the layers follow each other.

    ``dummy_input`` is a tensor, a tuple of positional or a dict of keyword arguments. ``node_checks`` adds checks of
    the user's own to the modules of a class, ``pattern_checks`` to the graph. Both belong to this call alone. In
    ``result_dir`` the report is written as a page and as JSON, see ``runtime/docs/report.md``.

    Raises:
        UserCodeError: the model raised.
        ModelError: it needs weights that it does not have.
        OSError: ``result_dir`` cannot be written to.
    """
    seen = record(model, Inputs.of(dummy_input), tensors)
    return check_record(seen, result_dir, node_checks=node_checks, pattern_checks=pattern_checks, settings=settings)


def check_record(
    seen: Record,
    result_dir: str | Path | None = None,
    *,
    node_checks: Mapping[type[nn.Module], Sequence[NodeCheck]] | None = None,
    pattern_checks: Sequence[PatternCheck] = (),
    settings: Settings = Settings(),
) -> ArchitectureReport:
    """As :func:`check_model_arch`, on a forward pass that was recorded already."""
    graph = graph_of(seen)
    found = list(_logged(graph, _checks(graph, settings, node_checks or {}, pattern_checks)))
    report = ArchitectureReport(tuple(found), graph)
    if result_dir is not None:
        _write(report, Path(result_dir))
    return report


def _checks(
    graph: Graph,
    settings: Settings,
    node_checks: Mapping[type[nn.Module], Sequence[NodeCheck]],
    pattern_checks: Sequence[PatternCheck],
) -> Iterator[tuple[str, Iterable[ArchitectureFinding]]]:
    """Each check with what it finds; a check runs as its findings are asked for."""
    yield from _own_checks(graph, settings).items()
    for module_class, checks in node_checks.items():
        for check in checks:
            yield name_of(check), _of_nodes(check, module_class, graph)
    for pattern_check in pattern_checks:
        yield name_of(pattern_check), pattern_check(graph)


def _of_nodes(check: NodeCheck, module_class: type[nn.Module], graph: Graph) -> Iterator[ArchitectureFinding]:
    for node in _modules(graph):
        if isinstance(node.module, module_class):
            yield from check(node)


def _logged(
    graph: Graph, checks: Iterable[tuple[str, Iterable[ArchitectureFinding]]]
) -> Iterator[ArchitectureFinding]:
    """What the checks find, with a word on each start, each failure and the end in the log."""
    kinds = {node.name: node.kind for node in graph}
    failed: list[str] = []
    for name, findings in checks:
        log_start(name)
        for each in findings:
            log_failure(name, each.name, kinds.get(each.name, ""), f"{each.code} {each.issue}")
            failed.append(name)
            yield each
    log_end("architecture", failed)


def _own_checks(graph: Graph, settings: Settings) -> dict[str, Iterator[ArchitectureFinding]]:
    return {
        "channels": _channels(graph, settings),
        "activations": _activations(graph, settings),
        "batch norms": _batch_norms(graph),
        "padding between convolutions": _padding(graph, settings),
        "batch norms behind concatenations": _concatenations(graph),
    }


def _found(graph: Graph, node: Node, code: str, issue: str, recommendation: str) -> ArchitectureFinding:
    return ArchitectureFinding(
        code, node.name, issue, recommendation, node.position, class_around(graph.record, node.number)
    )


def _modules(graph: Graph) -> Iterator[Node]:
    """The first call of each module, since what it is built of is the same in all of them."""
    seen: set[nn.Module] = set()
    for node in graph:
        if node.module is not None and node.module not in seen:
            seen.add(node.module)
            yield node


def _channels(graph: Graph, settings: Settings) -> Iterator[ArchitectureFinding]:
    least, multiple = settings.minimum_channels, settings.channel_multiple
    for node in _modules(graph):
        channels = _channels_of(graph, node, settings)
        few = _spelled({name: count for name, count in channels.items() if count < least})
        odd = _spelled({name: count for name, count in channels.items() if count % multiple})
        advice = f"make them a multiple of {multiple}"
        if few:
            yield _found(graph, node, "MOD501", f"{node.kind} with fewer than {least} channels: {few}", advice)
        if odd:
            yield _found(
                graph, node, "MOD502", f"{node.kind} whose channels are no multiple of {multiple}: {odd}", advice
            )


def _channels_of(graph: Graph, node: Node, settings: Settings) -> dict[str, int]:
    """The channel counts of ``node`` that the settings are about."""
    module = node.module
    if isinstance(module, nn.Linear):
        names = ("in_features", "out_features") if settings.linear else ()
    elif isinstance(module, (*_CONVOLUTIONS, *_TRANSPOSED)) and _wanted(module, settings):
        names = ("in_channels", "out_channels")
    else:
        names = ()
    exempt = (node.reads_input, _leads_out(graph, node)) if settings.exempt_ends and names else (False, False)
    return {name: getattr(module, name) for name, out in zip(names, exempt) if not out}


def _wanted(module: nn.Module, settings: Settings) -> bool:
    if _is_depthwise(module):
        return settings.depthwise
    return settings.transposed if isinstance(module, _TRANSPOSED) else settings.convolutions


def _is_depthwise(module: nn.Module) -> bool:
    return getattr(module, "groups", 1) == getattr(module, "in_channels", 0) > 1


def _leads_out(graph: Graph, node: Node) -> bool:
    """Whether what ``node`` makes leaves the model before another layer with weights works on it."""
    ahead, seen = [node], {node.number}
    while ahead:
        at = ahead.pop()
        if at.is_output:
            return True
        for target in graph.targets(at):
            if target.number not in seen and not isinstance(target.module, _FOLDING):
                seen.add(target.number)
                ahead.append(target)
    return False


def _spelled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}={count}" for name, count in counts.items())


def _activations(graph: Graph, settings: Settings) -> Iterator[ArchitectureFinding]:
    seen: set[object] = set()
    for node in graph:
        slow = next((name for name in settings.slow_activations if node.runs(name)), None)
        key = node.module if node.module is not None else node.number
        if slow is not None and key not in seen:
            seen.add(key)
            issue = f"{node.kind} is slow, or loses accuracy, in fixed point"
            yield _found(graph, node, "MOD503", issue, f"use {settings.slow_activations[slow]}")


def _batch_norms(graph: Graph) -> Iterator[ArchitectureFinding]:
    for node in _modules(graph):
        if not _is_batch_norm(node):
            continue
        before, behind = _stands_before(graph, node), _stands_behind(graph, node)
        if before and behind:
            issue = f"{node.kind} folds into no neighbour: {before}; {behind}"
            yield _found(graph, node, "MOD504", issue, "put it right behind a convolution or linear layer, or drop it")


def _is_batch_norm(node: Node) -> bool:
    return isinstance(node.module, nn.modules.batchnorm._BatchNorm)


def _stands_before(graph: Graph, norm: Node) -> str:
    """What keeps ``norm`` from folding into the layer before it; empty if nothing does."""
    if not getattr(norm.module, "track_running_stats", True):
        return "it normalizes with the statistics of each batch"
    sources = graph.sources(norm)
    if len(sources) != 1 or norm.reads_input:
        return "it reads the model's input" if norm.reads_input else f"{len(sources)} nodes lead to it"
    (layer,) = sources
    if not isinstance(layer.module, _FOLDING):
        return f"before it is {_described(layer)}"
    if not graph.feeds_one(layer):
        return f"{_described(layer)} before it also feeds {_elsewhere(graph, layer, norm)}"
    if _call_count(graph, layer) > 1:
        return f"{_described(layer)} before it runs more than once"
    if isinstance(layer.module, nn.Linear) and len(norm.input_sizes) != 2:
        return f"{_described(layer)} before it has its features in another dimension"
    if isinstance(layer.module, _TRANSPOSED) and layer.module.groups not in (1, layer.module.in_channels):
        return f"{_described(layer)} before it is transposed and grouped"
    return ""


def _stands_behind(graph: Graph, norm: Node) -> str:
    """What keeps ``norm`` from folding into the layer behind it; empty if nothing does."""
    if not getattr(norm.module, "track_running_stats", True):
        return "so it has nothing to fold"
    layer = graph.only_target(norm)
    if layer is None:
        return f"it feeds {_elsewhere(graph, norm, None)}"
    module = layer.module
    if isinstance(module, nn.Linear):
        return (
            "" if len(norm.input_sizes) == 2 else f"{_described(layer)} behind it has its features in another dimension"
        )
    if isinstance(module, _TRANSPOSED) or not isinstance(module, _CONVOLUTIONS):
        return f"behind it is {_described(layer)}"
    if _pads(module):
        return f"{_described(layer)} behind it pads, with zeros that were not normalized"
    return f"{_described(layer)} behind it is grouped" if module.groups != 1 else ""


def _elsewhere(graph: Graph, node: Node, besides: Node | None) -> str:
    """The nodes that ``node`` feeds, but for one."""
    names = [target.name for target in graph.targets(node) if target is not besides]
    names += ["the model's output"] * node.is_output
    return f"{len(names)} nodes ({', '.join(names[:3])})" if len(names) > 1 else "".join(names) or "nothing"


def _described(node: Node) -> str:
    """The node, and what kind of thing it is, in words that say why nothing folds across it."""
    if node.runs(*_CONCATENATIONS):
        return f"a concatenation ({node.name})"
    if "pool" in node.kind.lower():
        return f"a pool ({node.name}, {node.kind})"
    if type(node.module).__module__ == nn.ReLU.__module__ or node.runs("relu", "gelu", "silu", "sigmoid", "tanh"):
        return f"a non-linearity ({node.name}, {node.kind})"
    return f"{node.name} ({node.kind})"


def _call_count(graph: Graph, node: Node) -> int:
    return sum(call.module is node.module for call in graph.record.calls.values())


def _padding(graph: Graph, settings: Settings) -> Iterator[ArchitectureFinding]:
    for node in _modules(graph):
        if not isinstance(node.module, _CONVOLUTIONS) or not _pads(node.module):
            continue
        chain = _chain_to(graph, node, settings)
        if chain and _pads(chain[0].module):
            names = " -> ".join(each.name for each in chain)
            issue = f"pads in the middle of a sequence whose first convolution pads as well: {names}"
            yield _found(graph, node, "MOD505", issue, f"let {chain[0].name} do all the padding")


def _chain_to(graph: Graph, convolution: Node, settings: Settings) -> list[Node]:
    """The nodes convolution, (batch norm,) activation, (batch norm,) ``convolution``; none if the chain is another."""
    chain = [convolution]
    for wanted in ("norm", "activation", "norm", "convolution"):
        node = graph.only_source(chain[0])
        if node is None:
            return []
        fits = {
            "norm": _is_batch_norm(node),
            "activation": node.runs(*settings.padded_activations),
            "convolution": isinstance(node.module, _CONVOLUTIONS),
        }[wanted]
        if fits:
            chain.insert(0, node)
        elif wanted != "norm":
            return []
    return chain


def _pads(module: nn.Module | None) -> bool:
    """Whether a convolution pads: with ``padding='same'`` wherever its kernel reaches over more than one element."""
    if not isinstance(module, _CONVOLUTIONS):
        return False
    if isinstance(module.padding, str):
        return module.padding == "same" and any(size > 1 for size in module.kernel_size)
    return any(size > 0 for size in module.padding)


def _concatenations(graph: Graph) -> Iterator[ArchitectureFinding]:
    for norm in _modules(graph):
        joined = graph.only_source(norm) if _is_batch_norm(norm) else None
        if joined is None or not joined.runs(*_CONCATENATIONS):
            continue
        sources = graph.sources(joined)
        if any(isinstance(source.module, _FOLDING) for source in sources):
            structure = f"({', '.join(source.name for source in sources)}) -> {joined.name} -> {norm.name}"
            issue = f"batch norm behind a concatenation of convolutions: {structure}"
            yield _found(graph, norm, "MOD506", issue, "normalize each branch before the concatenation")


def _observation(each: ArchitectureFinding, named: Sequence[Node]) -> Observation:
    """``each`` with the nodes of its name; bare operations of one name are told apart by their places."""
    nodes = (node for node in named if node.module is not None or node.position == each.position)
    layers = (each.name,) if each.name else ()
    return Observation(
        each.as_finding(), each.issue, each.recommendation, layers, tuple(node.number for node in nodes)
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _write(report: ArchitectureReport, directory: Path) -> None:
    """Write the report as ``arch_checker_report.html`` and ``.json``; the directory is made if it is not there."""
    verdict = Verdict("architecture", bool(report), report.verdict)
    made = report_of(report.graph, report.observations, [verdict])
    directory.mkdir(parents=True, exist_ok=True)
    for suffix in SUFFIXES:
        write(made, directory / f"{_REPORT}{suffix}")

"""MOD109: the arithmetic on sizes goes, into splits and merges of axes, or into what a trace holds as one piece."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from modulint.fixers.edits import Edit
from modulint.fixers.fractions import by_slices, propose_fraction
from modulint.fixers.padded_sizes import propose_padded_size
from modulint.fixers.padding import propose_padding
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.scripted import propose_scripted
from modulint.fixers.unused import outermost, unused
from modulint.lint.assignments import dotted
from modulint.lint.file import File, Quotient, Sizing
from modulint.lint.forward import Factors, ForwardPath, PaddedSize, Padding, Reshape
from modulint.lint.positions import Positions
from modulint.lint.scopes import walk
from modulint.lint.sizes import Regrouping
from modulint.lint.source import Source

# What can stand in front of `.unflatten` without brackets.
_PRIMARY = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)
_NUMBERS = frozenset({"abs", "bool", "float", "int", "len", "max", "min", "pow", "round", "sum"})


def propose(file: File, subject: Reshape | Sizing | Positions | Quotient | tuple[ForwardPath, Padding]) -> Answer:
    """A reshape, positions or a quotient without arithmetic, or what a trace holds as one piece: a function, or padding to
    a multiple."""
    if isinstance(subject, Reshape):
        return _regroup(file, subject)
    if isinstance(subject, Positions):
        return _from_zero(file, subject)
    if isinstance(subject, Quotient):
        return propose_fraction(file, subject)
    if isinstance(subject, PaddedSize):
        return propose_padded_size(file, subject)
    return propose_scripted(file, subject) if isinstance(subject, Sizing) else propose_padding(file, *subject)


def _from_zero(file: File, subject: Positions) -> Answer:
    """``(torch.arange(n, device=device) + 1)``."""
    source, call = file.source, subject.site.call
    first, last = source.start(subject.count), source.end(subject.count)
    before, behind = source.start(subject.start), source.end(call.args[1])
    start, end = source.start(call), source.end(call)
    dropped = source.text[before:first] + source.text[last:behind]
    if "#" in dropped or "(" in dropped or ")" in dropped:
        return Refusal("a comment or brackets stand among its arguments")
    edits = [Edit(start, start, "(", rank=-end), Edit(before, first, ""), Edit(last, behind, "")]
    return Proposal((*edits, Edit(end, end, f" + {source.code(subject.start)})", rank=-end)))


def _regroup(file: File, subject: Reshape) -> Answer:
    """Axes split and merged at the call, and the end of names that were only computed for it."""
    if not all(map(_only_computes, subject.targets)):
        return Refusal("a call or an assignment stands among its sizes")
    if _is_tried(subject):
        return Refusal("it stands in a `try`, which may count on it to fail")
    answer = _by_axes(file, subject)
    if isinstance(answer, Proposal) and answer.safety == "safe":
        return answer
    if subject.factors is not None:
        return _by_factors(file, subject, subject.factors)
    return by_slices(file, subject) or answer


def _by_axes(file: File, subject: Reshape) -> Answer:
    """``unflatten`` and ``flatten`` in place of the call, where its sizes are made of the tensor's axes."""
    plan, source = subject.plan, file.source
    if isinstance(plan, str):
        return Refusal(plan)
    if not plan.splits and not plan.merges:
        return Refusal("it has these sizes already")
    call, tensor = subject.call, subject.tensor
    if not isinstance(tensor, _PRIMARY):
        return Refusal("it reshapes the result of an operator")
    before, behind = (source.start(call), source.start(tensor)), (source.end(tensor), source.end(call))
    if any("#" in source.text[start:end] for start, end in (before, behind)):
        return Refusal("a comment stands among its arguments")
    kept = [subject.targets[index] for split in plan.splits for index in split.kept]
    edits = [Edit(*behind, "".join(_calls(source, subject, plan)), rank=-behind[1])]
    if before[0] != before[1]:
        edits.append(Edit(*before, ""))
    doubt = "it takes a size that is rounded down, which splitting an axis does not" if plan.drops_rest else ""
    return _without_unused(file, subject, edits, kept, doubt)


def _by_factors(file: File, subject: Reshape, factors: Sequence[Factors]) -> Answer:
    """A reshape to the factors of the sizes, and ``flatten`` for each product: whatever the tensor's own axes are."""
    source, call = file.source, subject.call
    edits, merges = list[Edit](), list[str]()
    last = sum(map(len, factors)) - 1
    for index, target in reversed(list(enumerate(subject.targets))):
        count = len(factors[index])
        if count == 1:
            continue
        if not all(map(_only_computes, factors[index])):
            return Refusal("a call or an assignment stands among its sizes")
        if _stands_in_brackets(source, subject, index):
            return Refusal("a size stands in brackets")
        edits.append(Edit(source.start(target), source.end(target), ", ".join(map(source.code, factors[index]))))
        first = sum(map(len, factors[:index]))
        to_end = first + count - 1 == last and not subject.more
        merges.append(f".flatten({first})" if to_end else f".flatten({first}, {first + count - 1})")
        last -= count - 1
    if len(factors[-1]) > 1 and _are_its_axes(source, subject, factors):
        edits = [Edit(source.end(subject.tensor), source.end(call), "")]
    edits.append(Edit(source.end(call), source.end(call), "".join(merges), rank=-source.end(call)))
    return _without_unused(file, subject, edits, [part for parts in factors for part in parts])


def _are_its_axes(source: Source, step: Reshape, factors: Sequence[Factors]) -> bool:
    """Whether all factors in a row are the sizes that the tensor has, as the call itself asks for them.

    Of more axes than it names, the others can only be of size one. They go as well where the last axes are merged.
    """
    tensor, call = step.tensor, step.call
    if step.more or not dotted(tensor) or not (isinstance(call.func, ast.Attribute) and call.func.value is tensor):
        return False
    if "#" in source.text[source.end(tensor) : source.end(call)]:
        return False
    written = [ast.unparse(part) for parts in factors for part in parts]
    asked = [{f"{dotted(tensor)}.shape[{axis}]", f"{dotted(tensor)}.size({axis})"} for axis in range(len(written))]
    return all(part in axis for part, axis in zip(written, asked))


def _stands_in_brackets(source: Source, step: Reshape, index: int) -> bool:
    """Whether a size has brackets of its own, where two would be a tuple."""
    call, target = step.call, step.targets[index]
    written = [part.left if isinstance(part, ast.BinOp) and step.more else part for part in call.args]
    held = next((part for part in written if isinstance(part, (ast.Tuple, ast.List)) and target in part.elts), None)
    if index:
        start = source.end(step.targets[index - 1])
    else:
        start = source.end(call.func) if held is None else source.start(held)
    opened = re.sub(r"#.*", "", source.text[start : source.start(target)]).count("(")
    return opened > (index == 0 and not isinstance(held, ast.List))


def _without_unused(file: File, step: Reshape, edits: Iterable[Edit], kept: Iterable[ast.expr], doubt: str = "") -> Answer:
    """The proposal to make the edits, and to take away the assignments that nothing reads behind them."""
    freed = unused(file, step, kept)
    if isinstance(freed, Refusal):
        return freed
    return Proposal((*edits, *freed), safety="unsafe" if doubt else "safe", reason=doubt)


def _calls(source: Source, step: Reshape, plan: Regrouping) -> Iterator[str]:
    """The calls that split axes, and then those that merge some, each time from the last axis to the first."""
    last = plan.rank - 1
    for split in reversed(plan.splits):
        parts = range(split.first, split.last + 1)
        sizes = ["-1" if index == split.inferred else source.code(step.targets[index]) for index in parts]
        yield f".unflatten({-1 if split.axis == last else split.axis}, ({', '.join(sizes)}))"
    last += sum(split.last - split.first for split in plan.splits)
    for first, end in reversed(plan.merges):
        yield f".flatten({first})" if end == last else f".flatten({first}, {end})"


def _is_tried(step: Reshape) -> bool:
    """Whether code is ready for sizes that do not fit. Splits and merges only fail where a size leaves a rest."""
    bodies = (
        node.body
        for node in walk(outermost(step))
        if isinstance(node, ast.Try) and node.handlers or isinstance(node, ast.With) and any(map(_suppresses, node.items))
    )
    return any(part is step.node for body in bodies for statement in body for part in walk(statement))


def _suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] == "suppress"


def _only_computes(node: ast.expr) -> bool:
    """Whether a size may be left out, since working it out does nothing else."""
    for part in walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in _NUMBERS:
                pass
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in ("size", "dim", "numel") or dotted(owner) == "math":
                pass
            case ast.Call() | ast.NamedExpr() | ast.Await() | ast.Yield() | ast.YieldFrom():
                return False
    return True

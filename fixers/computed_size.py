"""MOD109: axes are split and merged in place of a reshape to computed sizes."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from modulint.fixers.edits import Edit
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.scripted import propose_scripted
from modulint.lint.assignments import dotted
from modulint.lint.classes import FunctionFacts
from modulint.lint.file import File, Sizing, method_around
from modulint.lint.forward import Factors, Reshape
from modulint.lint.scopes import AnyFunction, bound_names, rebound_names
from modulint.lint.sizes import Regrouping
from modulint.lint.source import Source

# What can stand in front of `.unflatten` without brackets.
_PRIMARY = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)
# Builtins that read names by their text, or all there are.
_BY_TEXT = frozenset({"dir", "eval", "exec", "locals", "vars"})
_NUMBERS = frozenset({"abs", "bool", "float", "int", "len", "max", "min", "pow", "round", "sum"})


def propose(file: File, subject: Reshape | Sizing) -> Answer:
    """A function that a trace holds as one piece, or a reshape without arithmetic."""
    return propose_scripted(file, subject) if isinstance(subject, Sizing) else _regroup(file, subject)


def _regroup(file: File, subject: Reshape) -> Answer:
    """Axes split and merged at the call, and the end of names that were only computed for it."""
    if not all(map(_only_computes, subject.targets)):
        return Refusal("a call or an assignment stands among its sizes")
    if _is_tried(subject):
        return Refusal("it stands in a `try`, which may count on it to fail")
    answer = _by_axes(file, subject)
    if isinstance(answer, Proposal) and answer.safety == "safe" or subject.factors is None:
        return answer
    return _by_factors(file, subject, subject.factors)


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
        merges.append(f".flatten({first})" if first + count - 1 == last else f".flatten({first}, {first + count - 1})")
        last -= count - 1
    edits.append(Edit(source.end(call), source.end(call), "".join(merges), rank=-source.end(call)))
    return _without_unused(file, subject, edits, [part for parts in factors for part in parts])


def _stands_in_brackets(source: Source, step: Reshape, index: int) -> bool:
    """Whether a size has brackets of its own, where two would be a tuple."""
    call, target = step.call, step.targets[index]
    held = next((part for part in call.args if isinstance(part, (ast.Tuple, ast.List)) and target in part.elts), None)
    if index:
        start = source.end(step.targets[index - 1])
    else:
        start = source.end(call.func) if held is None else source.start(held)
    opened = re.sub(r"#.*", "", source.text[start : source.start(target)]).count("(")
    return opened > (index == 0 and not isinstance(held, ast.List))


def _without_unused(file: File, step: Reshape, edits: Iterable[Edit], kept: Iterable[ast.expr], doubt: str = "") -> Answer:
    """The proposal to make the edits, and to take away the assignments that nothing reads behind them."""
    unused = _unused(file, step, kept)
    if isinstance(unused, Refusal):
        return unused
    return Proposal((*edits, *unused), safety="unsafe" if doubt else "safe", reason=doubt)


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


def _unused(file: File, step: Reshape, kept: Iterable[ast.expr]) -> list[Edit] | Refusal:
    """The edits that take away assignments which nothing reads once the sizes that are not ``kept`` are gone.

    One that is still read is put down as it is, in an edit like no other: another fix that takes away a use then waits,
    and sees this one's result.
    """
    source, function = file.source, _outermost(step)
    before, behind = Counter(_names(step.targets, ast.Load)), Counter(_names(kept, ast.Load))
    reads, writes = Counter(_names([function], ast.Load, ast.Del)), Counter(_names([function], ast.Store))
    reads += behind - before
    gone = before - behind
    shared = _shared(function, step.function)
    edits: dict[ast.Assign | ast.Name, Edit] = {}
    queue = [*gone, *(behind - before)]
    while queue:
        name = queue.pop()
        found = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and name in _bound(node)]
        unread = all(reads[each] <= gone[each] for each in (name, *(other for node in found for other in _bound(node))))
        in_sight = len(found) == writes[name] and all(_only_reads(node.value) for node in found)
        in_sight = in_sight and shared.isdisjoint(_names(found, ast.Store))
        if not in_sight and name in _alone(function):
            if unread:
                return Refusal(f"`{name}` would be left without a use")
            for stored in _stored(function, name):
                edits[stored] = Edit(source.start(stored), source.end(stored), name, rank=source.end(step.call))
        for node in found if in_sight else ():
            start, end = source.lines_of(node)
            if unread and not (source.is_alone(node) and _stands_among_others(function, node, edits)):
                return Refusal(f"`{name}` would be left without a use")
            if unread and (node not in edits or edits[node].text):
                freed = Counter(_names([node.value], ast.Load))
                gone += freed
                queue += freed
            edits[node] = Edit(start, end, "" if unread else source.text[start:end], rank=source.end(step.call))
    return list(edits.values())


def _is_tried(step: Reshape) -> bool:
    """Whether code is ready for sizes that do not fit. Splits and merges only fail where a size leaves a rest."""
    bodies = (
        node.body
        for node in ast.walk(_outermost(step))
        if isinstance(node, ast.Try) and node.handlers or isinstance(node, ast.With) and any(map(_suppresses, node.items))
    )
    return any(part is step.node for body in bodies for statement in body for part in ast.walk(statement))


def _suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] == "suppress"


def _outermost(step: Reshape) -> AnyFunction:
    """The method or plain function whose names a step may use."""
    owner = step.stands_in
    return owner.node if isinstance(owner, FunctionFacts) else method_around(step) or step.function


def _shared(function: AnyFunction, inner: AnyFunction) -> frozenset[str]:
    """The names of a function that may be read in other ways than by themselves where they stand."""
    if not _BY_TEXT.isdisjoint(_names([function], ast.Load)):
        return frozenset(_names([function], ast.Store))
    return rebound_names(function) | (frozenset() if function is inner else bound_names(function) - bound_names(inner))


def _names(nodes: Iterable[ast.AST], *contexts: type[ast.expr_context]) -> Iterator[str]:
    """The names that are read, written or deleted, as often as they are."""
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Name) and isinstance(node.ctx, contexts):
                yield node.id


def _stored(function: AnyFunction, name: str) -> Iterator[ast.Name]:
    """Where a name is bound."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            yield node


def _bound(node: ast.Assign) -> list[str]:
    """The names that an assignment binds: one, or several to as many values side by side."""
    target = node.targets[0]
    if len(node.targets) > 1:
        return []
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        names = [part.id for part in target.elts if isinstance(part, ast.Name)]
        return names if len(names) == len(target.elts) else []
    return [target.id] if isinstance(target, ast.Name) else []


def _alone(function: AnyFunction) -> frozenset[str]:
    """The names that are bound one by one somewhere, so that one without a use is noticed. Nobody minds those of a whole shape."""
    every, unpacked = Counter(_names([function], ast.Store)), Counter[str]()
    for node in ast.walk(function):
        if isinstance(node, (ast.Assign, ast.For, ast.comprehension)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            tuples = [target for target in targets if isinstance(target, (ast.Tuple, ast.List))]
            side_by_side = isinstance(node, ast.Assign) and isinstance(node.value, (ast.Tuple, ast.List))
            unpacked.update(() if side_by_side else _names(tuples, ast.Store))
    return frozenset(every - unpacked)


def _only_computes(node: ast.expr) -> bool:
    """Whether a size may be left out, since working it out does nothing else."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in _NUMBERS:
                pass
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in ("size", "dim", "numel") or dotted(owner) == "math":
                pass
            case ast.Call() | ast.NamedExpr() | ast.Await() | ast.Yield() | ast.YieldFrom():
                return False
    return True


def _only_reads(value: ast.expr) -> bool:
    """Whether an expression only computes with numbers that it reads, so that nothing is lost with it."""
    match value:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=owner) | ast.Subscript(value=owner, slice=ast.Constant() | ast.UnaryOp()):
            return _only_reads(owner)
        case ast.Call(func=ast.Attribute(value=owner, attr="size"), args=arguments, keywords=[]):
            return _only_reads(owner) and all(isinstance(each, (ast.Constant, ast.UnaryOp)) for each in arguments)
        case ast.BinOp(left=left, right=right):
            return _only_reads(left) and _only_reads(right)
        case ast.UnaryOp(operand=operand):
            return _only_reads(operand)
        case ast.Tuple(elts=parts):
            return all(map(_only_reads, parts))
    return False


def _stands_among_others(function: AnyFunction, statement: ast.stmt, edits: Mapping[ast.Assign | ast.Name, Edit]) -> bool:
    """Whether a statement is not all there is of its block, beside those that the ``edits`` take away."""
    blocks = (getattr(node, field, None) for node in ast.walk(function) for field in ("body", "orelse", "finalbody"))
    gone = {node for node, edit in edits.items() if not edit.text}
    return any(isinstance(block, list) and statement in block and {*block} - gone != {statement} for block in blocks)

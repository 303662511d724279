"""Names that lose their last use: the assignments that only computed them go."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from modulint.fixers.edits import Edit
from modulint.fixers.proposal import Refusal
from modulint.lint.classes import FunctionFacts
from modulint.lint.file import File, method_around
from modulint.lint.forward import Fraction, PaddedSize, Padding, Reshape
from modulint.lint.scopes import AnyFunction, bound_names, rebound_names, walk

# Builtins that read names by their text, or all there are.
_BY_TEXT = frozenset({"dir", "eval", "exec", "locals", "vars"})


def unused(
    file: File, step: Reshape | Padding | Fraction | PaddedSize, kept: Iterable[ast.expr], dropped: Iterable[ast.expr] | None = None
) -> list[Edit] | Refusal:
    """The edits that take away assignments which nothing reads once what is ``kept`` stands in place of what is ``dropped``:
    all sizes of the step, if nothing else is said.

    One that is still read is put down as it is, in an edit like no other: another fix that takes away a use then waits,
    and sees this one's result.
    """
    source, function = file.source, outermost(step)
    before, behind = Counter(_names(step.targets if dropped is None else dropped, ast.Load)), Counter(_names(kept, ast.Load))
    reads, writes = Counter(_names([function], ast.Load, ast.Del)), Counter(_names([function], ast.Store))
    reads += behind - before
    gone = before - behind
    shared = _shared(function, step.function)
    edits: dict[ast.Assign | ast.Name, Edit] = {}
    queue = [*gone, *(behind - before)]
    while queue:
        name = queue.pop()
        found = [node for node in walk(function) if isinstance(node, ast.Assign) and name in _bound(node)]
        unread = all(reads[each] <= gone[each] for each in (name, *(other for node in found for other in _bound(node))))
        in_sight = len(found) == writes[name] and all(_only_reads(node.value) for node in found)
        in_sight = in_sight and shared.isdisjoint(_names(found, ast.Store))
        if not in_sight and name in _alone(function):
            if unread:
                return Refusal(f"`{name}` would be left without a use")
            for stored in _stored(function, name):
                edits[stored] = Edit(source.start(stored), source.end(stored), name, rank=source.end(step.node))
        for node in found if in_sight else ():
            start, end = source.lines_of(node)
            if unread and not (source.is_alone(node) and _stands_among_others(function, node, edits)):
                return Refusal(f"`{name}` would be left without a use")
            if unread and (node not in edits or edits[node].text):
                freed = Counter(_names([node.value], ast.Load))
                gone += freed
                queue += freed
            edits[node] = Edit(start, end, "" if unread else source.text[start:end], rank=source.end(step.node))
    return list(edits.values())


def outermost(step: Reshape | Padding | Fraction | PaddedSize) -> AnyFunction:
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
        for node in walk(root):
            if isinstance(node, ast.Name) and isinstance(node.ctx, contexts):
                yield node.id


def _stored(function: AnyFunction, name: str) -> Iterator[ast.Name]:
    """Where a name is bound."""
    for node in walk(function):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            yield node


def _bound(node: ast.Assign) -> list[str]:
    """The names that an assignment binds: one, or several to one value, or to as many side by side."""
    target = node.targets[0]
    if len(node.targets) > 1:
        every = [each.id for each in node.targets if isinstance(each, ast.Name)]
        return every if len(every) == len(node.targets) else []
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        names = [part.id for part in target.elts if isinstance(part, ast.Name)]
        return names if len(names) == len(target.elts) else []
    return [target.id] if isinstance(target, ast.Name) else []


def _alone(function: AnyFunction) -> frozenset[str]:
    """The names that are bound one by one somewhere, so that one without a use is noticed. Nobody minds those of a whole shape."""
    every, unpacked = Counter(_names([function], ast.Store)), Counter[str]()
    for node in walk(function):
        if isinstance(node, (ast.Assign, ast.For, ast.comprehension)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            tuples = [target for target in targets if isinstance(target, (ast.Tuple, ast.List))]
            side_by_side = isinstance(node, ast.Assign) and isinstance(node.value, (ast.Tuple, ast.List))
            unpacked.update(() if side_by_side else _names(tuples, ast.Store))
    return frozenset(every - unpacked)


def _only_reads(value: ast.expr) -> bool:
    """Whether an expression only computes with numbers that it reads, so that nothing is lost with it."""
    match value:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=owner) | ast.Subscript(value=owner, slice=ast.Constant() | ast.UnaryOp()):
            return _only_reads(owner)
        case ast.Call(func=ast.Attribute(value=owner, attr="size"), args=arguments, keywords=[]):
            return _only_reads(owner) and all(isinstance(each, (ast.Constant, ast.UnaryOp)) for each in arguments)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"), attr="ceil"), args=[argument], keywords=[]):
            return _only_reads(argument)
        case ast.BinOp(left=left, right=right):
            return _only_reads(left) and _only_reads(right)
        case ast.UnaryOp(operand=operand):
            return _only_reads(operand)
        case ast.Tuple(elts=parts):
            return all(map(_only_reads, parts))
    return False


def _stands_among_others(function: AnyFunction, statement: ast.stmt, edits: Mapping[ast.Assign | ast.Name, Edit]) -> bool:
    """Whether a statement is not all there is of its block, beside those that the ``edits`` take away."""
    blocks = (getattr(node, field, None) for node in walk(function) for field in ("body", "orelse", "finalbody"))
    gone = {node for node, edit in edits.items() if not edit.text}
    return any(isinstance(block, list) and statement in block and {*block} - gone != {statement} for block in blocks)

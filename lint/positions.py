"""Positions that do not start at zero: ``torch.arange(1, n + 1)`` counts as ``torch.arange(n) + 1`` does.

A trace holds ``n + 1`` as an operation of its own where ``n`` is a size, and quantizers count it; a sum with a tensor can
be a module.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from modulint.lint.forward import Site
from modulint.lint.forward.parameters import takes_integer
from modulint.lint.scopes import AnyFunction, bindings_of, parameters, walk


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """``count`` positions from ``start``, as the call of a site writes them."""

    site: Site
    start: ast.Constant
    count: ast.expr


def positions_of(site: Site) -> Positions | None:
    """The positions that a call counts, where these are shown to be integers and their number may be a size."""
    call = site.call
    if site.operation is None or site.operation.name != "torch.arange" or any(keyword.arg != "device" for keyword in call.keywords):
        return None
    match call.args:
        case [ast.Constant(value=int(first)) as start, ast.BinOp(op=ast.Add(), left=left, right=right)]:
            for count, added in ((left, right), (right, left)):
                if isinstance(added, ast.Constant) and type(added.value) is type(first) is int and added.value == first:
                    return Positions(site, start, count) if _is_count(site.function, count) else None
    return None


def _is_count(function: AnyFunction, node: ast.expr) -> bool:
    """Whether an expression is the size of a tensor, or an argument that is annotated as an integer."""
    if not isinstance(node, ast.Name):
        return _is_size(node)
    values = bindings_of(function, node.id)
    if node.id in parameters(function):
        return not values and takes_integer(function, node.id)
    unpacked = [
        part
        for each in walk(function)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Tuple) and _is_shape(each.value)
        for part in each.targets[0].elts
        if isinstance(part, ast.Name) and part.id == node.id
    ]
    return len(unpacked) == values.count(None) and all(value is None or _is_size(value) for value in values) and bool(values)


def _is_shape(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr="shape") | ast.Call(func=ast.Attribute(attr="size"), args=[], keywords=[]):
            return True
        case ast.Subscript(value=whole, slice=ast.Slice()):
            return _is_shape(whole)
    return False


def _is_size(node: ast.expr) -> bool:
    match node:
        case ast.Subscript(value=whole, slice=ast.Constant() | ast.UnaryOp()):
            return _is_shape(whole)
        case ast.Call(func=ast.Attribute(attr="size"), args=[_], keywords=[]):
            return True
    return False

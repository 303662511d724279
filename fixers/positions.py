"""Positions that do not start at zero: ``torch.arange(1, n + 1)`` counts as ``torch.arange(n) + 1`` does.

A trace holds ``n + 1`` as an operation of its own where ``n`` is a size, and quantizers count it; a sum with a tensor can
be a module.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from modulint.fixers.argument_types import type_of
from modulint.fixers.edits import Edit
from modulint.lint.file import File
from modulint.lint.forward import Site
from modulint.lint.rules.computed_size import RULE as COMPUTED_SIZE
from modulint.lint.scopes import parameters


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """``count`` positions from ``start``, as a call writes them."""

    start: ast.Constant
    count: ast.expr
    keywords: tuple[ast.keyword, ...]

    @property
    def call(self) -> ast.Call:
        """A call of ``torch.arange`` that counts from zero."""
        return ast.Call(ast.Name("arange", ast.Load()), [self.count], [*self.keywords])

    def edits(self, file: File, site: Site, name: str) -> tuple[Edit, ...] | None:
        """``(self.arange(n, device=device) + 1)``; None where a comment would be lost."""
        source, call = file.source, site.call
        end = call.args[1]
        first, last = source.start(self.count), source.end(self.count)
        dropped = source.text[source.end(call.func) : first] + source.text[last : source.end(end)]
        if "#" in dropped:
            return None
        return (
            Edit(source.start(call), first, f"({name}("),
            Edit(last, source.end(end), ""),
            Edit(source.end(call), source.end(call), f" + {source.code(self.start)})"),
        )


def shifted(file: File, site: Site) -> Positions | None:
    """The positions that a call counts, if these are integers, and sizes that are computed are looked for."""
    operation, call = site.operation, site.call
    if operation is None or operation.name != "torch.arange" or not file.settings.enabled(COMPUTED_SIZE.code):
        return None
    if len(call.args) != 2 or any(keyword.arg != "device" for keyword in call.keywords):
        return None
    match call.args:
        case [ast.Constant(value=int(first)) as start, ast.BinOp(op=ast.Add(), left=left, right=right)]:
            for count, added in ((left, right), (right, left)):
                if isinstance(added, ast.Constant) and type(added.value) is type(first) is int and added.value == first:
                    return Positions(start, count, tuple(call.keywords)) if _is_integer(site, count) else None
    return None


def _is_integer(site: Site, node: ast.expr) -> bool:
    """Whether an expression is shown to be an integer: it is annotated so, or nothing but the size of a tensor."""
    if type_of(site.stands_in, site.function, node, "other") == "int" or _is_size(node):
        return True
    if not isinstance(node, ast.Name) or isinstance(site.function, ast.Lambda) or node.id in parameters(site.function):
        return False
    sizes = set[ast.expr]()
    for each in ast.walk(site.function):
        match each:
            case ast.Assign(targets=[ast.Name() as target], value=value) if _is_size(value):
                sizes.add(target)
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=value) if _is_shape(value):
                sizes.update(parts)
    stored = [each for each in ast.walk(site.function) if isinstance(each, ast.Name) and each.id == node.id]
    return all(isinstance(each.ctx, ast.Load) or each in sizes for each in stored)


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

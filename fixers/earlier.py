"""A quotient of the size of a tensor that is gone by then: it gets a name where the tensor was asked for its size.

``b, c, h, w = x.shape`` is followed by ``h_parts = x[:, :, k - 1::k].shape[2]``, which is ``h // k`` whatever becomes of ``x``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.fixers.edits import Edit
from modulint.fixers.unused import outermost
from modulint.lint.forward import Axis, Fraction
from modulint.lint.forward.expressions import place_of
from modulint.lint.scopes import AnyFunction, bindings_of, bound_names, children, rebound_names, walk
from modulint.lint.source import Source


@dataclass(frozen=True, slots=True)
class Earlier:
    """The axis of a tensor that a size was asked for by ``asked``, and the statements from there to where it is divided."""

    axis: Axis
    size: str
    asked: ast.Assign
    between: tuple[ast.stmt, ...]


def earlier(step: Fraction) -> Earlier | None:
    """Where the size that a step divides was asked for, if that statement runs whenever this one does, and just before."""
    function, dividend = step.function, step.operator.left
    if not isinstance(dividend, ast.Name) or isinstance(function, ast.Lambda) or outermost(step) is not function:
        return None
    size = dividend.id
    if size in rebound_names(function) or _times_bound(function, size) != 1:
        return None
    for block in _blocks(function):
        for place, statement in enumerate(block):
            axis = _asked(statement, size)
            if axis is None or not isinstance(statement, ast.Assign):
                continue
            last = next((index for index, each in enumerate(block) if index > place and _runs_first(each, step.operator)), None)
            if last is not None and not any(map(_may_leave, block[place + 1 : last])):
                return Earlier(axis, size, statement, tuple(block[place + 1 : last]))
    return None


class Names:
    """The names that quotients have where their dividends were asked for, and the statements that are to bind them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.made: dict[ast.Assign, tuple[Earlier, dict[str, str]]] = {}

    def name_of(self, step: Fraction, found: Earlier, text: str) -> str:
        """The name for a quotient that is written as ``text``: one that has it already, or a free one."""
        _, known = self.made.setdefault(found.asked, (found, {}))
        if text not in known:
            known[text] = self._there(step, found, text) or self._free(step, found)
        return known[text]

    def edits(self, freed: list[Edit]) -> list[Edit]:
        """The edits that write the statements, with those that take others away."""
        for found, known in self.made.values():
            bound = {name for name in map(_bound_name, found.between) if name}
            lines = [f"{name} = {text}" for text, name in known.items() if name not in bound]
            freed = self._with(found, lines, freed) if lines else freed
        return freed

    def _there(self, step: Fraction, found: Earlier, text: str) -> str:
        for statement in found.between:
            if (name := _bound_name(statement)) and isinstance(statement, ast.Assign):
                if self.source.code(statement.value) == text and _times_bound(step.function, name) == 1:
                    return name
        return ""

    def _free(self, step: Fraction, found: Earlier) -> str:
        taken = {node.id for node in walk(step.function) if isinstance(node, ast.Name)} | bound_names(step.function)
        taken |= {name for _, known in self.made.values() for name in known.values()}
        name, number = f"{found.size}_parts", 2
        while name in taken:
            name, number = f"{found.size}_parts{number}", number + 1
        return name

    def _with(self, found: Earlier, lines: list[str], freed: list[Edit]) -> list[Edit]:
        """Statements behind the one that asked for the size, and behind those that are like them already."""
        statement: ast.Assign = found.asked
        for each in found.between:
            if not isinstance(each, ast.Assign) or not _is_of_the_same(each, found.axis.tensor):
                break
            statement = each
        start, end = self.source.lines_of(statement)
        there = next((edit for edit in freed if (edit.start, edit.end) == (start, end)), None)
        kept = self.source.text[start:end] if there is None else there.text
        ending = self.source.text[len(self.source.text[:end].rstrip("\r\n")) : end]
        written = "".join(f"{self.source.indent(statement.lineno)}{line}{ending}" for line in lines)
        # All that concerns the statement is one edit: what else would change it waits.
        return [*(edit for edit in freed if edit is not there), Edit(start, end, kept + written)]


def _bound_name(statement: ast.stmt) -> str:
    """The name that a statement binds, and nothing else."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _is_of_the_same(statement: ast.stmt, tensor: str) -> bool:
    """Whether a statement gives a name to the size of a slice of a tensor, as this fix writes it."""
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=target)],
            value=ast.Subscript(value=ast.Attribute(value=ast.Subscript(value=ast.Name(id=name)), attr="shape")),
        ):
            return target != name == tensor
    return False


def _asked(statement: ast.stmt, size: str) -> Axis | None:
    """The axis whose size a statement gives a name: ``b, c, h, w = x.shape``, ``h = x.shape[2]``. The tensor keeps its own."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=parts)], value=value):
            names, tensor = [part.id if isinstance(part, ast.Name) else "" for part in parts], _shape_of(value)
            if tensor and all(names) and tensor not in names and names.count(size) == 1:
                return Axis(tensor, names.index(size))
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Subscript(value=value, slice=index)
            | ast.Call(func=ast.Attribute(attr="size") as value, args=[index], keywords=[]),
        ):
            axis, tensor = place_of(index), _shape_of(value)
            if name == size != tensor and tensor and axis is not None:
                return Axis(tensor, axis)
    return None


def _shape_of(node: ast.expr) -> str:
    """The name of the tensor whose shape an expression is: ``x.shape``, ``x.size()`` or ``x.size`` in front of its brackets."""
    match node:
        case ast.Attribute(value=ast.Name(id=tensor), attr="shape" | "size"):
            return tensor
        case ast.Call(func=ast.Attribute(value=ast.Name(id=tensor), attr="size"), args=[], keywords=[]):
            return tensor
    return ""


def _times_bound(function: AnyFunction, name: str) -> int:
    return len(bindings_of(function, name)) if name in bound_names(function) else 0


def _blocks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a function."""
    for node in walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                yield block


def _runs_first(statement: ast.stmt, part: ast.expr) -> bool:
    """Whether a statement works out an expression whenever it runs, and once."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)):
        return False
    queue: list[ast.AST] = [statement]
    while queue:
        node = queue.pop()
        if node is part:
            return True
        if isinstance(node, (ast.IfExp, ast.BoolOp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        queue += children(node)
    return False


def _may_leave(statement: ast.stmt) -> bool:
    """Whether what follows a statement may not run."""
    return any(isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break, ast.Assert, ast.Yield)) for node in walk(statement))

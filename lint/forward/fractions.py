"""Quotients and differences of sizes, as sizes that slices have.

Every ``k``-th position of ``n``, counted from the ``k``-th on, is there ``n // k`` times, whatever is left over:
``x[:, k - 1::k].shape[1]`` is ``x.shape[1] // k``. And as long as ``n`` is not smaller than ``k``, ``x[:, k:]`` has ``n - k``.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from modulint.lint.forward.sizing import Sizes
from modulint.lint.forward.steps import Axis, Fraction, Slicing
from modulint.lint.sizes import Size
from modulint.lint.values import Value


class Fractions(Sizes):
    """Notes where the size of a tensor is divided, or a number is taken away from it."""

    def note_fraction(self, node: ast.AST, parts: Sequence[ast.expr], operands: Sequence[Value], value: Value) -> None:
        """Note an operator, with the slice that a tensor at hand has for it."""
        if self.path is None or not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.FloorDiv, ast.Sub)):
            return
        whole, size = operands[0].size, value.size
        if whole is None or not whole.traced or size is None:
            return
        plan = self._axis_of(size) or self._slicing(node.op, whole, parts[1], operands[1])
        left_out = whole.is_computed and self.may_be_left_out(whole)
        step = self.path.fraction_of(node)
        if step is None:
            step = Fraction(node=node, **self.here, plan=plan, size=size, may_be_left_out=left_out)
            self.path.add(step)
        elif step.plan != plan:
            step.plan = "it is the size of another tensor when it is computed again"
        step.size, step.may_be_left_out = size, step.may_be_left_out or left_out

    def _slicing(self, operator: ast.operator, whole: Size, part: ast.expr, value: Value) -> Slicing | str:
        axis = self._axis_of(whole)
        if axis is None:
            return "the size is not shown to be that of a tensor at hand"
        size = self.size_of(part, value)
        if size is not None and size.traced:
            by = self._axis_of(size)
            return Slicing(axis, by) if by is not None else "the size on its right is not shown to be that of a tensor at hand"
        if size is None or size.number < 1 or isinstance(operator, ast.Sub) and size.factors:
            return "the number on its right is not shown to be positive"
        return Slicing(axis, None)

    def _axis_of(self, size: Size) -> Axis | None:
        """An axis of that size of a tensor that has a name of its own here."""
        if self.state is None or not self.keeps_shapes(self.frame.owner):
            return None
        for name, value in self.state.names.items():
            if not value.is_tensor or not name.isidentifier() or not self.frame.has_alone(name):
                continue
            if value.dims is not None:
                if size in value.dims:
                    return Axis(name, value.dims.index(size))
            elif value.tensor and size.number == 1 and len(size.factors) == 1:
                kind, *place = size.factors[0]
                if kind == "axis" and place[0] == value.tensor and isinstance(place[1], int):
                    return Axis(name, place[1])
        return None

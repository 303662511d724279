"""Tensors that are reshaped or padded to computed sizes: noted where the walk comes by, with what the sizes are made of."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from modulint.lint.forward.fractions import Fractions
from modulint.lint.forward.steps import Factors, Fraction, PaddedSize, Padding, Reshape, ToMultiples
from modulint.lint.scopes import bindings_of
from modulint.lint.sizes import ZERO, Size, axis_size, regrouping
from modulint.lint.values import Value


class Resizing(Fractions):
    """Notes reshapes, padding, and the sizes of axes behind it."""

    def note_first(self, node: ast.Call, tensor: ast.expr, given: Sequence[tuple[ast.expr, Value]]) -> None:
        """Note a reshape of whose sizes the first ones are written: ``x.reshape((batch * heads, width) + grid)``."""
        match given:
            case [(ast.BinOp(left=ast.Tuple(elts=parts), op=ast.Add()), _)] if not any(isinstance(each, ast.Starred) for each in parts):
                sizes = [self.size_of(part, self.silently(part)) for part in parts]
                self.note_reshape(node, tensor, None, parts, sizes, more=True)

    def note_reshape(
        self,
        node: ast.Call,
        tensor: ast.expr,
        dims: tuple[Size, ...] | None,
        targets: list[ast.expr],
        sizes: list[Size | None],
        more: bool = False,
    ) -> None:
        """Note a reshape to sizes of which some are computed."""
        computed = [part for part, size in zip(targets, sizes) if size is not None and size.is_computed]
        if self.path is None or not computed:
            return
        plan = "the shape of the tensor is not shown" if dims is None else regrouping(dims, sizes)
        factors = self._all_factors(node, targets, sizes)
        fractions = self._fractions_in(sizes)
        step = self.path.reshape_of(node)
        if step is None:
            step = Reshape(
                node=node,
                **self.here,
                tensor=tensor,
                targets=tuple(targets),
                computed=computed[0],
                plan=plan,
                factors=factors,
                fractions=fractions,
                more=more,
            )
            self.path.add(step)
        else:
            if step.plan != plan:
                step.plan = "its sizes are made of other axes when it runs again"
            if step.factors != factors:
                step.factors = None
            if step.fractions != fractions:
                step.fractions = ()
        self.note_run(step, node)

    def _fractions_in(self, sizes: Sequence[Size | None]) -> tuple[Fraction, ...]:
        """The quotients and differences of this function that sizes are, or have for a factor."""
        assert self.path is not None
        every = (factor for size in sizes if size is not None for factor in size.factors)
        factors = {factor for factor in every if factor[0] in ("ceiling", "quotient", "worked out")}
        steps = [step for step in self.path.fractions if step.function is self.frame.function]
        return tuple(step for step in steps if len(step.size.factors) == 1 and step.size.factors[0] in factors)

    def _all_factors(
        self, node: ast.Call, targets: Sequence[ast.expr], sizes: Sequence[Size | None]
    ) -> tuple[Factors, ...] | None:
        """What the sizes of a reshape are products of, None where one is computed in another way."""
        found: list[Factors] = []
        for target, size in zip(targets, sizes):
            factors = (target,) if size is None or not size.is_computed else self._factors(target, size)
            if factors is None or (node.args == [target] and size and any(factor[0] == "setting" for factor in size.factors)):
                return None  # a single argument may be a whole shape, `n * self.shape`
            found.append(factors)
        return tuple(found)

    def _factors(self, node: ast.expr, size: Size | None) -> Factors | None:
        """What a size is the product of: sizes and numbers that need no operation of their own."""
        if size is None or size.number < 0:
            return None
        if not size.is_computed:
            return (node,)
        match node:
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                parts = [self._factors(part, self.size_of(part, self.silently(part))) for part in (left, right)]
                return None if parts[0] is None or parts[1] is None else parts[0] + parts[1]
            case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int(times))):
                factors = self._factors(left, self.size_of(left, self.silently(left)))
                return None if factors is None else factors * times
            case ast.Name(id=name):
                for written in filter(None, bindings_of(self.frame.function, name)):  # it need not give the same any more
                    if self.size_of(written, self.silently(written)) == size and (found := self._factors(written, size)):
                        return found
        return None

    def note_padding(
        self, node: ast.Call, tensor: Value, targets: list[ast.expr], amounts: list[Size | None]
    ) -> None:
        """Note a padding by numbers of which some are computed."""
        computed = [size for size in amounts if size is not None and (size.is_computed or size.padding is not None)]
        if self.path is None or not computed or len(node.args) != 2:
            return
        plan = self._to_multiples(tensor, amounts)
        written = targets[amounts.index(computed[0])] if len(targets) == len(amounts) else targets[0]
        step = self.path.padding_of(node)
        if step is None:
            step = Padding(node=node, **self.here, targets=tuple(targets), computed=written, plan=plan)
            self.path.add(step)
        elif step.plan != plan:
            step.plan = "it is padded in another way when it runs again"

    def _to_multiples(self, tensor: Value, amounts: list[Size | None]) -> ToMultiples | str:
        """Up to where the last axes are padded behind, or why that is not shown."""
        dims = tensor.dims
        if len(amounts) % 2 or (dims is not None and len(amounts) > 2 * len(dims)):
            return "it has other axes than are padded"
        multiples, sizes = list[ast.expr | None](), list[ast.expr | None]()
        own = True
        for place, (before, after) in enumerate(zip(amounts[::2], amounts[1::2])):
            missing = after.padding if after is not None else None
            if before == after == ZERO:
                multiples.append(None)
                sizes.append(None)
            elif before != ZERO or missing is None or missing[1].traced:
                return "it is not shown to be padded behind, up to the next multiple of a number"
            else:
                multiples.append(self.named(self.divisors, missing[1]))
                sizes.append(self.named(self.dividends, missing[0]) if missing[0].is_axis else None)
                size = axis_size(tensor.tensor, -1 - place) if dims is None else dims[-1 - place]
                own = own and missing[0] == size and (dims is not None or tensor.tensor != 0)
                if multiples[-1] is None:
                    return "the number up to whose next multiple it is padded has no name here"
                if not own and None in (sizes[index] for index, each in enumerate(multiples) if each is not None):
                    return "the size up to whose next multiple it is padded is not shown to be its own"
        return ToMultiples(tuple(reversed(multiples)), () if own else tuple(reversed(sizes)))

    def note_sum(self, node: ast.expr, operands: Sequence[Value], size: Size | None) -> None:
        """Note a sum that is the size of an axis behind padding, and a tensor that has this size by now."""
        if self.path is None or self.state is None or size is None or not size.is_computed:
            return
        if all(operand.size is None or operand.size.padding is None for operand in operands):
            return
        has_it = (
            (name, value.dims.index(size))
            for name, value in self.state.names.items()
            if value.is_tensor and value.dims and size in value.dims and self.frame.has_alone(name)
        )
        found = next(has_it, ("", 0))
        step = self.path.padded_size_of(node)
        if step is None:
            step = PaddedSize(
                node=node,
                **self.here,
                tensor=found[0],
                axis=found[1],
                may_be_left_out=self.may_be_left_out(size),
            )
            self.path.add(step)
        elif (step.tensor, step.axis) != found:
            step.tensor = ""

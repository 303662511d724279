"""Shapes on the walk: which sizes tensors have, as far as their axes are told apart, and what calls make of them.

A shape is known where the code takes it apart (``b, c, h, w = x.shape``), and is followed from there: within one function,
and through the calls in it that give a tensor back.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import prod

from modulint.lint.forward.module_shapes import constructor_calls, shape_behind, split
from modulint.lint.forward.resizing import Resizing
from modulint.lint.sizes import ONE, ZERO, Size, axis_size
from modulint.lint.values import OTHER, Value

# Calls after which a tensor has the shape that it had before, by the last parts of their names.
_KEEPING = frozenset(
    "abs bfloat16 clamp clip clone contiguous cos cpu cuda detach double dropout elu erf exp float gelu half hardsigmoid "
    "flip hardswish hardtanh layer_norm leaky_relu log log_softmax mish neg normalize relu relu6 rms_norm roll rsqrt selu sigmoid "
    "sign silu sin softmax softplus sqrt square tanh to type type_as batch_norm group_norm instance_norm".split()
)
_BROADCASTING = frozenset({"clamp", "clip"})
_RESHAPING = frozenset({"view", "reshape"})
_PRODUCTS = frozenset({"matmul", "bmm"})


class Shapes(Resizing):
    """Follows shapes from one tensor to the next."""

    def elementwise(self, operands: Sequence[Value]) -> tuple[Size, ...] | None:
        """The shape that an operator on tensors and numbers gives."""
        known = [operand.dims for operand in operands if operand.kind != "other" or not operand.shown]
        return known[0] if known and all(dims == known[0] for dims in known) else None

    def product(self, operands: Sequence[Value]) -> tuple[Size, ...] | None:
        """The shape of a product of matrices, of which there are as many on both sides."""
        if len(operands) != 2:
            return None
        left, right = (operand.dims or () for operand in operands)
        return (*left[:-1], right[-1]) if min(len(left), len(right)) > 1 and left[:-2] == right[:-2] else None

    def indexed(self, tensor: Value, index: ast.expr) -> tuple[Size, ...] | None:
        """The shape of ``x[index]``: an axis that is taken whole keeps its size."""
        if tensor.dims is None:
            return None
        parts = list(index.elts) if isinstance(index, ast.Tuple) else [index]
        written = [part for part in parts if not _is_constant(part, None)]
        gaps = [place for place, part in enumerate(parts) if _is_constant(part, Ellipsis)]
        if len(gaps) > 1 or not all(isinstance(part, ast.Slice) or _is_plain_index(part) for part in parts):
            return None
        whole = [ast.Slice()] * (len(tensor.dims) - len(written) + len(gaps))
        place = gaps[0] if gaps else len(parts)
        parts[place : place + 1] = whole
        number, axis, dims = self.number(), 0, list[Size]()
        for part in parts:
            if _is_constant(part, None):
                dims.append(Size())
                continue
            if axis >= len(tensor.dims):
                return None
            if isinstance(part, ast.Slice):
                dims.append(self._sliced(tensor.dims[axis], part) or axis_size(number, axis))
            axis += 1
        return tuple(dims)

    def _sliced(self, size: Size, part: ast.Slice) -> Size | None:
        """The size that a slice leaves: all of it, what it was before it was padded, or the quotient that ``x[k - 1::k]`` has."""
        if part.upper is not None:
            upper = self.size_of(part.upper, self.silently(part.upper))
            if part.lower is not None or part.step is not None or upper is None or upper.number < 0:
                return None
            missing = size - upper
            return upper if upper == size or (missing is not None and missing.padding is not None) else None
        if (part.lower is None) != (part.step is None):
            return None
        match part.lower, part.step:
            case None, None:
                return size
            case ast.Constant(value=int(first)), ast.Constant(value=int(step)) if step == first + 1 > 0:
                return size // Size(step)
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=1)), ast.expr() as step:
                divisor = self.size_of(step, self.silently(step)) if ast.dump(left) == ast.dump(step) else None
                return None if divisor is None or divisor.traced else size // divisor
        return None

    def through_module(self, module: Value, given: Sequence[Value], result: Value) -> Value:
        """What a torch module gives, with its shape."""
        dims, name = given[0].dims if given else None, module.name
        if dims is None or not result.is_tensor or not self.is_kept(module):
            return result
        number = self.number()
        shape = shape_behind(name, self._constructions(module), dims, partial(axis_size, number), self._at_construction)
        return result if shape is None else replace(result, tensor=number, dims=shape)

    def _constructions(self, module: Value) -> tuple[ast.Call, ...]:
        """The calls that may have constructed a module, none where that is not in sight."""
        if module.kind == "built":
            return (module.node,) if isinstance(module.node, ast.Call) else ()
        return constructor_calls([assignment.value for _, assignment in self.context.attribute(module.path)], module.name)

    def _at_construction(self, node: ast.expr) -> Size | None:
        """What an argument of a constructor is on the forward path: a number, or a setting of the same instance."""
        match node:
            case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
                return self.size_of(node, OTHER)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if self.frame.self_name == "self":
                return self.setting_of(node) if len(self.context.attribute(name)) == 1 else None
        return None

    def is_kept(self, module: Value) -> bool:
        """Whether no other code puts another module in the place of one."""
        return module.kind == "built" or (module.path.isidentifier() and not self.context.may_be_replaced(module.path))

    def through_call(
        self, node: ast.Call, name: str, on: tuple[ast.expr, Value], given: Sequence[tuple[ast.expr, Value]], result: Value
    ) -> Value:
        """What a function or method of this name gives ``on`` a tensor, with its shape; ``given`` are the other arguments."""
        name, tensor = name.rpartition(".")[2], on[1]
        if name == "pad" and tensor.kind == "unknown" and not node.keywords:
            return self._padded(node, tensor, given, result)  # whatever it is, it is padded
        # Nothing else has a `view` that takes sizes.
        shown = tensor.is_tensor or (name == "view" and tensor.kind == "unknown" and len(given) > 1)
        if not shown or not result.is_tensor or (node.keywords and name not in _KEEPING):
            return result
        if name in _RESHAPING:
            targets = self._targets(given)
            if targets is None:
                self.note_first(node, on[0], given)
                return result
            sizes = [self.size_of(*target) for target in targets]
            self.note_reshape(node, on[0], tensor.dims, [part for part, _ in targets], sizes)
            if not self.keeps_shapes(self.frame.owner):
                return result
            number = self.number()
            dims = tuple(
                axis_size(number, axis) if size is None or size.number < 0 else size for axis, size in enumerate(sizes)
            )
            return replace(result, tensor=number, dims=dims)
        if name == "pad":
            return self._padded(node, tensor, given, result)
        if tensor.dims is None:
            return result
        if name == "linear":
            number = self.number()
            return replace(result, tensor=number, dims=(*tensor.dims[:-1], axis_size(number, len(tensor.dims) - 1)))
        if name in _PRODUCTS:
            return replace(result, dims=self.product([tensor, *(value for _, value in given)]))
        if name == "unflatten" and len(given) == 2:
            return self._split(tensor.dims, given, result)
        if name.rstrip("_") in _BROADCASTING and self.elementwise(
            [tensor, *(value for _, value in given), *(self.silently(keyword.value) for keyword in node.keywords)]
        ) is None:
            return result
        moved = _moved(name.rstrip("_"), tensor.dims, [part for part, _ in given])
        return result if moved is None else replace(result, tensor=self.number(), dims=moved)

    def _padded(
        self, node: ast.Call, tensor: Value, given: Sequence[tuple[ast.expr, Value]], result: Value
    ) -> Value:
        """The shape behind ``pad``, which lists two numbers for each axis, the last axis first."""
        dims = tensor.dims
        parts = self._parts(*given[0]) if given else None
        if parts is not None:
            amounts = [self.size_of(*part) for part in parts]
        elif given and given[0][1].items is not None:
            amounts = [value.size for value in given[0][1].items]
        else:
            return result
        self.note_padding(node, tensor, [part for part, _ in parts] if parts is not None else [given[0][0]], amounts)
        if dims is None or len(amounts) % 2 or len(amounts) > 2 * len(dims):
            return result
        number = self.number()
        padded = list(dims)
        for index, (before, after) in enumerate(zip(amounts[::2], amounts[1::2])):
            axis = len(dims) - 1 - index
            size = dims[axis] + after if before == ZERO and after is not None else None
            padded[axis] = axis_size(number, axis) if size is None else size
        return replace(result, tensor=number, dims=tuple(padded))

    def _split(self, dims: tuple[Size, ...], given: Sequence[tuple[ast.expr, Value]], result: Value) -> Value:
        """The shape behind ``unflatten(axis, sizes)``."""
        axis, sizes = given
        targets = self._targets([sizes])
        known = [item.size for item in sizes[1].items or ()] if targets is None else [self.size_of(*target) for target in targets]
        number = _axis(*axis, len(dims))
        parts = split(dims[number], known) if number is not None else None
        if number is None or not parts:
            return result
        return replace(result, tensor=self.number(), dims=(*dims[:number], *parts, *dims[number + 1 :]))

    def _targets(self, given: Sequence[tuple[ast.expr, Value]]) -> Sequence[tuple[ast.expr, Value]] | None:
        """The new sizes, given one by one, or as a tuple or list."""
        if len(given) == 1:
            parts = self._parts(*given[0])
            if parts is not None:
                given = parts
            elif (size := given[0][1].size) is None or size.is_setting:
                return None  # it may be a whole shape, or a dtype
        return None if any(isinstance(part, ast.Starred) for part, _ in given) else given

    def _parts(self, node: ast.expr, value: Value) -> Sequence[tuple[ast.expr, Value]] | None:
        """What a tuple or list holds that is written where it is used."""
        if isinstance(node, ast.List):
            return [(part, self.silently(part)) for part in node.elts]
        return [*zip(node.elts, value.items)] if isinstance(node, ast.Tuple) and value.items is not None else None


def _axis(node: ast.expr, value: Value, rank: int) -> int | None:
    """An axis that is written as a number, or an argument that stands for one, counted from the front."""
    try:
        axis = value.size.number if value.size and not value.size.factors else ast.literal_eval(node)
    except (TypeError, ValueError):
        return None
    return axis % rank if isinstance(axis, int) and -rank <= axis < rank else None


def _is_plain_index(node: ast.expr) -> bool:
    """Whether an index is a number, ``None`` or ``...`` as it is written: ``~mask`` and ``True`` take other axes."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Constant) and not isinstance(node.value, bool)


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _moved(name: str, dims: tuple[Size, ...], parts: list[ast.expr]) -> tuple[Size, ...] | None:
    """The shape after a call that keeps or rearranges axes."""
    if name in _KEEPING:
        return dims
    try:
        given = [ast.literal_eval(part) for part in parts]
        axes = list(given[0]) if len(given) == 1 and isinstance(given[0], (tuple, list)) else given
        if name == "permute" and sorted(axis % len(dims) for axis in axes) == list(range(len(dims))):
            return tuple(dims[axis] for axis in axes)
        if name == "transpose" and len(axes) == 2:
            swapped = list(dims)
            swapped[axes[0]], swapped[axes[1]] = dims[axes[1]], dims[axes[0]]
            return tuple(swapped)
        if name == "flatten" and len(axes) <= 2:
            first, last = (axis % len(dims) for axis in (*axes, *(0, -1)[len(axes) :]))
            return (*dims[:first], prod(dims[first : last + 1], start=ONE), *dims[last + 1 :])
        if name == "unsqueeze" and len(axes) == 1:
            place = axes[0] % (len(dims) + 1)
            return (*dims[:place], Size(), *dims[place:])
    except (IndexError, TypeError, ValueError):
        pass
    return None

"""Sizes on the walk: the numbers that tensors are asked for, and what is calculated with them and with settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from modulint.lint.assignments import dotted
from modulint.lint.classes import ClassFacts, Owner, changes_contents
from modulint.lint.forward.walker import WalkerBase
from modulint.lint.sizes import Size, axis_size, either, setting, worked_out
from modulint.lint.values import OTHER, Value, join

if TYPE_CHECKING:
    from modulint.lint.forward.path import ForwardPath

# What gives a tensor another shape where it is, which shows under all of its names, here and wherever it comes from.
_CHANGING = re.compile(r"\.(?:resize|resize_as|set|squeeze|swapaxes|swapdims|t|transpose|unsqueeze|as_strided)_\b")
_CHANGING_DATA = re.compile(r"(?<![\w.])\w+\.data\s*=(?!=)")
_CHANGING_OUT = re.compile(r"[(,]\s*out=(?!=)")


class Sizes(WalkerBase):
    """Follows what numbers stand for, as far as they come from the sizes of tensors."""

    tensors = 0

    def __init__(self, facts: ClassFacts, result: ForwardPath | None = None, follow: bool = False) -> None:
        super().__init__(facts, result, follow)
        self.settled: dict[str, bool] = {}
        self.dividends: dict[Size, ast.expr] = {}
        self.divisors: dict[Size, ast.expr] = {}
        self.left_out: set[Size] = set()

    def number(self) -> int:
        """A number that tells a tensor, or a size, from all others of this walk."""
        self.tensors += 1
        return self.tensors

    def shape_of(self, node: ast.expr, tensor: Value) -> Value:
        """``x.shape``, where ``node`` is ``x``. The name that stands there is kept apart from other tensors from here on."""
        if not tensor.is_tensor:
            return OTHER
        if not tensor.tensor and isinstance(node, ast.Name) and self.state is not None and self.frame.has_alone(node.id):
            tensor = self.state.names[node.id] = replace(tensor, tensor=self.number())
        elif not tensor.tensor and tensor.dims is not None:
            tensor = replace(tensor, tensor=self.number())
        return replace(OTHER, tensor=tensor.tensor, dims=tensor.dims)

    def size_at(self, shape: Value, index: ast.expr) -> Value:
        """``x.shape[index]``, or some of the sizes."""
        try:
            if isinstance(index, ast.Slice):
                return self._part(shape, index)
            axis = ast.literal_eval(index)
        except (TypeError, ValueError):
            return OTHER
        if not isinstance(axis, int):
            return OTHER
        if shape.dims is None:
            return replace(OTHER, size=axis_size(shape.tensor, axis))
        return replace(OTHER, size=shape.dims[axis].as_read) if -len(shape.dims) <= axis < len(shape.dims) else OTHER

    def _part(self, shape: Value, index: ast.Slice) -> Value:
        """``x.shape[2:]``: the sizes as a tuple, where it is shown how many they are."""
        first, last, step = (None if part is None else int(ast.literal_eval(part)) for part in (index.lower, index.upper, index.step))
        if shape.dims is not None:
            sizes = shape.dims[first:last:step]
        elif step is None and last is None and first is not None and first < 0:
            sizes = tuple(axis_size(shape.tensor, axis) for axis in range(first, 0))
        elif step is None and not first and last is not None and last > 0:
            sizes = tuple(axis_size(shape.tensor, axis) for axis in range(last))
        else:
            return OTHER
        return Value("tuple", items=tuple(replace(OTHER, size=size.as_read) for size in sizes))

    def take_apart(self, shape: Value, count: int) -> Value:
        """The sizes of a shape that is bound to ``count`` names: from here on, the tensor has that many axes."""
        if shape.dims is None:
            dims = tuple(axis_size(shape.tensor, axis) for axis in range(count))
            assert self.state is not None
            for name, value in self.state.names.items():
                if value.tensor == shape.tensor and value.dims is None and not _changes_shapes(self.frame.owner.source.text):
                    self.state.names[name] = replace(value, dims=dims)
            shape = replace(shape, dims=dims)
        assert shape.dims is not None
        return Value("tuple", items=tuple(replace(OTHER, size=size.as_read) for size in shape.dims))

    def choose(self, zeros: frozenset[Size], first: dict[str, Value], second: dict[str, Value]) -> None:
        """Behind two branches that leave names with other sizes, these are all of the one that ran.

        In a loop the next turn may take the other one. Where the second one runs, ``zeros`` are zero.
        """
        if self.state is None:
            return
        names, choice = self.state.names, self.number()
        for name in first.keys() & second.keys():
            if (value := self.agreed(zeros, first[name], second[name])) is not None:
                names[name] = value
                first, second = ({key: each for key, each in branch.items() if key != name} for branch in (first, second))
        if self.loops or self.loop_exits:
            return
        for name in first.keys() & second.keys():
            one, other = first[name], second[name]
            if one.kind == other.kind == "other" and one.size is not None and other.size is not None:
                names[name] = replace(names[name], size=either(choice, one.size, other.size))
            elif one.is_tensor and other.is_tensor and one.dims and other.dims and len(one.dims) == len(other.dims):
                names[name] = replace(names[name], dims=tuple(map(partial(either, choice), one.dims, other.dims)))

    def agreed(self, zeros: frozenset[Size], first: Value, second: Value) -> Value | None:
        """What has the same sizes in two branches since ``zeros`` are zero in the second one, with those of the first."""
        divided = [parts for size in zeros if (parts := size.divided) is not None]
        if not divided:
            return None

        def is_same(one: Size, other: Size) -> bool:
            return one.where_divided(divided) == other.where_divided(divided)

        if first.is_tensor and second.is_tensor and first.dims is not None and second.dims is not None:
            if len(first.dims) == len(second.dims) and all(map(is_same, first.dims, second.dims)):
                self.left_out.update(one for one, other in zip(first.dims, second.dims) if one != other)
                return replace(join(first, second), tensor=self.number(), dims=first.dims)
        elif first.kind == second.kind == "other" and first.size is not None and second.size is not None:
            if is_same(first.size, second.size):
                size = replace(first.size, read=first.size.read and second.size.read)
                return replace(join(first, second), size=size)
        return None

    def may_be_left_out(self, size: Size) -> bool:
        """Whether a size is that of a tensor which is only padded where something is missing, or made of such a size."""
        left_out = {factor for each in self.left_out for factor in each.factors if factor[0] == "ceiling"}
        return any(part in left_out for part in size.every_factor)

    def keeps_shapes(self, owner: Owner) -> bool:
        return not _changes_shapes(owner.source.text)

    def behind(self, owner: Owner) -> None:
        """Behind code that stands beside some that changes shapes, any tensor may have another one."""
        if self.state is not None and _changes_shapes(owner.source.text):
            names = self.state.names
            self.state.names = {name: value if value.size is not None else value.shapeless for name, value in names.items()}

    def size_of(self, node: ast.expr, value: Value) -> Size | None:
        """The size that an expression stands for, None where it is shown to be no number."""
        if value.size is not None:
            return value.size
        match node:
            case ast.Constant(value=int(number)) if not isinstance(node.value, bool):
                return Size(number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return Size(-number)
        if value.kind not in ("other", "unknown") and (value.kind != "module" or value.shown) or value.is_shape:
            return None
        match node:
            case ast.Name() | ast.Attribute():
                return self.setting_of(node)
            case ast.Subscript(value=owner, slice=ast.Constant(value=int(index))):
                held = self.setting_of(owner)
                return setting(held, index) if held is not None and not held.traced else None
            case ast.BinOp(left=left, op=operator, right=right):
                return _calculated(operator, self.size_of(left, self.silently(left)), self.size_of(right, self.silently(right)))
        return None

    def setting_of(self, node: ast.expr) -> Size | None:
        """A name or attribute as the same number wherever it is read, until it is bound again."""
        if isinstance(node, ast.Name) and self.state is not None and node.id in self.state.names:
            value = self.state.names[node.id]
            if value.size is None and self.frame.has_alone(node.id):
                value = self.state.names[node.id] = replace(value, size=setting(self.number()))
            return value.size
        owner, _, name = dotted(node).partition(".")
        is_own = owner and owner == self.frame.self_name
        return setting(owner, name) if is_own and "." not in name and self._is_settled(name) else None

    def product_of(self, node: ast.expr) -> Size | None:
        """``math.prod(self.stride)``, where the attribute always holds the same numbers."""
        held = self.setting_of(node) if isinstance(node, ast.Attribute) else None
        return None if held is None else setting("product", held)

    def _is_settled(self, attribute: str) -> bool:
        """Whether an attribute of ``self`` has the value that ``__init__`` or the class gives it."""
        if attribute not in self.settled:
            found = self.context.attribute(attribute)
            self.settled[attribute] = (
                bool(found)
                and all(self._is_out_of_reach(each.method.name) for _, each in found if each.method is not None)
                and self.context.method(attribute) is None
                and not any(changes_contents(facts.text, attribute) for facts in self.context.mro)
            )
        return self.settled[attribute]

    def _is_out_of_reach(self, method: str) -> bool:
        """Whether a method runs in no forward pass: none that does has a word for it."""
        return method not in self.context.reached_names

    def silently(self, node: ast.expr) -> Value:
        """What an expression stands for that was come by before."""
        self.silent += 1
        value = self.expression(node)
        self.silent -= 1
        return value

    def calculated(self, operator: ast.AST, parts: Sequence[ast.expr], operands: Sequence[Value]) -> Size | None:
        """The size that an operator gives on numbers, None where the size of a tensor is not among them."""
        traced = any(operand.size is not None and operand.size.traced for operand in operands)
        decisive = operands if isinstance(operator, ast.Add) else operands[:1] if isinstance(operator, ast.Mod) else operands[-1:]
        is_sized = any(operand.size is not None for operand in decisive)
        if not traced and not (isinstance(operator, (ast.Add, ast.Mod, ast.Sub)) and is_sized):
            return None
        sizes = [self.size_of(part, operand) for part, operand in zip(parts, operands)]
        if isinstance(operator, (ast.Mod, ast.Div)) and sizes[-1] is not None:
            self.divisors[sizes[-1]] = parts[-1]
            self._note_dividend(parts[0], sizes[0])
        size = _calculated(operator, *sizes)
        return worked_out(self.number()) if size is None and traced else size

    def _note_dividend(self, node: ast.expr, size: Size | None) -> None:
        """Note how a size is written that is divided: ``n % 4``, ``-n % 4``."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and size is not None:
            node, size = node.operand, -size
        if size is not None:
            self.dividends[size] = node

    def named(self, known: Mapping[Size, ast.expr], size: Size) -> ast.expr | None:
        """An expression that stood for a size where it was divided, or divided another, and that still does."""
        node = known.get(size)
        return node if node is not None and self.size_of(node, self.silently(node)) == size else None


def zeros_of(condition: Value) -> frozenset[Size]:
    """The sizes that are zero where a condition does not hold."""
    return condition.zeros if condition.size is None else condition.zeros | {condition.size}


@lru_cache(maxsize=64)
def _changes_shapes(text: str) -> bool:
    """Whether code gives tensors another shape where they are."""
    return (
        _CHANGING.search(text) is not None
        or (".data" in text and _CHANGING_DATA.search(text) is not None)
        or ("out=" in text and _CHANGING_OUT.search(text) is not None)
    )


def _calculated(operator: ast.AST, left: Size | None, right: Size | None = None) -> Size | None:
    """The size that an operator gives, None for what is not followed."""
    if left is None:
        return None
    if right is None:
        return -left if isinstance(operator, ast.USub) else None
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mod():
            return left % right
        case ast.Div():
            return left / right
        case ast.Mult():
            return left * right
        case ast.FloorDiv():
            return left // right
        case ast.Pow():
            return left**right
    return None

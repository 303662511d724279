"""Shapes on the walk: which sizes tensors have, as far as their axes are told apart, and what calls make of them.

A shape is known where the code takes it apart (``b, c, h, w = x.shape``), and is followed from there: within one function,
and through the calls in it that give a tensor back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from math import prod
from typing import TYPE_CHECKING

from modulint.lint.assignments import dotted
from modulint.lint.classes import ClassFacts, Owner, changes_contents
from modulint.lint.forward.module_shapes import constructor_calls, shape_behind, split
from modulint.lint.forward.steps import Factors, Fraction, PaddedSize, Padding, Reshape, ToMultiples
from modulint.lint.forward.walker import WalkerBase
from modulint.lint.scopes import bindings_of
from modulint.lint.sizes import ONE, ZERO, Size, axis_size, either, regrouping, setting, worked_out
from modulint.lint.values import OTHER, Value, join

if TYPE_CHECKING:
    from modulint.lint.forward.path import ForwardPath

# Calls after which a tensor has the shape that it had before, by the last parts of their names.
_KEEPING = frozenset(
    "abs bfloat16 clamp clip clone contiguous cos cpu cuda detach double dropout elu erf exp float gelu half hardsigmoid "
    "flip hardswish hardtanh layer_norm leaky_relu log log_softmax mish neg normalize relu relu6 rms_norm roll rsqrt selu sigmoid "
    "sign silu sin softmax softplus sqrt square tanh to type type_as batch_norm group_norm instance_norm".split()
)
# What gives a tensor another shape where it is, which shows under all of its names, here and wherever it comes from.
_CHANGING = re.compile(r"\.(?:resize|resize_as|set|squeeze|swapaxes|swapdims|t|transpose|unsqueeze|as_strided)_\b")
_CHANGING_DATA = re.compile(r"(?<![\w.])\w+\.data\s*=(?!=)")
_CHANGING_OUT = re.compile(r"[(,]\s*out=(?!=)")
_BROADCASTING = frozenset({"clamp", "clip"})
_RESHAPING = frozenset({"view", "reshape"})
_PRODUCTS = frozenset({"matmul", "bmm"})


class Shapes(WalkerBase):
    """Follows shapes, and notes where a tensor is reshaped to computed sizes."""

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
                return replace(join(first, second), size=first.size)
        return None

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
                return self._setting(node)
            case ast.Subscript(value=owner, slice=ast.Constant(value=int(index))):
                held = self._setting(owner)
                return setting(held, index) if held is not None and not held.traced else None
            case ast.BinOp(left=left, op=operator, right=right):
                return _calculated(operator, self.size_of(left, self.silently(left)), self.size_of(right, self.silently(right)))
        return None

    def _setting(self, node: ast.expr) -> Size | None:
        """A name or attribute as the same number wherever it is read, until it is bound again."""
        if isinstance(node, ast.Name) and self.state is not None and node.id in self.state.names:
            value = self.state.names[node.id]
            if value.size is None and self.frame.has_alone(node.id):
                value = self.state.names[node.id] = replace(value, size=setting(self.number()))
            return value.size
        owner, _, name = dotted(node).partition(".")
        is_own = owner and owner == self.frame.self_name
        return setting(owner, name) if is_own and "." not in name and self._is_settled(name) else None

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
            frame = self.frame
            step = PaddedSize(
                node=node,
                stands_in=frame.owner,
                function=frame.function,
                guards=self.guards,
                tensor=found[0],
                axis=found[1],
                may_be_left_out=size in self.left_out,
            )
            self.path.add(step)
        elif (step.tensor, step.axis) != found:
            step.tensor = ""

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
                return self._setting(node) if len(self.context.attribute(name)) == 1 else None
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
        if not tensor.is_tensor or not result.is_tensor or (node.keywords and name not in _KEEPING):
            return result
        if name in _RESHAPING:
            targets = self._targets(given)
            if targets is None:
                self._note_first(node, on[0], given)
                return result
            sizes = [self.size_of(*target) for target in targets]
            self._note(node, on[0], tensor.dims, [part for part, _ in targets], sizes)
            if _changes_shapes(self.frame.owner.source.text):
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
        self._note_padding(node, tensor, [part for part, _ in parts] if parts is not None else [given[0][0]], amounts)
        if dims is None or len(amounts) % 2 or len(amounts) > 2 * len(dims):
            return result
        number = self.number()
        padded = list(dims)
        for index, (before, after) in enumerate(zip(amounts[::2], amounts[1::2])):
            axis = len(dims) - 1 - index
            size = dims[axis] + after if before == ZERO and after is not None else None
            padded[axis] = axis_size(number, axis) if size is None else size
        return replace(result, tensor=number, dims=tuple(padded))

    def _note_padding(
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
            frame = self.frame
            step = Padding(
                node=node,
                stands_in=frame.owner,
                function=frame.function,
                guards=self.guards,
                targets=tuple(targets),
                computed=written,
                plan=plan,
            )
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
                multiples.append(self._named(self.divisors, missing[1]))
                sizes.append(self._named(self.dividends, missing[0]) if missing[0].is_axis else None)
                size = axis_size(tensor.tensor, -1 - place) if dims is None else dims[-1 - place]
                own = own and missing[0] == size and (dims is not None or tensor.tensor != 0)
                if multiples[-1] is None:
                    return "the number up to whose next multiple it is padded has no name here"
                if not own and None in (sizes[index] for index, each in enumerate(multiples) if each is not None):
                    return "the size up to whose next multiple it is padded is not shown to be its own"
        return ToMultiples(tuple(reversed(multiples)), () if own else tuple(reversed(sizes)))

    def _named(self, known: Mapping[Size, ast.expr], size: Size) -> ast.expr | None:
        """An expression that stood for a size where it was divided, or divided another, and that still does."""
        node = known.get(size)
        return node if node is not None and self.size_of(node, self.silently(node)) == size else None

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

    def _note_first(self, node: ast.Call, tensor: ast.expr, given: Sequence[tuple[ast.expr, Value]]) -> None:
        """Note a reshape of whose sizes the first ones are written: ``x.reshape((batch * heads, width) + grid)``."""
        match given:
            case [(ast.BinOp(left=ast.Tuple(elts=parts), op=ast.Add()), _)] if not any(isinstance(each, ast.Starred) for each in parts):
                sizes = [self.size_of(part, self.silently(part)) for part in parts]
                self._note(node, tensor, None, parts, sizes, more=True)

    def _note(
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
        fractions = tuple(self._fractions_in(sizes))
        step = self.path.reshape_of(node)
        if step is None:
            frame = self.frame
            step = Reshape(
                node=node,
                stands_in=frame.owner,
                function=frame.function,
                guards=self.guards,
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

    def _fractions_in(self, sizes: Sequence[Size | None]) -> Iterator[Fraction]:
        """The quotients and differences of this function that sizes are, or have for a factor."""
        assert self.path is not None
        every = (factor for size in sizes if size is not None for factor in size.factors)
        factors = {factor for factor in every if factor[0] in ("ceiling", "quotient", "worked out")}
        for step in self.path.fractions:
            if step.function is self.frame.function and len(step.size.factors) == 1 and step.size.factors[0] in factors:
                yield step

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


def zeros_of(condition: Value) -> frozenset[Size]:
    """The sizes that are zero where a condition does not hold."""
    return condition.zeros if condition.size is None else condition.zeros | {condition.size}


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


@lru_cache(maxsize=64)
def _changes_shapes(text: str) -> bool:
    """Whether code gives tensors another shape where they are."""
    return (
        _CHANGING.search(text) is not None
        or (".data" in text and _CHANGING_DATA.search(text) is not None)
        or ("out=" in text and _CHANGING_OUT.search(text) is not None)
    )


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


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

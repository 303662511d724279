"""What expressions stand for."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache

from modulint.lint.assignments import decorators, dotted, first_argument
from modulint.lint.forward.attributes import attribute_value
from modulint.lint.forward.flow import merge
from modulint.lint.forward.results import arithmetic
from modulint.lint.forward.steps import Operator, OperatorStep
from modulint.lint.forward.shapes import Shapes
from modulint.lint.forward.sizing import zeros_of
from modulint.lint.operations import MODULE_ATTRIBUTES, NOT_TENSOR_ATTRIBUTES, OPERATIONS, REARRANGING, TENSOR_ATTRIBUTES
from modulint.lint.scopes import walk
from modulint.lint.sizes import ZERO, Size
from modulint.lint.tree import Reference
from modulint.lint.values import (
    NONE,
    OTHER,
    OWN_TENSOR,
    TENSOR,
    TENSORS,
    UNKNOWN,
    Value,
    element,
    held_at,
    join,
    of_reference,
    sequence,
)


class Expressions(Shapes):
    """Values of expressions, from their parts."""

    def visit_Constant(self, node: ast.Constant) -> Value:
        if node.value is None:
            return NONE
        return _integer(node.value) if type(node.value) is int else OTHER

    def visit_Name(self, node: ast.Name) -> Value:
        if self.state is not None and node.id in self.state.names:
            return self.state.names[node.id]
        return self.of_global(node.id)

    def is_local(self, name: str) -> bool:
        return self.state is not None and name in self.state.names

    def of_global(self, name: str) -> Value:
        return self.of_reference(self.frame.owner.resolve(name))

    def of_reference(self, reference: Reference) -> Value:
        if reference.kind == "external":
            operation = OPERATIONS.get(reference.name) or REARRANGING.get(reference.name)
            return Value("operation", operation=operation) if operation else of_reference(reference)
        if reference.kind == "class":
            return Value("class", facts=self.context.index.get(reference))
        if reference.kind == "function" and (plain := self.context.index.function(reference)) is not None:
            return Value("function", node=plain.node, plain=plain)
        if reference.kind in ("function", "module"):
            return Value("namespace", name=f"{reference.path}:{reference.name}")
        return UNKNOWN

    def visit_Attribute(self, node: ast.Attribute) -> Value:
        name = dotted(node)
        if name and not self.is_local(name.partition(".")[0]):
            return self.of_global(name)
        owner = self.expression(node.value)
        return self.shape_of(node.value, owner) if node.attr == "shape" else self.attribute_of(owner, node.attr)

    def attribute_of(self, owner: Value, name: str) -> Value:
        if owner.kind == "module":
            if not owner.path and owner.facts is not None:
                return self.of_self(name)
            if name in ("weight", "bias", "running_mean", "running_var"):
                return OWN_TENSOR
            if name in MODULE_ATTRIBUTES:
                return UNKNOWN
            if owner.facts is not None:
                inner = attribute_value(owner.facts, name)
                return replace(inner, path=f"{owner.path}.{name}") if inner.kind == "module" else UNKNOWN
            return UNKNOWN
        if owner.is_tensor:
            if name in NOT_TENSOR_ATTRIBUTES:
                return OTHER
            if name in TENSOR_ATTRIBUTES:
                return owner.shapeless
        if owner.kind == "namespace" and owner.name and ":" not in owner.name:
            return self.of_reference(Reference("external", f"{owner.name}.{name}"))
        if name == "shape":
            return OTHER
        return UNKNOWN

    def of_self(self, name: str) -> Value:
        """What ``self.name`` is."""
        if self.state is not None and f"self.{name}" in self.state.names:
            return self.state.names[f"self.{name}"]
        value = self.own_attribute(name)
        if value.kind == "function" and isinstance(value.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if decorators(value.node) & {"property", "cached_property"} and value.facts is not None:
                return self.call_function(value.facts, value.node, {first_argument(value.node): self.self_value}, {})
        return value

    def own_attribute(self, name: str) -> Value:
        """What ``self.name`` is; a property is its method."""
        if name not in self.attributes:
            self.attributes[name] = attribute_value(self.context, name)
        return self.attributes[name]

    def visit_Subscript(self, node: ast.Subscript) -> Value:
        owner = self.expression(node.value)
        self.expression(node.slice)
        if owner.is_shape:
            return self.size_at(owner, node.slice)
        if owner.is_tensor:
            return replace(element(owner), dims=self.indexed(owner, node.slice))
        if owner.kind == "module" and owner.path:
            index = node.slice
            if isinstance(index, ast.Constant):
                return held_at(owner, f"[{index.value!r}]", owner.shown)
            return held_at(owner, "[*]", False)
        if owner.kind == "tuple":
            index = node.slice
            if isinstance(index, ast.Slice):
                return _part(owner, index)
            place = place_of(index)
            if owner.items is not None and place is not None and -len(owner.items) <= place < len(owner.items):
                return owner.items[place]
            return element(owner)
        return element(owner)

    def visit_Slice(self, node: ast.Slice) -> Value:
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                self.expression(part)
        return OTHER

    def visit_BinOp(self, node: ast.BinOp) -> Value:
        operands = self.expression(node.left), self.expression(node.right)
        value = self.operate(node, node.op, (node.left, node.right), operands)
        if isinstance(node.op, ast.Add):
            self.note_sum(node, operands, value.size)
        return value

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Value:
        value = self.expression(node.operand)
        return OTHER if isinstance(node.op, ast.Not) else self.operate(node, node.op, (node.operand,), (value,))

    def visit_Compare(self, node: ast.Compare) -> Value:
        values = [self.expression(part) for part in (node.left, *node.comparators)]
        if any(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops):
            return OTHER
        if len(values) > 2:  # `a < b < c` asks for the truth of the first one
            return TENSOR if any(value.is_tensor for value in values) else UNKNOWN
        value = self.operate(node, node.ops[0], (node.left, node.comparators[0]), tuple(values))
        return replace(value, size=None, zeros=_zeros_beside(node, *values)) if value.kind in ("other", "unknown") else value

    def operate(
        self,
        node: ast.expr | ast.AugAssign,
        operator: Operator,
        parts: tuple[ast.expr, ...],
        operands: tuple[Value, ...],
    ) -> Value:
        """What an operator gives; noted as a step unless it is shown to run on no tensor."""
        value = arithmetic(operands, operator)
        if value.kind in ("other", "unknown"):
            value = value.of_size(self.calculated(operator, parts, operands))
            self.note_fraction(node, parts, operands, value)
        elif value.is_tensor:
            shape = self.product if isinstance(operator, ast.MatMult) else self.elementwise
            value = value.of_shape(shape(operands))
        path = self.path
        if path is None:
            return value
        step = path.operator_of(node)
        if value.kind == "other" or any(map(_is_no_operand, parts, operands)):
            if step is not None:
                step.sure = False
            path.refuted.add(node)
            return value
        sure = value.is_tensor and node not in path.refuted
        if step is None:
            step = OperatorStep(node=node, **self.here, operator=operator, operands=operands, sure=sure)
            path.add(step)
        elif sure and not step.sure:
            step.operands, step.sure = operands, True
        self.note_run(step, node)
        return value

    def visit_BoolOp(self, node: ast.BoolOp) -> Value:
        value = self.expression(node.values[0])
        for part in node.values[1:]:
            start = self.state.copy() if self.state else None
            following = self.expression(part)
            zeros = zeros_of(value) | zeros_of(following) if isinstance(node.op, ast.Or) else frozenset()
            value = join(value, following)
            value = replace(value, zeros=zeros) if value.kind in ("other", "unknown") else value
            self.state = merge(self.state, start)
        return value

    def visit_IfExp(self, node: ast.IfExp) -> Value:
        test = self.expression(node.test)
        start = self.state.copy() if self.state else None
        outer_guards, self.guards = self.guards, (*self.guards, node.test)
        first = self.expression(node.body)
        after, self.state = self.state, start
        second = self.expression(node.orelse)
        self.guards = outer_guards
        self.state = merge(self.state, after)
        if first.kind == second.kind == "module" and first.path == second.path:
            return first
        return self.agreed(zeros_of(test), first, second) or join(first, second)

    def visit_Tuple(self, node: ast.Tuple | ast.List) -> Value:
        items = [self.expression(part) for part in node.elts]
        if isinstance(node, ast.List):
            items = [item.shapeless for item in items]
        if any(isinstance(part, ast.Starred) for part in node.elts):
            return TENSORS if all(item.is_tensor for item in items) else UNKNOWN
        return Value("tuple", items=tuple(items), name="list" if isinstance(node, ast.List) else "")

    visit_List = visit_Tuple

    def visit_Starred(self, node: ast.Starred) -> Value:
        return element(self.expression(node.value))

    def visit_Dict(self, node: ast.Dict) -> Value:
        for part in (*node.keys, *node.values):
            if part is not None:
                self.expression(part)
        return Value("dict", node=node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.expression(node.value)
        self.bind(node.target, value)
        return value

    def visit_Lambda(self, node: ast.Lambda) -> Value:
        return Value("function", node=node)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        if self.state is None:
            return UNKNOWN
        outer_names, outer_loops = dict(self.state.names), self.loops
        walrus = {part.target.id for part in walk(node) if isinstance(part, ast.NamedExpr)}
        for index, generator in enumerate(node.generators):
            value = element(self.iterated(generator.iter))
            if index == 0:
                # A generator runs when all names may stand for something else, and any turn sees what the one before left.
                late = self.state.names if isinstance(node, ast.GeneratorExp) else walrus & self.state.names.keys()
                self.state.names |= {name: self.state.names[name].shapeless for name in late}
                value = value.shapeless if isinstance(node, ast.GeneratorExp) else value
            self.loops = (*self.loops, node)
            self.bind(generator.target, value)
            for test in generator.ifs:
                self.expression(test)
        if isinstance(node, ast.DictComp):
            self.expression(node.key)
            value = self.expression(node.value)
        else:
            value = self.expression(node.elt)
        self.loops = outer_loops
        if self.state is not None:
            self.state.names = outer_names | {name: UNKNOWN for name in walrus}
        if isinstance(node, ast.DictComp):
            return Value("dict", node=node)
        made = "list" if isinstance(node, ast.ListComp) else ""
        return replace(TENSORS if value.is_tensor else UNKNOWN, name=made)

    visit_SetComp = visit_ListComp
    visit_GeneratorExp = visit_ListComp
    visit_DictComp = visit_ListComp

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Value:
        return OTHER  # positions inside are not reliable before Python 3.12, and a message computes nothing

    def visit_Await(self, node: ast.expr) -> Value:
        value = self.expression(node.value) if isinstance(node, (ast.Await, ast.YieldFrom)) else UNKNOWN
        if isinstance(node, ast.Yield) and node.value is not None:
            self.expression(node.value)
        return value

    visit_Yield = visit_Await
    visit_YieldFrom = visit_Await


@lru_cache(maxsize=256)
def _integer(number: int) -> Value:
    return replace(OTHER, size=Size(number))


def _is_no_operand(node: ast.expr, value: Value) -> bool:
    """Whether an operand of this kind makes an operator something else than a tensor's: a list, a text, None."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, (int, float, complex))
    return isinstance(node, ast.JoinedStr) or value.kind in ("tuple", "dict", "function", "operation", "class")


def _zeros_beside(node: ast.Compare, left: Value, right: Value) -> frozenset[Size]:
    """The sizes that are zero where a comparison does not hold: what is missing to a multiple is never negative."""
    match node.ops[0]:
        case ast.Gt() | ast.NotEq() if right.size == ZERO and left.size is not None:
            return frozenset({left.size})
        case ast.Lt() | ast.NotEq() if left.size == ZERO and right.size is not None:
            return frozenset({right.size})
    return frozenset()


def place_of(index: ast.expr) -> int | None:
    """A place in a tuple as it is written."""
    match index:
        case ast.Constant(value=int(place)):
            return place
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(place))):
            return -place
    return None


def _part(owner: Value, index: ast.Slice) -> Value:
    """A slice of a tuple or list."""
    if owner.items is None:
        return owner
    try:
        bounds = [None if part is None else int(ast.literal_eval(part)) for part in (index.lower, index.upper, index.step)]
    except (TypeError, ValueError):
        return sequence(element(owner))
    return replace(owner, items=owner.items[slice(*bounds)])

"""Functions that only move data and compute sizes, and that TorchScript is shown to compile.

Where a model is traced, such a function can be compiled as it stands and be one piece of the trace, arithmetic and all.
What is not known for certain to compile, and to give then what Python gives, is not taken: it would break traces that
work. So there are no conditions here, which an ONNX export would keep, and no types that have to be guessed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from modulint.lint.assignments import decorators, dotted
from modulint.lint.classes import FunctionFacts
from modulint.lint.scopes import bound_names

Kind: TypeAlias = Literal["tensor", "int", "float", "bool", "str", "list", "tuple"]
"""What TorchScript takes an expression for: "list" is ``List[int]``, "tuple" some numbers of ``int``."""

SCRIPTED = frozenset({"script_if_tracing", "_script_if_tracing"})
"""Decorators behind which a function is one piece of a trace, by the last parts of their names."""

_HARMLESS = frozenset({"register_notrace_function"})
_DEPTH = 8  # functions that call each other
# Methods and functions that move data, with how many numbers they take; None where it is any number of sizes or axes.
_MOVES: Mapping[str, tuple[int, int] | None] = {
    "contiguous": (0, 0),
    "expand": None,
    "flatten": (0, 2),
    "narrow": (3, 3),
    "permute": None,
    "reshape": None,
    "select": (2, 2),
    "squeeze": (1, 1),
    "swapaxes": (2, 2),
    "transpose": (2, 2),
    "unsqueeze": (1, 1),
    "view": None,
}
_METHODS_ONLY = frozenset({"contiguous", "expand", "view"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What an expression is. ``count`` is the length of a tuple, ``origins`` are the parameters that decide on its value:
    for a tensor, on its sizes."""

    kind: Kind
    count: int = 0
    origins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A place where sizes are computed, and the parameters that decide on the result."""

    node: ast.expr
    origins: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What is known of a function that TorchScript compiles: its parameters, how many numbers it reads from the front of
    those that are lists or tuples (0 where it also hands them on whole), and where it computes sizes."""

    parameters: Mapping[str, Typed]
    read: Mapping[str, int]
    arithmetic: tuple[Arithmetic, ...]


def compiled(function: FunctionFacts) -> Compiled | None:
    """The function as TorchScript compiles it, if it gives one tensor; None where that is not shown."""
    checker = _Checker(function, 0)
    try:
        result = checker.check()
    except _NotShown:
        return None
    if result.kind != "tensor":
        return None
    read = {name: 0 if name in checker.whole else count for name, count in checker.read.items()}
    return Compiled(checker.parameters, read, tuple(checker.arithmetic))


def is_scripted(function: FunctionFacts) -> bool:
    """Whether a function is compiled where a model is traced."""
    return not decorators(function.node).isdisjoint(SCRIPTED)


class _NotShown(Exception):
    """Something that is not shown to compile."""


class _Checker:
    """Types one function from its first statement to its last."""

    def __init__(self, function: FunctionFacts, depth: int) -> None:
        self.function = function
        self.depth = depth
        self.local = bound_names(function.node)
        self.parameters: dict[str, Typed] = {}
        self.names: dict[str, Typed] = {}
        self.read: dict[str, int] = {}
        self.whole: set[str] = set()
        self.arithmetic: list[Arithmetic] = []

    def check(self) -> Typed:
        """The type of what the function gives."""
        node, module = self.function.node, self.function.module
        own = self.function.source.code(node)
        _require(isinstance(node, ast.FunctionDef) and decorators(node) <= _HARMLESS and self.depth < _DEPTH)
        _require("annotations" not in module.bindings and "# type:" not in own)
        arguments = node.args
        _require(not (arguments.vararg or arguments.kwarg or arguments.posonlyargs))
        given = [*arguments.args, *arguments.kwonlyargs]
        defaults = [*[None] * (len(arguments.args) - len(arguments.defaults)), *arguments.defaults, *arguments.kw_defaults]
        for argument, default in zip(given, defaults, strict=True):
            typed = replace(self._annotated(argument.annotation), origins=frozenset({argument.arg}))
            _require(default is None or self._fits_default(default, typed))
            self.parameters[argument.arg] = self.names[argument.arg] = typed
        result = self._block(node.body)
        if result is None:
            raise _NotShown
        if node.returns is not None:
            stated = self._annotated(node.returns)
            _require((stated.kind, stated.count) == (result.kind, result.count))
        return result

    def _fits_default(self, default: ast.expr, typed: Typed) -> bool:
        kind = self._expression(default).kind
        return kind == typed.kind or (kind, typed.kind) in (("int", "float"), ("tuple", "list"))

    def _annotated(self, annotation: ast.expr | None) -> Typed:
        """The type that an annotation says; TorchScript takes what has none for a tensor."""
        match annotation:
            case None:
                return Typed("tensor")
            case ast.Name(id="int" | "float" | "bool" | "str" as kind) if self._is_builtin(kind):
                return Typed(kind)
            case ast.Name() | ast.Attribute() if self._named(annotation) == "torch.Tensor":
                return Typed("tensor")
            case ast.Subscript(value=outer, slice=inner):
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                name = self._named(outer) or (dotted(outer) if self._is_builtin(dotted(outer)) else "")
                _require(all(self._annotated(part).kind == "int" for part in parts))
                if name in ("typing.List", "list") and len(parts) == 1:
                    return Typed("list")
                if name in ("typing.Tuple", "tuple"):
                    return Typed("tuple", len(parts))
        raise _NotShown

    def _named(self, node: ast.expr) -> str:
        """What a name stands for that something outside of the tree has, "" for any other."""
        name = dotted(node)
        if not name or name.partition(".")[0] in self.local:
            return ""
        reference = self.function.resolve(name)
        return reference.name if reference.kind == "external" else ""

    def _is_builtin(self, name: str) -> bool:
        return bool(name) and name not in self.local and not self.function.index.tree.may_bind(self.function.module, name)

    def _block(self, body: Sequence[ast.stmt]) -> Typed | None:
        """What some statements give back, None where they go on to the next."""
        for index, statement in enumerate(body):
            match statement:
                case ast.Expr(value=ast.Constant(value=str())):
                    pass
                case ast.Assign(targets=[target], value=value):
                    self._assign(target, value)
                case ast.Return(value=ast.expr() as value):
                    _require(index == len(body) - 1)
                    return self._expression(value)
                case ast.If(test=ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind], keywords=[])):
                    # TorchScript decides it by the type, and looks at no other branch.
                    _require(self._is_builtin("isinstance") and self._named(kind) == "torch.Tensor" and name in self.names)
                    taken = statement.body if self.names[name].kind == "tensor" else statement.orelse
                    result = self._block(taken)
                    if result is not None:
                        _require(index == len(body) - 1)
                        return result
                case _:
                    raise _NotShown
        return None

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._bind(name, self._expression(value))
            case ast.Tuple(elts=parts) if isinstance(value, ast.Tuple) and len(value.elts) == len(parts):
                for part, typed in zip(parts, [self._expression(each) for each in value.elts]):
                    self._bind_part(part, typed)
            case ast.Tuple(elts=parts):
                typed = self._sequence(value, len(parts))
                _require(typed.kind == "list" or (typed.kind, typed.count) == ("tuple", len(parts)))
                for part in parts:
                    self._bind_part(part, Typed("int", origins=typed.origins))
            case _:
                raise _NotShown

    def _bind_part(self, target: ast.expr, typed: Typed) -> None:
        if not isinstance(target, ast.Name):
            raise _NotShown
        self._bind(target.id, typed)

    def _bind(self, name: str, typed: Typed) -> None:
        """A name keeps its type: TorchScript asks for that."""
        known = self.names.get(name)
        _require(known is None or (known.kind, known.count) == (typed.kind, typed.count))
        self.names[name] = typed

    def _sequence(self, node: ast.expr, count: int) -> Typed:
        """A list or tuple of which the first ``count`` numbers are read. Of parameters, it is noted."""
        if isinstance(node, ast.Name) and self.names.get(node.id) == self.parameters.get(node.id, Typed("str")):
            self.read[node.id] = max(count, self.read.get(node.id, 0))
            return self.names[node.id]
        return self._expression(node)

    def _expression(self, node: ast.expr) -> Typed:
        match node:
            case ast.Constant(value=value):
                return self._constant(value)
            case ast.Name(id=name) if name in self.names:
                if self.names[name].kind in ("list", "tuple"):
                    self.whole |= self.names[name].origins
                return self.names[name]
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if parts:
                numbers = [self._expression(part) for part in parts]
                _require(all(number.kind == "int" for number in numbers))
                is_tuple = isinstance(node, ast.Tuple)
                return Typed("tuple" if is_tuple else "list", len(parts) if is_tuple else 0, _origins(numbers))
            case ast.Attribute(value=owner, attr="shape"):
                return Typed("list", origins=self._tensor(owner).origins)
            case ast.Subscript(value=owner, slice=index):
                return self._subscript(owner, index)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                typed = self._expression(operand)
                _require(typed.kind in ("int", "float"))
                return typed if isinstance(operand, ast.Constant) else self._computed(node, typed.kind, [typed])
            case ast.BinOp(left=left, op=operator, right=right):
                return self._operation(node, operator, [self._expression(left), self._expression(right)])
            case ast.Call():
                return self._call(node)
        raise _NotShown

    def _constant(self, value: object) -> Typed:
        match value:
            case bool():
                return Typed("bool")
            case int():
                return Typed("int")
            case float():
                return Typed("float")
            case str():
                return Typed("str")
        raise _NotShown

    def _tensor(self, node: ast.expr) -> Typed:
        typed = self._expression(node)
        _require(typed.kind == "tensor")
        return typed

    def _computed(self, node: ast.expr, kind: Kind, operands: Sequence[Typed]) -> Typed:
        """A number that is worked out from others."""
        origins = _origins(operands)
        if origins:
            self.arithmetic.append(Arithmetic(node, origins))
        return Typed(kind, origins=origins)

    def _operation(self, node: ast.expr, operator: ast.operator, operands: Sequence[Typed]) -> Typed:
        kinds = {operand.kind for operand in operands}
        _require(kinds <= {"int", "float"})
        if isinstance(operator, ast.Div):
            return self._computed(node, "float", operands)
        _require(isinstance(operator, (ast.Add, ast.Sub, ast.Mult)) or kinds == {"int"})
        _require(isinstance(operator, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)))
        return self._computed(node, "float" if "float" in kinds else "int", operands)

    def _subscript(self, owner: ast.expr, index: ast.expr) -> Typed:
        place = _number(index)
        typed = self._sequence(owner, place + 1) if place is not None and place >= 0 else self._expression(owner)
        if typed.kind == "tensor":
            parts = index.elts if isinstance(index, ast.Tuple) else [index]
            inner = [typed, *(each for part in parts for each in self._index(part))]
            return Typed("tensor", origins=_origins(inner))
        if isinstance(index, ast.Slice) and typed.kind == "list":
            _require(all(part is None or _number(part) is not None for part in (index.lower, index.upper)))
            _require(index.step is None)
            return Typed("list", origins=typed.origins)
        _require(place is not None and typed.kind in ("list", "tuple"))
        _require(typed.kind == "list" or (place is not None and -typed.count <= place < typed.count))
        return Typed("int", origins=typed.origins)

    def _index(self, part: ast.expr) -> Iterator[Typed]:
        """The numbers in one index of a tensor."""
        match part:
            case ast.Slice(lower=lower, upper=upper, step=step):
                for bound in (lower, upper, step):
                    if bound is not None:
                        yield from self._index(bound)
            case ast.Constant(value=None) if not isinstance(part.value, bool):
                pass
            case ast.Constant() if part.value is Ellipsis:
                pass
            case _:
                typed = self._expression(part)
                _require(typed.kind == "int")
                yield typed

    def _call(self, node: ast.Call) -> Typed:
        function = node.func
        name = self._named(function)
        if name == "torch.nn.functional.pad":
            return self._pad(node)
        if name in ("math.ceil", "math.floor"):
            return self._rounded(node)
        if name == "torch.roll":
            return self._roll(node, *node.args)
        if name.startswith("torch.") and name.removeprefix("torch.") in _MOVES.keys() - _METHODS_ONLY and node.args:
            return self._moved(name.removeprefix("torch."), node, node.args[0], node.args[1:], many=False)
        if isinstance(function, ast.Name) and self._is_builtin(function.id):
            return self._builtin(function.id, node)
        reference = self.function.resolve(dotted(function)) if dotted(function).partition(".")[0] not in self.local else None
        called = self.function.index.function(reference) if reference is not None and reference.kind == "function" else None
        if called is not None:
            return self._through(called, node)
        if isinstance(function, ast.Attribute) and not name:
            if function.attr == "roll":
                return self._roll(node, function.value, *node.args)
            if function.attr == "size":
                return self._size(node, self._tensor(function.value))
            return self._moved(function.attr, node, function.value, node.args, many=True)
        raise _NotShown

    def _size(self, node: ast.Call, tensor: Typed) -> Typed:
        _require(not node.keywords and (not node.args or (len(node.args) == 1 and _number(node.args[0]) is not None)))
        return Typed("int" if node.args else "list", origins=tensor.origins)

    def _moved(self, name: str, node: ast.Call, tensor: ast.expr, given: Sequence[ast.expr], many: bool) -> Typed:
        """A function or method that moves the data of a tensor; with ``many``, sizes may be given one by one."""
        _require(name in _MOVES and not node.keywords)
        typed = [self._tensor(tensor), *map(self._expression, given)]
        counts = _MOVES[name]
        if counts is None:
            single = len(typed) == 2 and typed[1].kind in ("list", "tuple")
            _require(single or (many and len(typed) > 1 and all(part.kind == "int" for part in typed[1:])))
        else:
            _require(counts[0] <= len(given) <= counts[1] and all(part.kind == "int" for part in typed[1:]))
        return Typed("tensor", origins=_origins(typed))

    def _roll(self, node: ast.Call, *given: ast.expr) -> Typed:
        arguments = self._bound(node, given, ("input", "shifts", "dims"))
        _require(arguments.keys() == {"input", "shifts", "dims"})
        typed = {name: self._expression(value) for name, value in arguments.items()}
        kinds = {typed["shifts"].kind, typed["dims"].kind}
        _require(typed["input"].kind == "tensor" and (kinds <= {"list", "tuple"} or kinds == {"int"}))
        return Typed("tensor", origins=_origins([*typed.values()]))

    def _pad(self, node: ast.Call) -> Typed:
        arguments = self._bound(node, node.args, ("input", "pad", "mode", "value"))
        _require({"input", "pad"} <= arguments.keys())
        typed = {name: self._expression(value) for name, value in arguments.items()}
        _require(typed["input"].kind == "tensor" and typed["pad"].kind in ("list", "tuple"))
        _require("mode" not in typed or typed["mode"].kind == "str")
        _require("value" not in typed or typed["value"].kind == "float")
        return Typed("tensor", origins=_origins([typed["input"], typed["pad"]]))

    def _bound(self, node: ast.Call, given: Sequence[ast.expr], names: Sequence[str]) -> dict[str, ast.expr]:
        _require(len(given) <= len(names) and all(keyword.arg in names[len(given) :] for keyword in node.keywords))
        return dict(zip(names, given)) | {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}

    def _rounded(self, node: ast.Call) -> Typed:
        _require(len(node.args) == 1 and not node.keywords)
        typed = self._expression(node.args[0])
        _require(typed.kind == "float")
        return self._computed(node, "int", [typed])

    def _builtin(self, name: str, node: ast.Call) -> Typed:
        _require(not node.keywords)
        if name == "float" and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            return Typed("float")
        typed = [self._expression(part) for part in node.args]
        kinds = {part.kind for part in typed}
        if name in ("max", "min") and len(typed) == 2 and kinds in ({"int"}, {"float"}):
            return self._computed(node, typed[0].kind, typed)
        if name in ("int", "abs") and len(typed) == 1 and kinds <= {"int", "float"}:
            return self._computed(node, "int" if name == "int" else typed[0].kind, typed)
        raise _NotShown

    def _through(self, called: FunctionFacts, node: ast.Call) -> Typed:
        """A function of the tree, which is compiled too."""
        inner = _Checker(called, self.depth + 1)
        result = inner.check()
        arguments = self._bound(node, node.args, [argument.arg for argument in called.node.args.args])
        given = {name: self._expression(value) for name, value in arguments.items()}
        for name, typed in inner.parameters.items():
            if name in given:
                fits = (typed.kind, typed.count) == (given[name].kind, given[name].count)
                _require(fits or (typed.kind, given[name].kind) == ("list", "tuple"))
            else:
                _require(_has_default(called, name))

        def outer(origins: frozenset[str]) -> frozenset[str]:
            return frozenset().union(*(given[name].origins for name in origins if name in given))

        for part in inner.arithmetic:
            if outer(part.origins):
                self.arithmetic.append(Arithmetic(node, outer(part.origins)))
        return replace(result, origins=outer(result.origins))


def _require(holds: bool) -> None:
    if not holds:
        raise _NotShown


def _origins(parts: Sequence[Typed]) -> frozenset[str]:
    return frozenset().union(*(part.origins for part in parts))


def _number(node: ast.expr) -> int | None:
    """A number as it is written."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if not isinstance(number, bool):
            return -number
    return None


def _has_default(function: FunctionFacts, name: str) -> bool:
    arguments = function.node.args
    tail = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    with_default = [*tail, *(a for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults) if default is not None)]
    return any(argument.arg == name for argument in with_default)

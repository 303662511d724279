"""Parameters of functions: defaults, arguments that meet them, and what the body shows them to be."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

from modulint.lint.assignments import dotted
from modulint.lint.operations import DISTINCTIVE_METHODS
from modulint.lint.scopes import AnyFunction, children, parameters
from modulint.lint.values import Value

_TENSOR_EVIDENCE = frozenset(
    {"shape", "device", "dtype", "ndim", "is_cuda", "requires_grad", "grad_fn", "is_leaf"}
    | {"size", "dim", "view", "permute", "unsqueeze"}
)


_CACHE = "_modulint_uses"


def parameter_of(method: AnyFunction, name: str) -> ast.arg | None:
    arguments = method.args
    return next((a for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if a.arg == name), None)


def takes_integer(function: AnyFunction, name: str) -> bool:
    """Whether a name is a parameter that is annotated as an integer."""
    parameter = parameter_of(function, name)
    return parameter is not None and isinstance(parameter.annotation, ast.Name) and parameter.annotation.id == "int"


_HOLDERS = frozenset({"List", "Optional", "Sequence", "Tuple", "Union", "list", "tuple"})


def takes_integers(function: AnyFunction, name: str) -> bool:
    """Whether a name is a parameter that is annotated as an integer, or as what holds nothing else: ``Tuple[int, int]``."""
    parameter = parameter_of(function, name)
    return parameter is not None and parameter.annotation is not None and _is_of_integers(parameter.annotation)


def _is_of_integers(annotation: ast.expr) -> bool:
    match annotation:
        case ast.Name(id="int") | ast.Constant(value=None) | ast.Constant(value=builtins.Ellipsis):
            return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_of_integers(left) and _is_of_integers(right)
        case ast.Tuple(elts=parts):
            return all(map(_is_of_integers, parts))
        case ast.Subscript(value=holder, slice=inner):
            return dotted(holder).rpartition(".")[2] in _HOLDERS and _is_of_integers(inner)
    return False


def parameter_at(function: AnyFunction, place: int | str, shift: int) -> str:
    """The name of the parameter that an argument meets, given by position or by name, "" where it meets none. ``shift``
    counts those that the call does not write."""
    if isinstance(place, str):
        return place
    names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    return names[place + shift] if place + shift < len(names) else ""


def default_of(function: AnyFunction, name: str) -> ast.expr | None:
    """The default of a parameter, None where it has none."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    tail = positional[len(positional) - len(arguments.defaults) :]
    for argument, default in zip(tail, arguments.defaults, strict=True):
        if argument.arg == name:
            return default
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.arg == name:
            return keyword_default
    return None


def match_arguments(
    function: AnyFunction, positional: tuple[Value, ...], keywords: dict[str, Value]
) -> dict[str, Value]:
    names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    return {**dict(zip(names, positional)), **keywords}


@dataclass(frozen=True, slots=True)
class Use:
    """A place that shows what a parameter is: a call that it is handed to, or None where it is used as a tensor."""

    name: str
    call: ast.Call | None = None
    position: int | str = 0


def uses(function: AnyFunction) -> tuple[Use, ...]:
    """What is done with the parameters of a function, each as long as it was not bound again.

    Those that the function asks ``isinstance`` about are left out: they may be this or that.
    """
    known: tuple[Use, ...] | None = function.__dict__.get(_CACHE)
    if known is None:
        collector = _Uses(set(parameters(function)))
        if isinstance(function, ast.Lambda):
            collector.expression(function.body)
        else:
            collector.block(function.body)
        known = tuple(use for use in collector.found if use.name not in collector.tested)
        setattr(function, _CACHE, known)
    return known


class _Uses:
    """Goes through statements in the order of the source. ``alive`` are the parameters that were not bound again."""

    def __init__(self, alive: set[str]) -> None:
        self.alive = alive
        self.tested: set[str] = set()
        self.found: list[Use] = []

    def block(self, body: list[ast.stmt]) -> None:
        for node in body:
            if not self.alive:
                return
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.alive.discard(node.name)
                continue
            inner: list[list[ast.stmt]] = []
            bound: list[ast.expr] = []
            for child in ast.iter_child_nodes(node):
                if isinstance(child, (ast.expr, ast.withitem)):
                    bound += self.expression(child)
            self.alive -= {target.id for target in bound if isinstance(target, ast.Name)}
            inner += [getattr(node, field, []) for field in ("body", "orelse")]
            inner += [part.body for field in ("handlers", "cases") for part in getattr(node, field, [])]
            for block in [*inner, getattr(node, "finalbody", [])]:
                self.block(block)

    def expression(self, root: ast.AST) -> list[ast.expr]:
        """Note the uses in an expression. Returns the names that it binds."""
        bound: list[ast.expr] = []
        queue = [root]
        while queue:
            node = queue.pop()
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    bound.append(node)
                continue
            if isinstance(node, ast.Lambda):
                continue
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.alive:
                if node.attr in _TENSOR_EVIDENCE or node.attr in DISTINCTIVE_METHODS:
                    self.found.append(Use(node.value.id))
            elif isinstance(node, ast.Call):
                self.call(node)
            queue.extend(children(node))
        return bound

    def call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            self.tested |= {part.id for part in node.args[:1] if isinstance(part, ast.Name)}
            return
        given: list[tuple[int | str, ast.expr]] = []
        for position, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                break
            given.append((position, argument))
        given += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None]
        for place, argument in given:
            part = _beside_numbers(argument)
            if isinstance(part, ast.Name) and part.id in self.alive:
                self.found.append(Use(part.id, node, place))


def _beside_numbers(node: ast.expr) -> ast.expr:
    """``x`` of ``x + 3.0``, which is no tensor unless ``x`` is one."""
    while isinstance(node, ast.BinOp):
        if _is_number(node.right):
            node = node.left
        elif _is_number(node.left):
            node = node.right
        else:
            break
    return node


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))

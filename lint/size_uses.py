"""What becomes of a quotient of sizes: whether it leaves its function, as an argument of a call or as a result.

One that only decides on a branch, or on the turns of a loop, is no part of a trace.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.assignments import Function, decorators, dotted
from modulint.lint.forward import ForwardPath, Fraction
from modulint.lint.forward.parameters import parameter_at, takes_integer
from modulint.lint.scopes import AnyFunction, walk


@dataclass(frozen=True, slots=True)
class Use:
    """A call that is given a size, or None where it is a result; ``is_integer`` where what is called says that it takes
    an integer."""

    call: ast.Call | None
    is_integer: bool = False


def uses_of(path: ForwardPath, step: Fraction, self_name: str) -> Iterator[Use]:
    """The uses of a quotient in the function that computes it, also under the names that it has there."""
    function = step.function
    names = set[str]()
    while added := {*names_of(function, step.operator, names)} - names:
        names |= added
    for node in walk(function):
        match node:
            case ast.Call():
                for place, given in _arguments(node):
                    if any(_is_one_of(part, step.operator, names) for part in _parts(given)):
                        yield from _use(path, step, self_name, node, place)
            case ast.Return(value=ast.expr() as value):
                if any(_is_one_of(part, step.operator, names) for part in _parts(value)):
                    yield Use(None)


def names_of(function: AnyFunction, operator: ast.expr, known: set[str]) -> Iterator[str]:
    """The names that are bound to an expression, to a name that is known to stand for it, or to a tuple or list with one."""
    for node in walk(function):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = [*zip(target.elts, node.value.elts)]
            for name, value in pairs:
                if isinstance(name, ast.Name) and any(_is_one_of(part, operator, known) for part in _parts(value)):
                    yield name.id


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """An expression, or those in a tuple or list."""
    if isinstance(node, (ast.Tuple, ast.List)):
        for part in node.elts:
            yield from _parts(part)
    else:
        yield node


def _is_one_of(node: ast.expr, operator: ast.expr, names: set[str]) -> bool:
    return node is operator or isinstance(node, ast.Name) and node.id in names


def _arguments(call: ast.Call) -> Iterator[tuple[int | str, ast.expr]]:
    yield from enumerate(call.args)
    yield from ((keyword.arg or "", keyword.value) for keyword in call.keywords)


def _use(path: ForwardPath, step: Fraction, self_name: str, call: ast.Call, place: int | str) -> Iterator[Use]:
    """A call as a use, of a function of the tree, a module, or a method of an object: not `range`, or `int`."""
    helper = path.helper_calls.get(call)
    owner, _, name = dotted(call.func).partition(".")
    method = step.owner.method(name) if owner and owner == self_name else None
    if helper is not None or method is not None:
        function = helper.function.node if helper is not None else method[1] if method is not None else None
        assert function is not None
        yield Use(call, _is_taken_as_integer(function, call, place))
    elif path.site_of(call) is not None or isinstance(call.func, ast.Attribute):
        yield Use(call)


def _is_taken_as_integer(function: Function, call: ast.Call, place: int | str) -> bool:
    """Whether the parameter that an argument of a method or function meets is annotated as an integer."""
    if isinstance(place, int) and any(isinstance(part, ast.Starred) for part in call.args[: place + 1]):
        return False
    shift = int(isinstance(call.func, ast.Attribute) and "staticmethod" not in decorators(function))
    return takes_integer(function, parameter_at(function, place, shift))

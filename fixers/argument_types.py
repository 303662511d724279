"""Which type an attribute has that is an argument of an operation, as far as ``__init__`` says: TorchScript asks for it."""

from __future__ import annotations

import ast

from modulint.lint.assignments import Assignment, dotted, first_argument
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.parameters import parameter_of
from modulint.lint.scopes import AnyFunction

_ANNOTATED = frozenset({"bool", "float", "int", "str"})


def type_of(owner: Owner, function: AnyFunction, node: ast.expr) -> str:
    """``int`` for ``self.stride`` where ``__init__`` gives it an argument that is annotated so; "" where nothing is shown."""
    name, _, attribute = dotted(node).partition(".")
    if not isinstance(owner, ClassFacts) or isinstance(function, ast.Lambda) or name != first_argument(function):
        return ""
    types = {_given(assignment) for _, assignment in owner.attribute(attribute)}
    return types.pop() if len(types) == 1 else ""


def _given(assignment: Assignment) -> str:
    """The type of what one assignment gives."""
    value, method = assignment.value, assignment.method
    match value:
        case ast.Constant(value=constant):
            written = type(constant).__name__
            return written if written in _ANNOTATED else ""
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if parts and all(map(_is_int, parts)):
            return "numbers"
        case ast.Name(id=name) if method is not None:
            parameter = parameter_of(method, name)
            rebound = any(isinstance(each, ast.Name) and each.id == name and _is_bound(each) for each in ast.walk(method))
            if parameter is not None and not rebound and isinstance(parameter.annotation, ast.Name):
                return parameter.annotation.id if parameter.annotation.id in _ANNOTATED else ""
    return ""


def _is_int(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)

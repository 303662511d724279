"""Parameters of functions: defaults, arguments that meet them, and what the body shows them to be."""

from __future__ import annotations

import ast

from modulint.lint.operations import DISTINCTIVE_METHODS
from modulint.lint.scopes import AnyFunction
from modulint.lint.values import Value

_TENSOR_EVIDENCE = frozenset(
    {"shape", "device", "dtype", "ndim", "is_cuda", "requires_grad", "grad_fn", "is_leaf"}
    | {"size", "dim", "view", "permute", "unsqueeze"}
)


def parameter_of(method: AnyFunction, name: str) -> ast.arg | None:
    arguments = method.args
    return next((a for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if a.arg == name), None)


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


def tensor_evidence(function: AnyFunction) -> frozenset[str]:
    """Names in a function that it treats as only tensors can be treated: ``x.shape``, ``x.size(0)``, ``x.view(...)``."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in _TENSOR_EVIDENCE or node.attr in DISTINCTIVE_METHODS:
                found.add(node.value.id)
    return frozenset(found)

"""Which names a function binds itself, so that they do not mean what the module calls by them; and a fast walk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

AnyFunction: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_NO_CHILDREN = frozenset(
    {"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "op", "ops", "simple"}
    | {"type_comment"}
)
_PARTS: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}
"""The fields of a class of nodes that may hold nodes."""
_CACHE = "_modulint_bound_names"
_REBOUND = "_modulint_rebound_names"


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below ``node``, without the operators and contexts that hold nothing. Half the price of ``ast``'s."""
    kind = type(node)
    names = _PARTS.get(kind)
    if names is None:
        names = _PARTS[kind] = tuple(name for name in node._fields if name not in _NO_CHILDREN)
    found: list[ast.AST] = []
    for name in names:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif type(value) is list:
            found += [part for part in value if isinstance(part, ast.AST)]
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and what stands in it, level by level as ``ast.walk`` gives it, by way of ``children``."""
    queue = [node]
    for each in queue:
        queue += children(each)
        yield each


def parents_in(node: ast.AST) -> dict[ast.AST, ast.AST]:
    """What each node below ``node`` stands in."""
    return {child: outer for outer in walk(node) for child in children(outer)}


def bound_names(function: AnyFunction) -> frozenset[str]:
    """The names that are local to a function: parameters, and what its own statements bind."""
    # Kept on the node itself: it is asked for again and again, and lives no longer than the tree.
    known: frozenset[str] | None = function.__dict__.get(_CACHE)
    if known is None:
        names = set(parameters(function))
        if not isinstance(function, ast.Lambda):
            names |= _stored_names(list(function.body))
        known = frozenset(names)
        setattr(function, _CACHE, known)
    return known


def rebound_names(function: AnyFunction) -> frozenset[str]:
    """The names that ``global`` or ``nonlocal`` share between a function, or those inside of it, and others."""
    known: frozenset[str] | None = function.__dict__.get(_REBOUND)
    if known is None:
        declared = (node.names for node in walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)))
        known = frozenset().union(*declared)
        setattr(function, _REBOUND, known)
    return known


def parameters(function: AnyFunction) -> Iterator[str]:
    """The names of all parameters of a function."""
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None:
            yield star.arg


def bindings_of(function: ast.AST, name: str) -> list[ast.expr | None]:
    """What a function binds a name to: an expression for each assignment to it alone, None for any other binding."""
    bound = 0
    values: list[ast.expr | None] = []
    for node in walk(function):
        if isinstance(node, ast.Name):
            bound += node.id == name and not isinstance(node.ctx, ast.Load)
        elif isinstance(node, ast.Assign):
            if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
                values.append(node.value)
    return [*values, *[None] * (bound - len(values))]


def _stored_names(queue: list[ast.AST]) -> set[str]:
    names: set[str] = set()
    while queue:
        node = queue.pop()
        kind = type(node)
        if kind is ast.Name:
            assert isinstance(node, ast.Name)
            if type(node.ctx) is ast.Store:
                names.add(node.id)
            continue
        if kind is ast.Constant or kind is ast.Lambda:
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            continue
        if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        queue += children(node)
    return names

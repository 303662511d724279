"""Which names a function binds itself, so that they do not mean what the module calls by them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeAlias

AnyFunction: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def bound_names(function: AnyFunction) -> frozenset[str]:
    """The names that are local to a function: parameters, and what its own statements bind."""
    names = set(parameters(function))
    if not isinstance(function, ast.Lambda):
        names |= set(_stored_names(function.body))
    return frozenset(names)


def parameters(function: AnyFunction) -> Iterator[str]:
    """The names of all parameters of a function."""
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None:
            yield star.arg


def _stored_names(body: Iterable[ast.AST]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                yield node.id
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            continue
        if isinstance(node, (ast.Lambda, ast.Constant)):
            continue
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)) and name:
            yield name
        yield from _stored_names(ast.iter_child_nodes(node))

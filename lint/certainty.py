"""Whether one run of a module surely precedes another one in each forward pass that comes by the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from modulint.lint.forward import Run
from modulint.lint.scopes import walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_ONE_OF = (ast.If, ast.IfExp, ast.While, ast.Try, ast.Match, ast.match_case, ast.BoolOp, ast.Compare)
_Condition: TypeAlias = tuple[ast.AST, object]


def surely_precedes(parents: Mapping[ast.AST, ast.AST], earlier: Run, later: Run) -> bool:
    """Whether ``earlier``, which may precede ``later``, always does. ``parents`` are those of the file that both stand in."""
    shared = 0
    while earlier.stack[: shared + 1] == later.stack[: shared + 1] and shared < len(earlier.stack):
        shared += 1
    ways = [*earlier.stack[shared:], earlier.node], [*later.stack[shared:], later.node]
    if earlier.loops or any(node not in parents for way in ways for node in way):
        return False
    asked = {condition for node in ways[0] for condition in _conditions(parents, node)}
    if any(_may_leave(parents, node) for node in ways[0][1:]):
        return False
    return asked <= {condition for node in ways[1] for condition in _conditions(parents, node)}


def _conditions(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> Iterator[_Condition]:
    """What has to hold for a node to run in a call of the function that it stands in: each statement or expression around it
    that runs one part of it or another, with the part."""
    while not isinstance(outer := parents[node], _FUNCTIONS):
        if isinstance(outer, (*_ONE_OF, *_LOOPS)) and (part := _part(outer, node)) is not None:
            yield outer, part
        node = outer


def _part(outer: ast.AST, node: ast.AST) -> object:
    """Where a node stands in what runs one of its parts; None where it runs in any case."""
    for name, value in ast.iter_fields(outer):
        if value is node:
            return None if name in ("test", "subject", "iter", "left") else name
        if isinstance(value, list) and node in value:
            first = isinstance(outer, (ast.BoolOp, ast.Compare)) and value.index(node) == 0
            return None if first else (name, value.index(node)) if isinstance(outer, (ast.BoolOp, ast.Compare, ast.Match)) else name
    return None


def _may_leave(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> bool:
    """Whether the function around a node may be left before its end."""
    while not isinstance(node, _FUNCTIONS):
        node = parents[node]
    last = node.body[-1] if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
    return any(isinstance(each, ast.Return) and each is not last for each in walk(node))

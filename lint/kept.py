"""What a model makes in one forward pass and finds again in later ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modulint.lint.assignments import decorators, dotted, first_argument
from modulint.lint.forward import ForwardPath, Step
from modulint.lint.scopes import AnyFunction, walk

_CACHES = frozenset({"cache", "cached_property", "lru_cache", "once"})
_ASKS = frozenset({"getattr", "hasattr"})
_SETS = frozenset({"__setattr__", "register_buffer", "setattr", "setdefault", "update"})


def is_kept(path: ForwardPath, step: Step) -> bool:
    """Whether a step belongs to what fills an attribute for later calls: it stands under a condition on an attribute that
    the forward path sets, in a function that sets one it reads, or in one that remembers what it returned."""
    functions = [step.function, *_callers(path, step)]
    if any(not isinstance(function, ast.Lambda) and decorators(function) & _CACHES for function in functions):
        return True
    asked = {name for guard in step.guards for name in _read(guard)}
    if asked and not asked.isdisjoint(name for function in path.reached for name in _set(function)):
        return True
    return any(not {*_read(function)}.isdisjoint(_set(function)) for function in functions)


def _callers(path: ForwardPath, step: Step) -> Iterator[AnyFunction]:
    """The functions whose calls lead to a step."""
    calls = {call for run in step.runs for call in run.stack}
    for function in path.reached if calls else ():
        if any(node in calls for node in walk(function)):
            yield function


def _read(code: ast.AST) -> Iterator[str]:
    """The attributes that code asks an object for."""
    nodes = [*walk(code)]
    written = {node.value for node in nodes if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)}
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(), attr=attribute, ctx=ast.Load()) if node not in written:
                yield attribute
            case ast.Call(func=callee) if dotted(callee) in _ASKS:
                yield from _texts(node)


def _set(function: AnyFunction) -> Iterator[str]:
    """The attributes of its instance that a method gives another value than a constant, or other contents."""
    name = "" if isinstance(function, ast.Lambda) else first_argument(function)
    nodes = [*walk(function)]
    flags = {
        target
        for node in nodes
        if isinstance(node, (ast.Assign, ast.AugAssign)) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    }
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute, ctx=ast.Store()) if owner == name:
                if node not in flags:
                    yield attribute
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=owner), attr=attribute), ctx=ast.Store()) if owner == name:
                yield attribute
            case ast.Call(func=callee):
                owner, _, called = dotted(callee).rpartition(".")
                if called in _SETS and (owner == name or any(dotted(each) == name for each in node.args[:1])):
                    yield from _texts(node)
                elif called in _SETS and owner.startswith(f"{name}."):
                    yield owner.partition(".")[2]


def _texts(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value

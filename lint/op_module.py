"""Whether a class is an op module already: no submodules, and one operation at most in each way through ``forward``.

Quantizers take such a class for one operation, whatever it is called. AIMET's connected graph looks no further into a
module without children whose trace has one operation.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modulint.lint.assignments import Function, dotted
from modulint.lint.classes import ClassFacts, FunctionFacts
from modulint.lint.forward import attribute_value
from modulint.lint.scopes import walk
from modulint.lint.scripting import is_scripted


def is_op_module(facts: ClassFacts) -> bool:
    """Whether each statement of ``forward`` returns the result of one call or operator, and nothing else computes."""
    found = facts.method("forward")
    if found is None or len(facts.entries) > 1 or facts.container_base or any(base not in _PLAIN for base in facts.outer_bases):
        return False
    ways = [*_ways(found[1].body)]
    single = _writes_in_place(ways) or all(_is_single(each, facts) or _is_scripted_call(facts, each) for each in ways)
    return single and not any(_children(facts, found[1]))


_PLAIN = frozenset({"torch.nn.Module"})
_NESTING = 3  # functions that call one another


def _ways(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of ``forward``, docstrings aside, with conditions replaced by what they lead to."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _ways([*statement.body, *statement.orelse])
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            yield statement


def _is_single(statement: ast.stmt, scope: ClassFacts | FunctionFacts, nesting: int = 0) -> bool:
    """Whether a statement returns one operation, be it by way of a function of the tree that computes no more."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return False
    value = statement.value
    ways = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    operations = [[node for node in walk(way) if _computes(node)] for way in ways]
    calls = (node for found in operations for node in found if isinstance(node, ast.Call))
    references = (scope.resolve(dotted(call.func)) for call in calls)
    functions = [scope.index.function(reference) for reference in references if reference.kind == "function"]
    return all(len(found) <= 1 for found in operations) and all(
        function is not None
        and nesting < _NESTING
        and all(_is_single(each, function, nesting + 1) for each in _ways(function.node.body))
        for function in functions
    )


def _writes_in_place(statements: list[ast.stmt]) -> bool:
    """Whether it is `input += other`, and `input` is returned."""
    match statements:
        case [ast.AugAssign(target=ast.Name(id=name), value=value), ast.Return(value=ast.Name(id=returned))]:
            return returned == name and not any(map(_computes, walk(value)))
    return False


def _is_scripted_call(facts: ClassFacts, statement: ast.stmt) -> bool:
    """Whether a statement returns what a function gives that is one piece of a trace; the sizes it takes come as those of an
    empty tensor."""
    if not isinstance(statement, ast.Return) or not isinstance(statement.value, ast.Call):
        return False
    reference = facts.resolve(dotted(statement.value.func))
    function = facts.index.function(reference) if reference.kind == "function" else None
    given = [part for part in statement.value.args if not (isinstance(part, ast.Call) and _last(part.func) == "new_empty")]
    calls = (node for part in given for node in walk(part) if isinstance(node, (ast.Call, ast.BinOp)))
    return function is not None and is_scripted(function) and not any(calls)


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]


def _computes(node: ast.AST) -> bool:
    return isinstance(node, (ast.Call, ast.BinOp, ast.Compare, ast.Subscript)) or (
        isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant)
    )


def _children(facts: ClassFacts, forward: Function) -> Iterator[str]:
    """The attributes that are modules, or may be and are called: what nothing shows may be a number as well."""
    called = {dotted(node.func).partition(".")[2].partition(".")[0] for node in walk(forward) if isinstance(node, ast.Call)}
    for part in facts.mro:
        for name in part.assignments:
            value = attribute_value(facts, name)
            if value.kind == "module" and (value.shown or name in called):
                yield name

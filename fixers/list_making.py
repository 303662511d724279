"""What an ``__init__`` runs over to make the modules of a list, where that says how many there are before they are made."""

from __future__ import annotations

import ast
import re
from typing import TypeGuard

from modulint.fixers.module_lists import LISTS
from modulint.lint.assignments import Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.scopes import bindings_of, bound_names, parameters, walk


def made_over(owner: ClassFacts, attribute: str) -> str:
    """What ``__init__`` runs over to make the modules of ``self.attribute``, one in each turn: an expression of its arguments
    that says the same anywhere in it. "" where there is none."""
    made = owner.assignments.get(attribute, [])
    if owner.init is None or len(made) != 1 or not made[0].top or made[0].method is not owner.init or made[0].via != "=":
        return ""
    match made[0].value:
        case ast.Call(func=called, args=arguments, keywords=[]) if owner.resolve(dotted(called) or "?").name in LISTS:
            pass
        case _:
            return ""
    match arguments:
        case [ast.ListComp(generators=[generator]) | ast.GeneratorExp(generators=[generator])] if not generator.ifs:
            run_over = generator.iter if attribute not in owner.lengthened else None
        case []:
            run_over = _filled_over(owner, owner.init, attribute)
        case _:
            run_over = None
    match run_over:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
            run_over = inner
    return ast.unparse(run_over) if run_over is not None and _is_fixed(owner.init, run_over) else ""


def _filled_over(owner: ClassFacts, init: Function, attribute: str) -> ast.expr | None:
    """What the loop runs over that appends one module in each turn, and is the only one to do so."""
    calls = owner.lengthened.get(attribute, [])
    for statement in init.body:
        match statement:
            case ast.For(body=body, iter=iterated, orelse=[]) if any(isinstance(each, ast.Expr) and each.value in calls for each in body):
                ends = any(isinstance(node, (ast.Break, ast.Continue, ast.Return)) for node in walk(statement))
                one = len(calls) == 1 and isinstance(calls[0].func, ast.Attribute) and calls[0].func.attr != "extend"
                own = one and dotted(calls[0].func).rpartition(".")[0] == f"{first_argument(init)}.{attribute}"
                return iterated if own and not ends else None
    return None


def _is_fixed(init: Function, run_over: ast.expr) -> bool:
    """Whether running over an expression is the same wherever ``__init__`` does it: a range, or an argument that is a list."""
    named = {node.id for node in walk(run_over) if isinstance(node, ast.Name)} - {"len", "range"}
    if {"len", "range", "enumerate"} & bound_names(init) or not named <= {*parameters(init)} - {first_argument(init)}:
        return False
    match run_over:
        case ast.Name(id=name):
            return _is_list_argument(init, name)
        case ast.Call(func=ast.Name(id="range"), args=arguments, keywords=[]):
            lists = {node.args[0] for each in arguments for node in walk(each) if _is_length(node)}
            plain = (ast.Name, ast.Constant, ast.BinOp, ast.operator, ast.expr_context)
            nodes = [node for each in arguments for node in walk(each)]
            sizes = all(isinstance(node, plain) or _is_length(node) for node in nodes)
            stored = any(bindings_of(init, name) for name in named)
            return sizes and not stored and all(isinstance(each, ast.Name) and _is_list_argument(init, each.id) for each in lists)
    return False


def _is_length(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and dotted(node.func) == "len" and len(node.args) == 1 and not node.keywords


def _is_list_argument(init: Function, name: str) -> bool:
    """Whether an argument is a list or tuple, which ``__init__`` only reads: running over it twice gives the same."""
    arguments = [*init.args.posonlyargs, *init.args.args, *init.args.kwonlyargs]
    annotation = next((each.annotation for each in arguments if each.arg == name), None)
    shown = annotation is not None and re.match(r"(?:\w+\.)?([lL]ist|[tT]uple|Sequence)\b", ast.unparse(annotation)) is not None
    reads: list[ast.expr] = []
    for node in walk(init):
        match node:
            case ast.Subscript(value=read, ctx=ast.Load()) | ast.Call(func=ast.Name(id="len"), args=[read]):
                reads.append(read)
                shown = shown or (isinstance(read, ast.Name) and read.id == name)
            case ast.For(iter=read) | ast.comprehension(iter=read):
                reads.append(read)
            case ast.Call(func=ast.Name(id="enumerate" | "zip"), args=several):
                reads += several
    return shown and all(node in reads for node in walk(init) if isinstance(node, ast.Name) and node.id == name)

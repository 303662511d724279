"""Which models a file takes apart into their children: a new child of theirs would join what is done to these. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modulint.lint.assignments import LENGTHENING
from modulint.lint.scopes import walk

_GROWS = re.compile(rf"([\w.]+)\.(?:{'|'.join(sorted(LENGTHENING))})\(")
# Functions of packages that make models of their own classes, by name.
_ZOO = re.compile(r"torchvision\.models\.\w|timm\.create_model\(")


def unpacked(tree: ast.Module) -> Iterator[str]:
    """What the file takes the children of: ``model``, ``resnet18()``, but not ``self``.

    A function that visits every child and calls itself on it takes nothing apart: it meets one more module. Nor is
    anything of this file among the children of what a model zoo makes.
    """
    functions = [node for node in walk(tree) if isinstance(node, ast.FunctionDef)]
    visited = {visit for function in functions for visit in (*_visits(function), *_of_zoo(function))}
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("children", "named_children", "_modules"):
            owner = ast.unparse(node.value)
            if owner not in ("self", "super()") and node not in visited:
                yield owner


def _visits(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """The ``model.named_children`` of loops in which ``function`` calls itself."""
    for loop in walk(function):
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call):
            called = (node.func for part in loop.body for node in walk(part) if isinstance(node, ast.Call))
            if any(ast.unparse(callee).rpartition(".")[2] == function.name for callee in called):
                yield loop.iter.func


def _of_zoo(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """The ``self.model.children`` of models that the function makes by name, and those of parts of such a model."""
    given: dict[str, list[ast.expr]] = {}
    asked: list[ast.Attribute] = []
    for node in walk(function):
        if isinstance(node, ast.Attribute) and node.attr in ("children", "named_children"):
            asked.append(node)
        for name, value in _assigned(node):
            given.setdefault(name, []).append(value)
    if not any(_ZOO.match(ast.unparse(value)) for values in given.values() for value in values):
        return
    arguments = {argument.arg for argument in walk(function.args) if isinstance(argument, ast.arg)}
    grown = {match[1] for match in _GROWS.finditer(ast.unparse(function))}
    known = given.keys() - arguments - grown
    while True:
        of_zoo = {name for name in known if all(_is_part(value, known) for value in given[name])}
        if of_zoo == known:
            break
        known = of_zoo
    attributes = {name for name in known if "." in name and not any(_ZOO.match(ast.unparse(value)) for value in given[name])}
    yield from (node for node in asked if _references(node.value) <= known - attributes)


def _is_part(value: ast.expr, known: set[str]) -> bool:
    """Whether an expression is a model of a zoo, or made of such models alone."""
    references = _references(value)
    return _ZOO.match(ast.unparse(value)) is not None or bool(references) and references <= known


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield ast.unparse(target), node.value


def _references(node: ast.expr) -> frozenset[str]:
    """The names and attributes of ``self`` that a value is made of; ``list`` and ``nn`` aside, which keep what they get."""
    match node:
        case ast.Attribute(value=ast.Name(id="self")):
            return frozenset({ast.unparse(node)})
        case ast.Subscript(value=value):
            return _references(value)
        case ast.IfExp(body=body, orelse=orelse):
            return _references(body) | _references(orelse)
        case ast.Name(id=name):
            return frozenset() if name in ("list", "nn") else frozenset({name})
    return frozenset().union(*(_references(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)))

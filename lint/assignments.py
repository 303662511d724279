"""Assignments to attributes, read off the statements of one class. A pure function of its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

NAMING = frozenset({"add_module", "register_module"})
"""Methods that give a module a child under a name."""
LENGTHENING = NAMING | {"append", "extend", "insert"}
"""Methods that add to what a list or a module holds."""
REGISTERING = NAMING | {"register_buffer", "register_parameter"}
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One place that gives an attribute of ``self`` (or of the class body, ``method`` being None) a value.

    ``value`` is None where the value is not one expression: an unpacked tuple, a loop variable, an augmented assignment.
    Of a tuple that is unpacked from one expression, that is ``whole``, and the place in it ``index``.
    ``via`` is the call that makes it, ``register_buffer`` for example, or "=". ``top`` is true for a statement that
    stands directly in the body of its method.
    """

    attribute: str
    value: ast.expr | None
    statement: ast.stmt
    method: Function | None
    via: str
    top: bool
    whole: ast.expr | None = None
    index: int = 0

    @property
    def keeps_part(self) -> bool:
        """Whether the attribute becomes a slice of what it was: ``self.blocks = self.blocks[:3]``."""
        value = self.value
        if not isinstance(value, ast.Subscript) or not isinstance(value.slice, ast.Slice):
            return False
        return dotted(value.value).rpartition(".")[2] == self.attribute


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for a chain of names, "" for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def decorators(function: Function | ast.ClassDef) -> set[str]:
    """The last parts of a definition's decorators: ``{"property", "unused", "setter"}``."""
    names = (dotted(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list)
    return {name.rpartition(".")[2] for name in names}


def first_argument(function: Function) -> str:
    """The name of a function's first positional parameter, "" where it has none."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    return arguments[0].arg if arguments else ""


def is_static(function: Function) -> bool:
    """Whether a method has no ``self``."""
    return bool({"staticmethod", "classmethod"} & decorators(function))


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement that runs when a block at module or class level does, also inside ``if``, ``try`` and the like."""
    for node in body:
        yield node
        for block in _BLOCKS:
            if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from statements(getattr(node, block, ()))
        for handler in getattr(node, "handlers", ()):
            yield from statements(handler.body)
        for case in getattr(node, "cases", ()):
            yield from statements(case.body)


def assignments(node: ast.ClassDef) -> Iterator[Assignment]:
    """Every assignment to an attribute in the statements of a class, in source order."""
    for member in statements(node.body):
        if isinstance(member, ast.AnnAssign) and member.value is None:
            continue  # a declaration gives no value
        if isinstance(member, (ast.Assign, ast.AnnAssign)):
            for target in member.targets if isinstance(member, ast.Assign) else [member.target]:
                yield from _class_level(target, member.value, member)
        elif isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = first_argument(member)
            if name and not ({"staticmethod", "classmethod"} & decorators(member)):
                yield from _self_assignments(member.body, name, member, True)


def _class_level(target: ast.expr, value: ast.expr | None, statement: ast.stmt) -> Iterator[Assignment]:
    if isinstance(target, ast.Name):
        yield Assignment(target.id, value, statement, None, "=", True)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _class_level(element, None, statement)
    elif isinstance(target, ast.Starred):
        yield from _class_level(target.value, None, statement)


def _self_assignments(body: Iterable[ast.stmt], name: str, method: Function, top: bool) -> Iterator[Assignment]:
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _targets(target, node.value, node, name, method, top)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield from _targets(node.target, node.value, node, name, method, top)
        elif isinstance(node, ast.AugAssign):
            yield from _targets(node.target, None, node, name, method, top)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                yield from _targets(target, None, node, name, method, top)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _registration(node.value, node, name, method, top)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            yield from _targets(node.target, None, node, name, method, False)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    yield from _targets(item.optional_vars, None, node, name, method, False)
        if isinstance(node, ast.ClassDef):
            continue
        for block in _BLOCKS:
            yield from _self_assignments(getattr(node, block, ()), name, method, False)
        for handler in getattr(node, "handlers", ()):
            yield from _self_assignments(handler.body, name, method, False)
        for case in getattr(node, "cases", ()):
            yield from _self_assignments(case.body, name, method, False)


def _targets(
    target: ast.expr, value: ast.expr | None, node: ast.stmt, name: str, method: Function, top: bool
) -> Iterator[Assignment]:
    if isinstance(target, (ast.Tuple, ast.List)):
        values: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            values = list(value.elts)
        for index, (element, part) in enumerate(zip(target.elts, values, strict=True)):
            for found in _targets(element, part, node, name, method, top):
                is_place = part is None and isinstance(element, ast.Attribute)
                yield replace(found, whole=value, index=index) if is_place else found
            if isinstance(element, ast.Starred):
                value = None  # what stands behind a star has no place that is known
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, None, node, name, method, top)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == name:
        yield Assignment(target.attr, value, node, method, "=", top)


def _registration(call: ast.Call, node: ast.stmt, name: str, method: Function, top: bool) -> Iterator[Assignment]:
    function = dotted(call.func)
    owner, _, verb = function.rpartition(".")
    arguments = call.args
    if owner == name and verb in REGISTERING:
        pass
    elif function == "setattr" and len(arguments) > 1 and dotted(arguments[0]) == name:
        verb, arguments = "=", arguments[1:]
    else:
        return
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    attribute = arguments[0] if arguments else keywords.get("name")
    value = arguments[1] if len(arguments) > 1 else next((v for k, v in keywords.items() if k != "name"), None)
    if isinstance(attribute, ast.Constant) and isinstance(attribute.value, str):
        yield Assignment(attribute.value, value, node, method, verb, top)

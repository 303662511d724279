"""Functions that a project has its own tracer of torch.fx take for leaves, and how a class becomes one for the same tracer.

Such a function is named to the tracer by a decorator, ``@register_notrace_function``, and hands back what it is given. A
class can stand for the function where the project has the same for modules: whatever the tracer left closed stays closed,
and for ``torch.fx.symbolic_trace`` both are open. What ``torch.fx.wrap`` names is closed for that one too, and it knows no
such thing for modules.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from modulint.lint.assignments import dotted, first_argument
from modulint.lint.classes import FunctionFacts
from modulint.lint.forward.parameters import default_of, parameter_of
from modulint.lint.scopes import walk
from modulint.lint.tree import Reference

_OF_FUNCTIONS, _OF_MODULES = "register_notrace_function", "register_notrace_module"


@dataclass(frozen=True, slots=True)
class Mark:
    """The decorator of a class, as the file writes it, and the imports that this takes."""

    decorator: str
    imports: tuple[str, ...] = ()


def leaf_mark(function: FunctionFacts) -> Mark | None:
    """The decorator for the class of a function that has one decorator, which makes it a leaf; None where it has others,
    or there is none for classes."""
    if len(function.node.decorator_list) != 1:
        return None
    name = dotted(function.node.decorator_list[0])
    prefix, _, last = name.rpartition(".")
    known = function.resolve(name) if last == _OF_FUNCTIONS else Reference("unknown")
    sibling = Reference("function", _OF_MODULES, known.path)
    if known.kind != "function" or not _hands_back(function, known) or not _hands_back(function, sibling):
        return None
    spelled = f"{prefix}.{_OF_MODULES}" if prefix else _OF_MODULES
    if function.resolve(spelled) == sibling:
        return Mark(spelled)
    tree, module = function.index.tree, function.module
    if prefix or tree.may_bind(module, spelled):
        return None
    package = next((target.rpartition(".")[0] for target in module.bindings.get(name, ())), "")
    brought = _import_of(function, name)
    if brought is None or tree.resolve_import(module, f"{package}.{spelled}") != sibling:
        return None
    return Mark(spelled, (f"from {'.' * brought.level}{brought.module or ''} import {spelled}",))


def _hands_back(function: FunctionFacts, reference: Reference) -> bool:
    """Whether a decorator of the tree does nothing to what it decorates."""
    decorator = function.index.function(reference)
    if decorator is None or decorator.node.decorator_list:
        return False
    given = [node.value for node in walk(decorator.node) if isinstance(node, ast.Return)]
    return len(given) == 1 and isinstance(given[0], ast.Name) and given[0].id == first_argument(decorator.node)


def _import_of(function: FunctionFacts, name: str) -> ast.ImportFrom | None:
    """The statement at the top level of the function's file that imports this name, and no other way."""
    found = [
        node
        for node in function.source.parse().body
        if isinstance(node, ast.ImportFrom) and any(alias.name == name and not alias.asname for alias in node.names)
    ]
    return found[0] if len(found) == 1 else None


def always_takes_tensor(function: FunctionFacts, name: str) -> bool:
    """Whether a parameter that calls give tensors is never None: the tracer runs a leaf function that no tensor of the
    trace goes into, and a leaf module it does not."""
    node, parameter = function.node, parameter_of(function.node, name)
    if parameter is None or default_of(node, name) is not None:
        return False
    if parameter.annotation is not None and re.search(r"\b(?:None|Optional)\b", ast.unparse(parameter.annotation)):
        return False
    return not any(_asks_for_none(part, name) for part in walk(node))


def _asks_for_none(part: ast.AST, name: str) -> bool:
    match part:
        case ast.Compare(left=ast.Name(id=compared), ops=[ast.Is() | ast.IsNot()]):
            return compared == name
    return False

"""Where one module instance is put: into a call, a list, an attribute. And who owns it there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from modulint.lint.assignments import Function, dotted, first_argument
from modulint.lint.classes import ClassFacts, Classes
from modulint.lint.names import ModuleFacts
from modulint.lint.operations import CONTAINERS, MODULES
from modulint.lint.scopes import AnyFunction, walk
from modulint.lint.tree import Reference

Parents: TypeAlias = tuple[ast.AST, ...]
"""What a node stands in, nearest last."""

Arms: TypeAlias = tuple[tuple[ast.AST, int], ...]
"""The branches that a node stands in: the statement or expression, and which of its branches."""

_ADDING = frozenset({"append", "insert", "add_module", "register_module", "extend"})
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Scope:
    """The module level of a file: where names in it stand for what the file binds."""

    index: Classes
    module: ModuleFacts

    def resolve(self, name: str) -> Reference:
        """What a dotted name stands for there."""
        return self.index.tree.resolve(self.module, name)


def is_module_class(index: Classes, reference: Reference) -> bool:
    """Whether calls of what a name stands for make a module."""
    if reference.kind == "external":
        return reference.name in MODULES - CONTAINERS or reference.name == "torch.nn.Sequential"
    found = index.get(reference) if reference.kind == "class" else None
    return found is not None and found.is_module


def parents_of(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> Parents:
    """The same as a chain."""
    chain: list[ast.AST] = []
    while node in parents:
        node = parents[node]
        chain.append(node)
    return tuple(reversed(chain))


def through_branches(node: ast.expr, parents: Parents) -> tuple[ast.expr, Parents]:
    """The largest expression that ``node`` is the value of in one case: ``act if deep else nn.Identity()``."""
    while parents:
        outer = parents[-1]
        if isinstance(outer, ast.IfExp) and node is not outer.test:
            pass
        elif not (isinstance(outer, ast.BoolOp) and isinstance(outer.op, ast.Or)):
            break
        node, parents = outer, parents[:-1]
    return node, parents


def registers(node: ast.expr, parents: Parents) -> bool:
    """Whether a read of an instance puts it somewhere: into a call, a display, an attribute or another name of ``self``."""
    node, parents = through_branches(node, parents)
    outer = parents[-1]
    if isinstance(outer, ast.keyword):
        return True
    if isinstance(outer, ast.Call):
        if outer.func is node:
            return False
        name = outer.func.attr if isinstance(outer.func, ast.Attribute) else dotted(outer.func)
        return _keeps(outer, parents) if name in _ADDING else not name.islower() or name == "__init__"
    if isinstance(outer, (ast.List, ast.Tuple, ast.Dict)):
        return not isinstance(getattr(outer, "ctx", None), ast.Store) and _is_kept(outer, parents[:-1])
    if isinstance(outer, _COMPREHENSIONS):
        return outer.elt is node
    if isinstance(outer, ast.Assign):
        return any(isinstance(target, ast.Attribute) for target in outer.targets)
    return False


def _is_kept(display: ast.expr, parents: Parents) -> bool:
    """Whether what a list, tuple or dict holds stays there, and is not only looked at in turn."""
    outer = parents[-1]
    if isinstance(outer, ast.Call):
        name = outer.func.attr if isinstance(outer.func, ast.Attribute) else dotted(outer.func)
        return not name.islower() or name in _ADDING
    if isinstance(outer, ast.Return):
        return isinstance(display, ast.List)
    return not (isinstance(outer, (ast.For, ast.comprehension)) and outer.iter is display)


def _keeps(call: ast.Call, parents: Parents) -> bool:
    """Whether what ``layers.append(...)`` adds to may be, or become, a module, and is no list that stays a plain one."""
    if not isinstance(call.func, ast.Attribute):
        return True
    name = dotted(call.func.value)
    function = next((p for p in reversed(parents) if isinstance(p, (ast.FunctionDef, ast.AsyncFunctionDef))), None)
    if not name or function is None:
        return True
    if "." in name:
        around = next((p for p in reversed(parents) if isinstance(p, ast.ClassDef)), None)
        return around is None or not _only_lists(around, name)
    return not _only_lists(function, name) or _is_handed_on(function, name)


def _only_lists(code: ast.AST, name: str) -> bool:
    """Whether all that is assigned to a name in ``code`` are displays of lists."""
    values = [
        node.value
        for node in walk(code)
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        and any(dotted(t) == name for t in (node.targets if isinstance(node, ast.Assign) else [node.target]))
    ]
    return bool(values) and all(isinstance(value, (ast.List, ast.ListComp)) for value in values)


def _is_handed_on(function: Function, name: str) -> bool:
    """Whether a list goes into a call that may make a container of it, or leaves the function."""
    for node in walk(function):
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            called = node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
            if not called.islower() or called in _ADDING:
                if any(isinstance(n, ast.Name) and n.id == name for part in given for n in walk(part)):
                    return True
        elif isinstance(node, ast.Return) and node.value is not None:
            if any(isinstance(n, ast.Name) and n.id == name for n in walk(node.value)):
                return True
    return False


def arms(parents: Parents, node: ast.AST) -> Arms:
    """The branches that a node stands in, outermost first."""
    found: list[tuple[ast.AST, int]] = []
    for parent, child in zip(parents, (*parents, node)[1:], strict=True):
        if isinstance(parent, ast.If) and isinstance(child, ast.stmt):
            found.append((parent, 0 if child in parent.body else 1))
        elif isinstance(parent, ast.IfExp) and child is not parent.test:
            found.append((parent, 0 if child is parent.body else 1))
        elif isinstance(parent, ast.Match):
            found.append((parent, parent.cases.index(child) if isinstance(child, ast.match_case) else -1))
    return tuple(found)


def exclusive(first: Arms, second: Arms) -> bool:
    """Whether only one of two places can run."""
    known = dict(first)
    return any(node in known and known[node] != arm for node, arm in second)


def loops(parents: Parents) -> Parents:
    """The loops that a node stands in, outermost first."""
    return tuple(parent for parent in parents if isinstance(parent, _LOOPS))


def owner_of(node: ast.expr, parents: Parents, facts: ClassFacts | None, function: AnyFunction | None) -> str:
    """What gets an instance where it is put: ``Net.first``, or the code that hands it on where no attribute is shown."""
    where = facts.qualname if facts is not None else ""
    own = first_argument(function) if function is not None and not isinstance(function, ast.Lambda) else ""
    index = None
    for inner, outer in zip((node, *reversed(parents)), reversed(parents)):
        targets: Sequence[ast.expr] = ()
        match outer:
            case ast.Tuple(elts=elements) if inner in elements:
                index = elements.index(inner)
                continue
            case ast.Assign(targets=[ast.Tuple(elts=places)], value=ast.Tuple(elts=values)) if index is not None:
                targets = [places[index]] if len(places) == len(values) else []
            case ast.Assign():
                targets = outer.targets
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                targets = [target]
            case ast.Call(func=ast.Attribute(value=holder, attr=called)) if called in _ADDING:
                first = outer.args[0] if outer.args else None
                if dotted(holder) == own and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    return f"{where}.{first.value}"
                targets = [holder]
        for each in targets:
            held: ast.expr = each
            while isinstance(held, ast.Subscript):
                held = held.value
            name = dotted(held)
            if name.startswith(f"{own}.") and where:
                return f"{where}.{name.partition('.')[2]}"
            if "." in name:
                return name
        if isinstance(outer, ast.stmt):
            break
    name = getattr(function, "name", "")
    return f"{where}.{name}" if where and name else name or where or "the module"


def listed(owners: Iterable[tuple[str, str]]) -> str:
    """``(owner, place)`` in words, each once: ``Net.first` (line 8) and `Net.second` (line 9)``."""
    found = [f"`{owner}` ({place})" for owner, place in dict.fromkeys(owners)]
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)

"""The calls of a class's instances, when all of them are in one file and each can be seen."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from modulint.fixers.proposal import Refusal
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Place
from modulint.lint.names import dotted

# What may be done with an instance beside calling it, without its signature mattering.
_HARMLESS = frozenset({"eval", "train", "to", "cuda", "cpu", "half", "float", "parameters", "named_parameters", "state_dict"})
_HARMLESS |= {"load_state_dict", "modules", "named_modules", "requires_grad_", "zero_grad", "apply"}


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """One call of an instance. ``parents`` are the nodes around it, nearest last."""

    call: ast.Call
    parents: tuple[ast.AST, ...]


def callers(file: File, facts: ClassFacts) -> list[Caller] | Refusal:
    """Every call of an instance of ``facts``, or why they are not all in sight."""
    if facts.subclasses:
        return Refusal(f"subclass `{facts.subclasses[0].node.name}` has the same signature")
    if any("forward" in base.methods for base in facts.mro[1:]):
        return Refusal("it overrides the `forward` of a class of the tree")
    target = f"{file.module.module}.{facts.qualname}"
    for importer in file.tree.importers(file.module.path):
        targets = {t for targets in importer.bindings.values() for t in targets}
        if target in targets or file.module.module in importer.stars or file.module.module in targets:
            return Refusal(f"it is used in another file: {importer.module}")
    found: list[Caller] = []
    for place in file.places:
        if isinstance(place.node, ast.Name) and place.node.id == facts.node.name:
            if file.resolve(place.node.id, place) != facts.reference or _is_annotation(place):
                continue
            answer = _from_construction(file, place)
            if isinstance(answer, Refusal):
                return answer
            found += answer
        elif _is_method_call(place, facts):
            return Refusal("its own methods call `forward`")
    return found


def _is_method_call(place: Place, facts: ClassFacts) -> bool:
    node = place.node
    return place.facts is facts and isinstance(node, ast.Attribute) and node.attr in ("forward", "__call__")


def _is_annotation(place: Place) -> bool:
    return any(
        isinstance(parent, ast.arg) or (isinstance(parent, ast.AnnAssign) and parent.value is None) for parent in place.parents
    )


def _from_construction(file: File, place: Place) -> list[Caller] | Refusal:
    construction = place.parents[-1]
    if not isinstance(construction, ast.Call) or construction.func is not place.node:
        if isinstance(construction, ast.Call) and dotted(construction.func) == "super":
            return []
        return Refusal("the class itself is handed on")
    parent = place.parents[-2]
    if isinstance(parent, ast.Call) and parent.func is construction:
        return [Caller(parent, place.parents[:-2])]
    if isinstance(parent, ast.Expr):
        return []
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
        return Refusal("an instance is handed on where it is made")
    name = dotted(parent.targets[0])
    if not name or name.count(".") > 1:
        return Refusal("an instance is kept where its calls cannot be followed")
    return _of_variable(file, name, place)


def _of_variable(file: File, name: str, made: Place) -> list[Caller] | Refusal:
    found: list[Caller] = []
    attribute = name.rpartition(".")[2]
    for place in file.places:
        node = place.node
        if "." in name:
            if not isinstance(node, ast.Attribute) or node.attr != attribute:
                continue
        elif not isinstance(node, ast.Name) or node.id != name or (made.function and place.function is not made.function):
            continue
        parent = place.parents[-1]
        if isinstance(parent, ast.Call) and parent.func is node:
            found.append(Caller(parent, place.parents[:-1]))
        elif not (isinstance(parent, ast.Attribute) and parent.attr in _HARMLESS):
            return Refusal(f"`{name}` is handed on, so that not all its calls are in sight")
    return found

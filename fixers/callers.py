"""The calls of a class's instances, when all of them are in one file and each can be seen."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from modulint.fixers.proposal import Refusal
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Place
from modulint.lint.names import last_part
from modulint.lint.assignments import decorators, dotted
from modulint.lint.scopes import bound_names, walk

# What may be done with an instance beside calling it, without its signature mattering.
_HARMLESS = frozenset({"eval", "train", "to", "cuda", "cpu", "half", "float", "parameters", "named_parameters", "state_dict"})
_HARMLESS |= {"load_state_dict", "modules", "named_modules", "requires_grad_", "zero_grad", "apply"}
_GIVES_ITSELF = frozenset({"eval", "train", "to", "cuda", "cpu", "half", "float", "requires_grad_", "apply"})


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """One call of an instance. ``parents`` are the nodes around it, nearest last."""

    call: ast.Call
    parents: tuple[ast.AST, ...]


def callers(file: File, facts: ClassFacts) -> list[Caller] | Refusal:
    """Every call of an instance of ``facts``, or why they are not all in sight."""
    if facts.below:
        return Refusal(f"subclass `{last_part(facts.below[0].name)}` has the same signature")
    if decorators(facts.node):
        return Refusal("a decorator of the class may hand it on")
    if any("forward" in base.methods for base in facts.mro[1:]):
        return Refusal("it overrides the `forward` of a class of the tree")
    importers = file.tree.importers(file.module.path)
    if importers:
        return Refusal(f"its file is imported by another one: {importers[0].module}")
    if re.search(r"\bself\(", facts.text):
        return Refusal("its own methods call it")
    if facts.node.name in names_in_f_strings(file.syntax):
        return Refusal("an f-string uses the class; what stands in f-strings is not rewritten")
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
    """Whether the class is only named as a return type; a parameter or variable of the type would have to be followed."""
    function = next((p for p in reversed(place.parents) if isinstance(p, (ast.FunctionDef, ast.AsyncFunctionDef))), None)
    return function is not None and function.returns is not None and place.node in walk(function.returns)


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
    if attribute in names_in_f_strings(file.syntax):
        return Refusal(f"an f-string uses `{name}`; what stands in f-strings is not rewritten")
    for place in file.places:
        node = place.node
        if "." in name:
            if not isinstance(node, ast.Attribute) or node.attr != attribute:
                continue
        elif not isinstance(node, ast.Name) or node.id != name:
            continue
        elif place.function is not made.function:
            inner = place.function
            if inner is not None and name in bound_names(inner):
                continue
            return Refusal(f"`{name}` is used in another function than the one that makes it")
        parent = place.parents[-1]
        if isinstance(parent, ast.Call) and parent.func is node:
            found.append(Caller(parent, place.parents[:-1]))
        elif not _is_harmless(place):
            return Refusal(f"`{name}` is handed on, so that not all its calls are in sight")
    return found


def _is_harmless(place: Place) -> bool:
    """A method of torch's own on the instance; where that gives the instance back, as a statement of its own."""
    parent = place.parents[-1]
    if not isinstance(parent, ast.Attribute) or parent.attr not in _HARMLESS:
        return False
    return parent.attr not in _GIVES_ITSELF or (len(place.parents) > 2 and isinstance(place.parents[-3], ast.Expr))


def names_in_f_strings(node: ast.AST) -> set[str]:
    """Names and attributes that are read inside f-strings, where positions are not reliable before Python 3.12."""
    strings = [part for part in walk(node) if isinstance(part, ast.JoinedStr)]
    inner = [part for string in strings for part in walk(string)]
    names = {part.id for part in inner if isinstance(part, ast.Name)}
    return names | {part.attr for part in inner if isinstance(part, ast.Attribute)}

"""Lists of lists of modules: whether the entries of a list stay as long as they are when ``__init__`` has made it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modulint.fixers.module_lists import is_list_of_modules, may_shrink
from modulint.fixers.placement import contains
from modulint.lint.assignments import LENGTHENING, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.scopes import bindings_of, parameters, walk


def against_entries(owner: ClassFacts, attribute: str) -> str:
    """Why an entry of the list ``self.attribute``, a list of modules too, may hold more modules later than when the list is
    complete: one line, "" if it does not."""
    reason = f"the entries of `{attribute}`, which the loop runs over, may become longer"
    if not is_list_of_modules(owner, attribute):
        return reason
    if may_shrink(owner, attribute) or any(each.keeps_part for _, each in owner.attribute(attribute)):
        return f"`{attribute}`, which the loop runs over, may lose entries, and others take their places"
    own = [each.statement for each in owner.assignments.get(attribute, ())] + owner.lengthened.get(attribute, [])
    for facts in map(owner.index.get, owner.family):
        if facts is None:
            return reason
        for method in facts.methods.values():
            made = _steps(method, own) if method is owner.init else []
            held = {node.id for each in made for node in walk(each) if isinstance(node, ast.Name)} - {first_argument(method)}
            for changed, node in _lengthened(method):
                later = not any(contains(each, node) for each in made)
                if later and (changed in held or _may_be_entry(facts, method, changed, attribute, isinstance(node, ast.Call))):
                    return reason
    return ""


def _steps(init: Function, made: list[ast.stmt | ast.Call]) -> list[ast.stmt]:
    """The statements of ``__init__`` down to the last one that makes a list, or adds to it."""
    last = max((i for i, each in enumerate(init.body) if any(contains(each, node) for node in made)), default=-1)
    return init.body[: last + 1]


def _lengthened(method: Function) -> Iterator[tuple[str, ast.Call | ast.Assign | ast.AugAssign]]:
    """Where a method adds to something or puts something else into it, and the name of that, "" where it has none."""
    for node in walk(method):
        match node:
            case ast.Call(func=ast.Attribute(value=changed, attr=name)) if name in LENGTHENING:
                pass
            case ast.Assign(targets=[ast.Subscript(value=changed)]) | ast.AugAssign(target=ast.Name() | ast.Subscript() as changed):
                pass
            case _:
                continue
        while isinstance(changed, (ast.Subscript, ast.Call)):
            changed = changed.value if isinstance(changed, ast.Subscript) else changed.func
        yield dotted(changed), node


def _may_be_entry(facts: ClassFacts, method: Function, name: str, attribute: str, is_list: bool) -> bool:
    """Whether what a name stands for may be an entry of ``self.attribute``. Of what ``is_list`` for certain that is to be
    shown, all else would have to be taken from there."""
    if name.partition(".")[0] == first_argument(method) and "." in name:
        return attribute in name.split(".")
    return not _is_new(facts, method, name) if is_list else name in _taken_from(method, attribute)


def _taken_from(method: Function, attribute: str) -> set[str]:
    """The local names that may stand for an entry of ``self.attribute``: they get their values where it is named."""
    found: set[str] = set()
    while True:
        known = len(found)
        for node in walk(method):
            match node:
                case ast.Assign(targets=targets, value=given):
                    pass
                case ast.For(target=ast.Tuple(elts=[_, *targets]), iter=ast.Call(func=ast.Name(id="enumerate")) as given):
                    pass
                case ast.For(target=target, iter=given) | ast.comprehension(target=target, iter=given):
                    targets = [target]
                case ast.NamedExpr(target=target, value=given):
                    targets = [target]
                case _:
                    continue
            inside = list(walk(given))
            if any(isinstance(each, ast.Attribute) and each.attr == attribute for each in inside) or any(
                isinstance(each, ast.Name) and each.id in found for each in inside
            ):
                found |= {each.id for part in targets for each in walk(part) if isinstance(each, ast.Name)}
        if len(found) == known:
            return found


def _is_new(facts: ClassFacts, method: Function, name: str) -> bool:
    """Whether a local name only stands for what its method constructs: a list, a dict, a module."""
    made = bindings_of(method, name)
    return bool(made) and name not in {*parameters(method)} and all(_constructs(facts, each) for each in made)


def _constructs(facts: ClassFacts, value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        made = facts.resolve(dotted(value.func) or "?")
        return made.kind == "class" or made.name.startswith(("torch.nn.", "collections."))
    return isinstance(value, (ast.Constant, ast.List, ast.ListComp, ast.Dict))

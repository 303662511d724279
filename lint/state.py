"""Whether a module holds parameters or buffers, as far as the expression that makes it shows."""

from __future__ import annotations

import ast
import re
from typing import Literal

from modulint.lint.assignments import Assignment, Function
from modulint.lint.classes import ClassFacts
from modulint.lint.assignments import dotted
from modulint.lint.operations import CONTAINERS, MODULES, STATEFUL_WITH, STATELESS
from modulint.lint.scopes import bound_names, walk
from modulint.lint.sharing import Scope
from modulint.lint.tree import Reference
from modulint.lint.values import annotated

State = Literal["none", "some", "unknown"]

_DRAWS = re.compile(r"\b(?:torch\.rand|torch\.normal|torch\.bernoulli|random\.|np\.random|nn\.init)")


def state_of(owner: ClassFacts | Scope, method: Function | None, value: ast.expr) -> State:
    """What the module that ``value`` makes holds. ``owner`` and ``method`` say where the expression stands."""
    if isinstance(value, ast.IfExp):
        return _worst(state_of(owner, method, value.body), state_of(owner, method, value.orelse))
    if isinstance(value, ast.Constant):
        return "none"
    if not isinstance(value, ast.Call):
        return "unknown"
    function = dotted(value.func)
    if not function:
        return "unknown"
    if method is not None and function.partition(".")[0] in bound_names(method):
        return _made_by_parameter(owner, method, function) if function in _parameters(method) else "unknown"
    return _made_by(owner, owner.resolve(function), value, method)


def _made_by(owner: ClassFacts | Scope, reference: Reference, call: ast.Call, method: Function | None) -> State:
    if reference.kind == "external":
        name = reference.name
        if name in STATELESS:
            risky = STATEFUL_WITH.get(name)
            if risky and (len(call.args) > 1 or {keyword.arg for keyword in call.keywords} & {*risky, None}):
                return "unknown"
            return "none"
        if name == "torch.nn.Sequential":
            return _worst(*(state_of(owner, method, part) for part in call.args)) if call.args else "none"
        return "some" if name in MODULES - CONTAINERS else "unknown"
    if reference.kind == "class":
        facts = owner.index.get(reference)
        return class_state(facts) if facts is not None else "unknown"
    return "unknown"


def state_of_class(owner: ClassFacts, name: str) -> State:
    """What instances hold of the class with this absolute dotted name, whatever its constructor is given."""
    reference = owner.index.tree.resolve_import(owner.module, name)
    if reference.kind == "class":
        facts = owner.index.get(reference)
        return class_state(facts) if facts is not None else "unknown"
    if reference.kind != "external" or reference.name in STATEFUL_WITH:
        return "unknown"
    return "none" if reference.name in STATELESS else "some" if reference.name in MODULES - CONTAINERS else "unknown"


def class_state(facts: ClassFacts) -> State:
    """What instances of a class of the tree hold, whatever its constructor is given."""
    if facts in _UNDER_WAY:
        return "none"  # a class that constructs itself holds what the rest of it holds
    _UNDER_WAY.append(facts)
    try:
        return _class_state(facts)
    finally:
        _UNDER_WAY.pop()


_UNDER_WAY: list[ClassFacts] = []


def _class_state(facts: ClassFacts) -> State:
    if not facts.is_module or facts.unknown_base or facts.container_base:
        return "unknown"
    if any(base in MODULES and base not in STATELESS for base in facts.outer_bases if base != "torch.nn.Module"):
        return "some"
    state: State = "none"
    for part in facts.mro:
        if part.header.computed or _DRAWS.search(part.text):
            return "unknown"
        for assignments in part.assignments.values():
            for assignment in assignments:
                state = _worst(state, _held_by(part, assignment))
    return state


def _held_by(owner: ClassFacts, assignment: Assignment) -> State:
    if assignment.via in ("register_buffer", "register_parameter"):
        return "some"
    value = assignment.value
    if value is None:
        return "unknown"
    return _held_value(owner, assignment, value)


def _held_value(owner: ClassFacts, assignment: Assignment, value: ast.expr) -> State:
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.Compare, ast.Lambda)):
        return "none"
    if isinstance(value, (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Tuple, ast.List)):
        parts = [part for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr)]
        return _worst(*(_held_value(owner, assignment, part) for part in parts)) if parts else "none"
    if isinstance(value, ast.IfExp):
        return _worst(_held_value(owner, assignment, value.body), _held_value(owner, assignment, value.orelse))
    if isinstance(value, ast.Call):
        name = dotted(value.func)
        if name in ("int", "float", "bool", "str", "len", "max", "min", "tuple", "abs", "round") or name.startswith("math."):
            return "none"
        if name.endswith("Parameter"):
            return "some"
        return state_of(owner, assignment.method, value)
    name = dotted(value)
    if not name:
        return "unknown"
    if assignment.method is not None and name in _parameters(assignment.method):
        return _plain_parameter(owner, assignment, name)
    reference = owner.resolve(name)
    return "none" if reference.kind in ("function", "external") else "unknown"


def _plain_parameter(owner: ClassFacts, assignment: Assignment, name: str) -> State:
    """A constructor argument that is kept: a number by its annotation, or by a plain default where it is never called."""
    assert assignment.method is not None
    argument, default = _parameters(assignment.method)[name]
    if annotated(argument.annotation).kind == "other":
        return "none"
    plain = isinstance(default, ast.Constant) and argument.annotation is None
    called = re.search(rf"\bself\.{re.escape(assignment.attribute)}\(", owner.text)
    return "none" if plain and not called else "unknown"


def _made_by_parameter(owner: ClassFacts | Scope, method: Function, name: str) -> State:
    """``act_layer()``: a class that came in as a constructor argument.

    Judged by its default, unless the method binds the name anew, or some file of the tree hands on a class with
    parameters under this name, or torch's only activation with parameters in any way.
    """
    _, default = _parameters(method)[name]
    target = dotted(default) if default is not None else ""
    stored = any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in walk(method))
    summary = owner.index.tree.summary
    passed = summary.passed
    if not target or stored or summary.learned_activation or not all(_is_stateless(owner, cls) for keyword, cls in passed if keyword == name):
        return "unknown"
    return _made_by(owner, owner.resolve(target), ast.Call(ast.Name(name), [], []), method)


def _is_stateless(owner: ClassFacts | Scope, name: str) -> bool:
    """Whether every class of this name, torch's or the tree's, holds no state."""
    found = owner.index.tree.classes_named(name)
    if f"torch.nn.{name}" in MODULES and not found:
        return f"torch.nn.{name}" in STATELESS
    facts = [owner.index.get(reference) for reference in found]
    return bool(facts) and all(part is not None and class_state(part) == "none" for part in facts)


def _parameters(method: Function) -> dict[str, tuple[ast.arg, ast.expr | None]]:
    arguments = method.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    found = {argument.arg: (argument, default) for argument, default in zip(positional, defaults, strict=True)}
    found |= {a.arg: (a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    return found


def _worst(*states: State) -> State:
    return "some" if "some" in states else "unknown" if "unknown" in states else "none"

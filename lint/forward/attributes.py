"""What the attributes of an instance are, read off the statements that assign them."""

from __future__ import annotations

import ast

from modulint.lint.assignments import Assignment, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.forward.parameters import default_of, parameter_of
from modulint.lint.operations import MODULES, OPERATIONS
from modulint.lint.scopes import bound_names
from modulint.lint.values import OTHER, OWN_TENSOR, TENSOR, UNKNOWN, Value, annotated, join

BUILTIN_OTHER = frozenset({"len", "int", "float", "bool", "str", "range", "isinstance", "hasattr", "id", "type", "repr"})


_PARAMETER = frozenset({"torch.nn.Parameter", "torch.nn.Buffer", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer"})


def attribute_value(facts: ClassFacts, name: str) -> Value:
    """What ``self.name`` is for an instance of ``facts``, from the nearest class that says anything about it."""
    for owner in facts.mro:
        if name in owner.methods:
            return Value("function", node=owner.methods[name], facts=owner)
        assignments = owner.assignments.get(name)
        if assignments:
            value = _assigned_value(owner, assignments[0], name)
            for assignment in assignments[1:]:
                value = _either(value, _assigned_value(owner, assignment, name))
            return value
        for nested in owner.node.body:
            if isinstance(nested, ast.AnnAssign) and isinstance(nested.target, ast.Name) and nested.target.id == name:
                if (value := annotated(nested.annotation)).kind != "unknown":
                    return value
    return OTHER if name == "training" else UNKNOWN


def _either(first: Value, second: Value) -> Value:
    if first.kind == second.kind == "module":
        if (first.name, first.facts) == (second.name, second.facts):
            return first
        return Value("module", path=first.path, shown=first.shown and second.shown)
    if "module" in (first.kind, second.kind) and "other" in (first.kind, second.kind):
        return first if first.kind == "module" else second  # `self.act = None` on one branch
    return join(first, second)


def _assigned_value(owner: ClassFacts, assignment: Assignment, name: str) -> Value:
    if assignment.via in ("register_buffer", "register_parameter"):
        return OWN_TENSOR
    if assignment.value is None:
        return UNKNOWN
    return constructed_value(owner, assignment.method, assignment.value, name)


def constructed_value(owner: ClassFacts, method: Function | None, value: ast.expr, name: str) -> Value:
    """What an expression that stands outside the forward path, mostly in ``__init__``, gives attribute ``name``."""
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.Compare, ast.Dict, ast.Set)):
        return OTHER
    if isinstance(value, ast.Call):
        return _constructed_call(owner, method, value, name)
    if isinstance(value, ast.IfExp):
        return _either(
            constructed_value(owner, method, value.body, name), constructed_value(owner, method, value.orelse, name)
        )
    if isinstance(value, (ast.Tuple, ast.List, ast.ListComp)):
        return UNKNOWN
    if isinstance(value, (ast.BinOp, ast.UnaryOp, ast.BoolOp)):
        parts = [part for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr)]
        kinds = {constructed_value(owner, method, part, name).kind for part in parts}
        return OTHER if kinds == {"other"} else UNKNOWN
    if isinstance(value, ast.Lambda):
        return Value("function", node=value)
    target = dotted(value)
    if not target:
        return UNKNOWN
    head, _, rest = target.partition(".")
    if method is not None and (parameter := parameter_of(method, head)) is not None:
        if head == first_argument(method) and rest:
            return UNKNOWN
        return _parameter_value(method, parameter, name) if not rest else UNKNOWN
    if method is not None and head in bound_names(method):
        return UNKNOWN
    reference = owner.resolve(target)
    if reference.kind == "external" and reference.name in OPERATIONS:
        return Value("operation", operation=OPERATIONS[reference.name])
    if reference.kind == "function":
        plain = owner.index.function(reference)
        return Value("function", node=plain.node, plain=plain) if plain is not None else OTHER
    return UNKNOWN


def _constructed_call(owner: ClassFacts, method: Function | None, call: ast.Call, name: str) -> Value:
    function = dotted(call.func)
    maybe = Value("module", path=name, shown=False)
    if not function:
        return maybe
    if method is not None and function.partition(".")[0] in bound_names(method):
        return maybe
    reference = owner.resolve(function)
    if reference.kind == "class":
        facts = owner.index.get(reference)
        if facts is not None and facts.may_be_module:
            return Value("module", path=name, facts=facts)
        return UNKNOWN
    if reference.kind == "external":
        if reference.name in _PARAMETER:
            return OWN_TENSOR
        if reference.name in MODULES:
            return Value("module", path=name, name=reference.name)
        if reference.name.startswith(("torch.nn.utils.", "torch.nn.")):
            return maybe
        if reference.name.startswith("torch."):
            return TENSOR
        return maybe
    if reference.kind == "unknown" and function in BUILTIN_OTHER | {"tuple", "list", "dict", "set", "max", "min", "sum"}:
        return OTHER
    return maybe


def _parameter_value(method: Function, parameter: ast.arg, name: str) -> Value:
    value = annotated(parameter.annotation)
    if value.kind != "unknown":
        return value
    default = default_of(method, parameter.arg)
    if isinstance(default, ast.Constant) and default.value is not None:
        return OTHER
    return Value("module", path=name, shown=False) if parameter.annotation is not None or default is None else UNKNOWN

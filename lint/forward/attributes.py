"""What the attributes of an instance are, read off the statements that assign them.

Code outside of the forward path is not walked: an expression is looked at where it stands, and a local name stands for
all that its function ever assigns to it. What only defaults of parameters say, or factories that choose while they run,
is kept apart, in the ``choices`` of a module: enough to know what a call gives, not to know the class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from modulint.lint.assignments import Assignment, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.filled_lists import certain_entries
from modulint.lint.forward.parameters import default_of, parameter_of
from modulint.lint.forward.results import torch_result
from modulint.lint.operations import CONTAINERS, MODULES, OPERATIONS
from modulint.lint.scopes import bound_names, children
from modulint.lint.values import NONE, OTHER, OWN_TENSOR, UNKNOWN, Value, annotated, element, join, sequence

BUILTIN_OTHER = frozenset({"len", "int", "float", "bool", "str", "range", "isinstance", "hasattr", "id", "type", "repr"})
_NUMBERS = BUILTIN_OTHER | {"max", "min", "sum", "abs", "round", "dict", "set", "divmod", "pow"}
_PARAMETER = frozenset({"torch.nn.Parameter", "torch.nn.Buffer", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer"})
_DEPTH = 5  # functions within functions that are looked into
_GROWING = frozenset({"append", "extend", "insert", "add_module", "add"})


@dataclass(frozen=True)
class _Scope:
    """Where an expression stands. ``given`` are the arguments of a factory, where they stand themselves; ``known`` what
    the local names were found to be, None while they are looked up."""

    owner: Owner
    function: Function | None
    given: Mapping[str, tuple[_Scope, ast.expr]] = field(default_factory=dict)
    known: dict[str, Value | None] = field(default_factory=dict)
    depth: int = 0


def attribute_value(facts: ClassFacts, name: str) -> Value:
    """What ``self.name`` is for an instance of ``facts``, from the nearest class that says anything about it."""
    return _attribute(facts, name, 0)


def assigned_value(owner: ClassFacts, assignment: Assignment) -> Value:
    """What one assignment of a class gives its attribute."""
    return _assigned(owner, assignment, assignment.attribute, 0)


def constructed_value(owner: ClassFacts, method: Function | None, value: ast.expr, name: str) -> Value:
    """What an expression that stands outside the forward path, mostly in ``__init__``, gives attribute ``name``."""
    return _kept(_value(_Scope(owner, method), value, name), name)


def children_of(facts: ClassFacts) -> Value:
    """What an instance of a class of the tree that derives from ``nn.Sequential`` holds, as far as its ``__init__`` shows."""
    for owner in facts.mro:
        if owner.init is not None and any(base.name in CONTAINERS for base in owner.bases):
            for node in _statements_of(owner.init):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
                    if node.args:
                        return _held(_Scope(owner, owner.init), node, "", Value("module"))
            added = [each for own in owner.assignments.values() for each in own if each.method is owner.init]
            added.sort(key=lambda assignment: assignment.statement.lineno)
            values = [_assigned(owner, assignment, assignment.attribute, 0) for assignment in added]
            return Value("module", items=tuple(value for value in values if value.kind == "module"))
    return UNKNOWN


def _attribute(facts: ClassFacts, name: str, depth: int) -> Value:
    for owner in facts.mro:
        if name in owner.methods:
            return Value("function", node=owner.methods[name], facts=owner)
        made = owner.assignments.get(name, [])
        assignments = [each for each in made if not each.keeps_part] or made
        if assignments:
            value = _assigned(owner, assignments[0], name, depth)
            for assignment in assignments[1:]:
                value = _either(value, _assigned(owner, assignment, name, depth))
            return _grown(owner, name, value, depth) if value.kind == "module" else value
        for nested in owner.node.body:
            if isinstance(nested, ast.AnnAssign) and isinstance(nested.target, ast.Name) and nested.target.id == name:
                if (value := annotated(nested.annotation)).kind != "unknown":
                    return value
    return OTHER if name == "training" else UNKNOWN


def _assigned(owner: ClassFacts, assignment: Assignment, name: str, depth: int) -> Value:
    if assignment.via in ("register_buffer", "register_parameter"):
        return OWN_TENSOR
    if assignment.value is None:
        return _kept(_unpacked(owner, assignment, depth), name)
    value = _kept(_value(_Scope(owner, assignment.method, depth=depth), assignment.value, name), name)
    if value.kind == "unknown" and isinstance(assignment.statement, ast.AnnAssign):
        return annotated(assignment.statement.annotation)
    return value


def _unpacked(owner: ClassFacts, assignment: Assignment, depth: int) -> Value:
    """What stands at a place of a tuple that a factory returns. Its modules are choices, as those of other factories."""
    if assignment.whole is None:
        return UNKNOWN
    held = _value(_Scope(owner, assignment.method, depth=depth), assignment.whole, "")
    if held.kind != "tuple" or held.items is None or assignment.index >= len(held.items):
        return UNKNOWN
    value = held.items[assignment.index]
    if value.kind == "module" and value.alternatives:
        return Value("module", shown=False, choices=value.alternatives, each=value.each)
    return UNKNOWN


def _kept(value: Value, name: str) -> Value:
    """The value as an attribute of the instance. A class is nothing that could be called without being built."""
    if value.kind == "class":
        return UNKNOWN
    return replace(value, path=name) if value.kind == "module" and not value.path else value


def _grown(owner: ClassFacts, name: str, value: Value, depth: int) -> Value:
    """A container with what is appended to it later."""
    if value.name not in CONTAINERS or value.items or value.each is not None:
        return value
    added: list[Value] = []
    for method in owner.methods.values():
        for node in _statements_of(method) if method.name == "__init__" else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING:
                if dotted(node.func.value) == f"{first_argument(method)}.{name}" and node.args:
                    added.append(_value(_Scope(owner, method, depth=depth), node.args[-1], ""))
    return replace(value, items=None, each=_one_of(added)) if added else value


def _either(first: Value, second: Value) -> Value:
    """What is one of two values, by a condition that is not known."""
    if first.is_none or second.is_none:
        return second if first.is_none else first
    kinds = {first.kind, second.kind}
    if kinds == {"module"}:
        if (first.name, first.facts, first.choices) == (second.name, second.facts, second.choices):
            return first
        return Value(
            "module", path=first.path, shown=first.shown and second.shown, choices=_choices(first, second), each=first.each
        )
    if kinds == {"class"}:
        return first if first == second else Value("class", shown=False, choices=_choices(first, second))
    if kinds == {"module", "other"}:
        return first if first.kind == "module" else second  # `self.act = False` on one branch
    if kinds == {"class", "unknown"} or kinds == {"class", "other"}:
        known = first if first.kind == "class" else second
        return Value("class", shown=False, choices=known.alternatives)  # the other one may be any class
    return join(first, second)


def _choices(*values: Value) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(choice for value in values for choice in value.alternatives))


def _one_of(values: Iterable[Value]) -> Value:
    result: Value | None = None
    for value in values:
        result = value if result is None else _either(result, value)
    return UNKNOWN if result is None else result


# --- expressions -----------------------------------------------------------------------------------------------------


def _value(scope: _Scope, node: ast.expr, name: str) -> Value:
    """What an expression gives. ``name`` is that of the attribute it is for, the path of a module that it makes."""
    if isinstance(node, ast.Constant):
        return NONE if node.value is None else OTHER
    if isinstance(node, (ast.JoinedStr, ast.Compare, ast.Dict, ast.Set)):
        return OTHER
    if isinstance(node, ast.Call):
        return _call(scope, node, name)
    if isinstance(node, ast.IfExp):
        return _either(_value(scope, node.body, name), _value(scope, node.orelse, name))
    if isinstance(node, ast.BoolOp):
        parts = [_value(scope, part, name) for part in node.values]
        if {part.kind for part in parts} == {"unknown", "other"} and not parts[-1].is_none:
            return OTHER  # `scale or width ** -0.5`: the truth of a tensor is not asked for
        return _one_of(parts)
    if isinstance(node, (ast.Tuple, ast.List)):
        return _display(scope, node)
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return sequence(_value(scope, node.elt, ""))
    if isinstance(node, ast.BinOp):
        return _binary(_value(scope, node.left, name), _value(scope, node.right, name))
    if isinstance(node, ast.UnaryOp):
        return OTHER if isinstance(node.op, ast.Not) else _value(scope, node.operand, name)
    if isinstance(node, ast.Lambda):
        return Value("function", node=node)
    if isinstance(node, ast.Subscript):
        return _item(_value(scope, node.value, name), node.slice)
    if isinstance(node, ast.NamedExpr):
        return _value(scope, node.value, name)
    target = dotted(node)
    return _name(scope, target, name) if target else UNKNOWN


def _display(scope: _Scope, node: ast.Tuple | ast.List) -> Value:
    items: list[Value] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            held = _value(scope, part.value, "")
            if held.kind != "tuple" or held.items is None:
                return UNKNOWN
            items.extend(held.items)
        else:
            items.append(_value(scope, part, ""))
    return Value("tuple", items=tuple(items), name="list" if isinstance(node, ast.List) else "")


def _binary(left: Value, right: Value) -> Value:
    if left.kind == right.kind == "tuple":
        if left.items is not None and right.items is not None:
            return replace(left, items=left.items + right.items)
        return sequence(_either(element(left), element(right)))
    if {left.kind, right.kind} == {"tuple", "other"}:
        return sequence(element(left if left.kind == "tuple" else right))
    if left.is_tensor or right.is_tensor:
        return replace(left if left.is_tensor else right, own=left.own or right.own)
    # What `__init__` computes from an argument and a number is a number: tensors are made by functions that are known.
    return OTHER if {left.kind, right.kind} in ({"other"}, {"other", "unknown"}) else UNKNOWN


def _item(owner: Value, index: ast.expr) -> Value:
    if owner.kind == "tuple" and owner.items is not None and isinstance(index, ast.Constant) and isinstance(index.value, int):
        return owner.items[index.value] if -len(owner.items) <= index.value < len(owner.items) else UNKNOWN
    return UNKNOWN if owner.kind == "module" or isinstance(index, ast.Slice) else element(owner)


def _name(scope: _Scope, target: str, name: str) -> Value:
    head, _, rest = target.partition(".")
    function = scope.function
    if function is not None and head in bound_names(function):
        if rest and head == first_argument(function) and isinstance(scope.owner, ClassFacts):
            return _own_attribute(scope, scope.owner, rest)
        if rest:
            return UNKNOWN
        return _local(scope, function, head, name)
    reference = scope.owner.resolve(target)
    if reference.kind == "external":
        if reference.name in OPERATIONS:
            return Value("operation", operation=OPERATIONS[reference.name])
        return Value("class", name=reference.name) if reference.name in MODULES else UNKNOWN
    if reference.kind == "function":
        plain = scope.owner.index.function(reference)
        return Value("function", node=plain.node, plain=plain) if plain is not None else OTHER
    if reference.kind == "class":
        facts = scope.owner.index.get(reference)
        return Value("class", facts=facts) if facts is not None and facts.may_be_module else UNKNOWN
    return UNKNOWN


def _own_attribute(scope: _Scope, owner: ClassFacts, name: str) -> Value:
    """``self.name`` in the value of another attribute. A module would have two names then: that says nothing."""
    if "." in name or scope.depth >= _DEPTH or name in owner.methods:
        return UNKNOWN
    value = _attribute(owner, name, scope.depth + 1)
    return UNKNOWN if value.kind in ("module", "function") else value


def _local(scope: _Scope, function: Function, name: str, attribute: str) -> Value:
    """What a parameter or a local name may stand for: all that is assigned to it anywhere in the function."""
    if name in scope.known:
        return scope.known[name] or UNKNOWN
    scope.known[name] = None
    bound = _locals(function)
    values = [_value(scope, node, attribute) if node is not None else UNKNOWN for node in bound.get(name, ())]
    parameter = parameter_of(function, name)
    if parameter is not None and name in scope.given:
        values.insert(0, _value(*scope.given[name], attribute))
    elif parameter is not None:
        value = _parameter(scope, function, parameter, attribute)
        values.insert(0, value)
        if len(values) == 1 and value.kind == "unknown" and _may_be_module(function, parameter):
            values = [Value("module", path=attribute, shown=False)]
    value = _one_of(values)
    added = [_value(scope, node, "") if node is not None else UNKNOWN for node in bound.get(f"{name}.append", ())]
    if value.kind == "tuple" and added:
        grown = sequence(_one_of([*([] if value.items == () else [element(value)]), *added]))
        value = grown
    scope.known[name] = value
    return value


def _parameter(scope: _Scope, function: Function, parameter: ast.arg, attribute: str) -> Value:
    value = annotated(parameter.annotation)
    if value.kind != "unknown":
        return value
    default = default_of(function, parameter.arg)
    if default is None:
        return UNKNOWN
    if isinstance(default, ast.Constant):
        return UNKNOWN if default.value is None else OTHER
    value = _value(_Scope(scope.owner, None, depth=scope.depth), default, attribute)
    if value.kind == "class":
        return Value("class", shown=False, choices=value.alternatives)
    return value if value.kind == "tuple" else UNKNOWN


def _may_be_module(function: Function, parameter: ast.arg) -> bool:
    return parameter.annotation is not None or default_of(function, parameter.arg) is None


# --- calls -----------------------------------------------------------------------------------------------------------


def _call(scope: _Scope, call: ast.Call, name: str) -> Value:
    maybe = Value("module", path=name, shown=False)
    function = dotted(call.func)
    if not function:
        callee = _value(scope, call.func, "") if isinstance(call.func, (ast.Call, ast.IfExp)) else UNKNOWN
        return _instance(callee, maybe)
    head, _, rest = function.partition(".")
    if scope.function is not None and head in bound_names(scope.function):
        if rest and head == first_argument(scope.function) and isinstance(scope.owner, ClassFacts):
            found = scope.owner.method(rest)
            return _made(scope, *found, call, maybe) if found is not None else maybe
        return maybe if rest else _instance(_name(scope, head, ""), maybe)
    reference = scope.owner.resolve(function)
    if reference.kind == "class":
        facts = scope.owner.index.get(reference)
        if facts is not None and facts.may_be_module:
            return Value("module", path=name, facts=facts)
        return UNKNOWN
    if reference.kind == "external":
        return _external_call(scope, reference.name, call, maybe)
    if reference.kind == "function":
        plain = scope.owner.index.function(reference)
        return _made(scope, plain, plain.node, call, maybe) if plain is not None else maybe
    if reference.kind == "unknown" and function in _NUMBERS:
        return OTHER
    if reference.kind == "unknown" and function in ("tuple", "list", "reversed") and len(call.args) <= 1:
        held = _value(scope, call.args[0], "") if call.args else Value("tuple", items=())
        return held if held.kind in ("tuple", "other") else OTHER if held.kind == "unknown" else UNKNOWN
    return maybe


def _external_call(scope: _Scope, name: str, call: ast.Call, maybe: Value) -> Value:
    if name in _PARAMETER:
        return OWN_TENSOR
    if name in CONTAINERS:
        return _held(scope, call, name, replace(maybe, name=name, shown=True))
    if name in MODULES:
        return replace(maybe, name=name, shown=True)
    if name == "functools.partial" and call.args:
        made = _value(scope, call.args[0], "")
        return made if made.kind in ("class", "function") else maybe
    if name.startswith("math."):
        return OTHER
    if name.startswith(("torch.nn.", "torch.jit.", "torch.compile", "torch.ao.", "torch.quantization.")):
        return maybe
    if name.startswith("torch."):
        return torch_result(name, ())
    return maybe


def _held(scope: _Scope, call: ast.Call, name: str, made: Value) -> Value:
    """A container with what its constructor is given."""
    items: list[Value] = []
    arguments = call.args
    if name in ("torch.nn.ModuleList", "torch.nn.ModuleDict") and len(arguments) == 1:
        arguments = [ast.Starred(arguments[0], ast.Load())]
    if len(arguments) == 1 and isinstance(arguments[0], ast.Call) and dotted(arguments[0].func).endswith("OrderedDict"):
        inner = arguments[0].args
        pairs = inner[0].elts if inner and isinstance(inner[0], (ast.List, ast.Tuple)) else None
        if pairs is None:
            return made
        arguments = [pair.elts[1] for pair in pairs if isinstance(pair, ast.Tuple) and len(pair.elts) == 2]
    for argument in arguments:
        if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Dict):
            return replace(made, each=_one_of(_value(scope, part, "") for part in argument.value.values))
        if not isinstance(argument, ast.Starred):
            items.append(_value(scope, argument, ""))
            continue
        held = _value(scope, argument.value, "")
        certain = (*items, *_certain(scope, argument.value))
        if held.kind != "tuple":
            return replace(made, certain=certain)
        if held.items is None or len(arguments) > 1:
            return replace(made, each=_one_of([*items, element(held)]), certain=certain)
        items.extend(held.items)
    return replace(made, items=tuple(items))


def _certain(scope: _Scope, node: ast.expr) -> tuple[Value, ...]:
    """What a local list that is handed on holds for certain, in order, among others."""
    if not isinstance(node, ast.Name) or scope.function is None:
        return ()
    return certain_entries(
        scope.owner, scope.function, node.id, node, lambda choices: _one_of(_value(scope, each, "") for each in choices)
    )


def _instance(callee: Value, maybe: Value) -> Value:
    """What calling a class, or what may be one, gives."""
    if callee.kind != "class" or not callee.alternatives:
        return maybe
    return replace(maybe, choices=tuple(replace(choice, kind="module") for choice in callee.alternatives))


def _made(scope: _Scope, owner: Owner, function: Function, call: ast.Call, maybe: Value) -> Value:
    """What a factory returns when it is called like this. Its modules are choices: it chooses while it runs."""
    if scope.depth >= _DEPTH:
        return maybe
    names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    if isinstance(owner, ClassFacts):
        names = names[1:]
    given = {keyword.arg: (scope, keyword.value) for keyword in call.keywords if keyword.arg is not None}
    if not any(isinstance(part, ast.Starred) for part in call.args):
        given |= {name: (scope, argument) for name, argument in zip(names, call.args)}
    inner = _Scope(owner, function, given, depth=scope.depth + 1)
    value = _one_of(_value(inner, node, "") for node in _locals(function).get("return", ()) if node is not None)
    if value.kind == "module":
        return replace(maybe, choices=value.alternatives, each=value.each) if value.alternatives else maybe
    return value if value.kind in ("class", "other", "tensor", "tuple") else maybe


# --- statements ------------------------------------------------------------------------------------------------------


def _statements_of(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's own body, without those of functions and classes inside."""
    queue: list[ast.AST] = list(reversed(function.body))
    while queue:
        node = queue.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            queue.extend(reversed(children(node)))


_CACHE = "_modulint_locals"


def _locals(function: Function) -> dict[str, list[ast.expr | None]]:
    """What each local name of a function is assigned; with ``.append`` behind it, what is appended; and for
    ``return``."""
    known: dict[str, list[ast.expr | None]] | None = function.__dict__.get(_CACHE)
    if known is not None:
        return known
    found: dict[str, list[ast.expr | None]] = {}
    for node in _statements_of(function):
        if isinstance(node, ast.Return):
            found.setdefault("return", []).append(node.value)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                _note(found, target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if node.value is not None:
                _note(found, node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name):
                key = f"{node.target.id}.append" if isinstance(node.value, (ast.List, ast.ListComp)) else node.target.id
                found.setdefault(key, []).extend(node.value.elts if isinstance(node.value, ast.List) else [None])
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            _note(found, node.target, None)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    _note(found, item.optional_vars, None)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING:
            if isinstance(node.func.value, ast.Name) and node.args:
                key, value = f"{node.func.value.id}.append", node.args[-1]
                many = isinstance(value, (ast.List, ast.Tuple)) and node.func.attr == "extend"
                parts = value.elts if many and isinstance(value, (ast.List, ast.Tuple)) else [value]
                found.setdefault(key, []).extend(parts)
    setattr(function, _CACHE, found)
    return found


def _note(found: dict[str, list[ast.expr | None]], target: ast.expr, value: ast.expr | None) -> None:
    if isinstance(target, ast.Name):
        found.setdefault(target.id, []).append(value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        values: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            values = list(value.elts)
        for part, each in zip(target.elts, values):
            _note(found, part, each)
    elif isinstance(target, ast.Starred):
        _note(found, target.value, None)

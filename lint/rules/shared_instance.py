"""MOD203: one module instance that is registered in several places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from modulint.lint.assignments import Function, dotted, first_argument, statements
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match, Place
from modulint.lint.operations import CONTAINERS, MODULES
from modulint.lint.rule import Rule
from modulint.lint.scopes import AnyFunction, walk

RULE = Rule(
    code="MOD203",
    name="shared-instance",
    summary="one module instance that is registered in several places",
    why=(
        "The object is one, whatever the places are called: it runs once for each of them, named_modules() lists it under "
        "the first name only, and a quantizer gives all uses one range. Class attributes and default arguments are shared "
        "by every instance of the class."
    ),
    bad=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.first = nn.Sequential(nn.Conv2d(32, 32, 3), act)
        self.second = nn.Sequential(nn.Conv2d(32, 32, 3), act)

    def forward(self, x):
        return self.second(self.first(x))
""",
        """\
from torch import nn


class Conv(nn.Module):
    default_act = nn.SiLU()

    def __init__(self, act=True):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)
        self.act = self.default_act if act else nn.Identity()

    def forward(self, x):
        return self.act(self.conv(x))
""",
        """\
from torch import nn


class Block(nn.Module):
    def __init__(self, act=nn.ReLU()):
        super().__init__()
        self.act = act

    def forward(self, x):
        return self.act(x)
""",
    ),
    good=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self, flat, act_layer=nn.ReLU):
        super().__init__()
        act = act_layer()
        if flat:
            self.net = nn.Sequential(nn.Linear(32, 32), act)
        else:
            self.net = nn.Sequential(nn.Conv2d(32, 32, 3), act)

    def forward(self, x):
        return self.net(x)
""",
    ),
    targets=("aimet", "brevitas", "fx"),
    fix="safe",
    fixed="""
A module with parameters or buffers stays the one of all places: copies would drift apart in training. Where several objects
hold it (`SharedBlock(norm=self.norm)` in a loop), each has keys of its own for it in the state_dict, so that it has to stay
registered in each; and for calls that take the weights as inputs each class of such modules would need a second one, that
computes the same on weights from outside.
""",
    source="ultralytics' `default_act`, transformers' and diffusers' activation tables: one object in every block",
)

_Arms = tuple[tuple[ast.AST, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class SharedInstance:
    """A further use of one instance.

    ``made`` is the expression that constructed it, ``use`` the node that registers it again. ``kind`` says how it is
    shared: a local name, an attribute of ``self``, either of them made under a condition that need not hold where it is
    used, a class attribute, a default argument, or something else that no fix can tell apart.
    """

    kind: Literal["local", "attribute", "conditional", "class attribute", "default", "other"]
    made: ast.expr
    use: ast.expr
    name: str
    facts: ClassFacts | None
    function: AnyFunction | None
    in_loop: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Use:
    node: ast.expr
    arms: _Arms
    loops: tuple[ast.AST, ...]


def check(file: File) -> Iterator[Match]:
    """Shared instances, by the ways in which they come to be shared."""
    yield from _class_level(file)
    yield from _tables(file)
    yield from _in_functions(file)


def _class_level(file: File) -> Iterator[Match]:
    for facts in file.classes.values():
        if not facts.may_be_module:
            continue
        for name, assignments in facts.assignments.items():
            for assignment in assignments:
                value = assignment.value
                if assignment.method is None and isinstance(value, ast.Call) and _is_module_class(file, facts, value):
                    if not _is_shared(file, name):
                        continue
                    message = f"`{name}` is one object for every instance of `{facts.node.name}` that uses it"
                    subject = SharedInstance("class attribute", value, value, name, facts, None)
                    yield Match(value, message, facts, subject)
        for method in facts.methods.values():
            for default in (*method.args.defaults, *method.args.kw_defaults):
                if isinstance(default, ast.Call) and _is_module_class(file, facts, default):
                    message = "a module as default argument is one object for all that are constructed without it"
                    yield Match(default, message, facts, SharedInstance("default", default, default, "", facts, method))


def _is_shared(file: File, name: str) -> bool:
    """Whether the file reads a class attribute other than to copy it."""
    reads = re.findall(rf"(\w+\()?\b\w+\.{re.escape(name)}\b(?!\s*=[^=])", file.source.text)
    return any(before != "deepcopy(" and not _copies(file, before) for before in reads)


def _copies(file: File, opened: str) -> bool:
    """Whether ``function(`` calls one of this file that gives a copy of what it gets."""
    return any(
        isinstance(node, ast.FunctionDef) and f"{node.name}(" == opened and "deepcopy(" in file.source.code(node)
        for node in file.syntax.body
    )


def _tables(file: File) -> Iterator[Match]:
    """Module-level dicts and lists of instances: whoever takes one from there gets the same object."""
    for statement in file.syntax.body:
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Dict):
            entries = value.values
        elif isinstance(value, (ast.List, ast.Tuple)):
            entries = value.elts
        else:
            continue
        for entry in entries:
            if isinstance(entry, ast.Call) and _is_module_class(file, None, entry):
                message = "an instance in a table is one object for all that take it from there; keep the class instead"
                yield Match(entry, message, None, SharedInstance("other", entry, entry, "", None, None))


def _in_functions(file: File) -> Iterator[Match]:
    made_here = [
        (function, facts, name, assignment)
        for function, facts in _functions(file)
        for name, assignment in _made_here(file, facts, function)
    ]
    if not made_here:
        return
    last_parts = {name.rpartition(".")[2] for _, _, name, _ in made_here}
    names: dict[tuple[AnyFunction, str], list[Place]] = {}
    for place in file.places:
        node = place.node
        last = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if last in last_parts and place.function is not None:
            names.setdefault((place.function, dotted(node)), []).append(place)
    for function, facts, name, assignment in made_here:
        made = assignment.value
        assert made is not None
        uses = [_use(place) for place in names.get((function, name), ()) if _registers(place)]
        loops, made_under = _loops_of(assignment, function), _arms_of(assignment, function)
        targets = assignment.targets if isinstance(assignment, ast.Assign) else []
        registered = [_Use(target, made_under, loops) for target in targets if dotted(target).startswith("self.")]
        earlier: list[_Use] = registered[:1]
        for use in [*registered[1:], *uses]:
            turns = [loop for loop in use.loops if loop not in loops]
            if turns or any(not _exclusive(use.arms, other.arms) for other in earlier):
                where = "in every turn of the loop" if turns else "again"
                message = f"`{name}` is one object and registered {where}; each place needs an instance of its own"
                kind: Literal["local", "attribute", "conditional"] = "attribute" if "." in name else "local"
                if not set(made_under) <= set(use.arms):
                    kind = "conditional"
                subject = SharedInstance(kind, made, use.node, name, facts, function, bool(turns))
                yield Match(use.node, message, facts, subject)
            earlier.append(use)


def _functions(file: File) -> Iterator[tuple[Function, ClassFacts | None]]:
    for facts in file.classes.values():
        for method in facts.methods.values():
            yield method, facts
    for node in file.syntax.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, None


def _made_here(file: File, facts: ClassFacts | None, function: Function) -> Iterator[tuple[str, ast.Assign | ast.AnnAssign]]:
    """Names that one statement of the function binds, and binds to a new module."""
    bound: dict[str, list[ast.Assign | ast.AnnAssign]] = {}
    self_name = first_argument(function)
    for node in statements(function.body):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in _single_targets(node):
                name = dotted(target)
                if name and (isinstance(target, ast.Name) or name == f"{self_name}.{name.rpartition('.')[2]}"):
                    bound.setdefault(name, []).append(node)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            for part in walk(node.target):
                if isinstance(part, ast.expr):
                    bound.pop(dotted(part), None)
    for name, nodes in bound.items():
        value = nodes[0].value
        if len(nodes) == 1 and isinstance(value, ast.Call) and _is_module_class(file, facts, value, function):
            yield name, nodes[0]


def _single_targets(node: ast.Assign | ast.AnnAssign) -> Iterator[ast.expr]:
    """What a statement assigns to, the parts of tuples one by one."""
    queue = list(node.targets) if isinstance(node, ast.Assign) else [node.target]
    while queue:
        target = queue.pop(0)
        if isinstance(target, (ast.Tuple, ast.List)):
            queue += target.elts
        else:
            yield target


def _is_module_class(
    file: File, facts: ClassFacts | None, call: ast.Call, function: Function | None = None
) -> bool:
    name = dotted(call.func)
    if not name:
        return False
    if function is not None and name in {a.arg for a in [*function.args.args, *function.args.kwonlyargs]}:
        return name.endswith(("_layer", "_cls", "act", "activation"))
    reference = file.tree.resolve(file.module, name)
    if reference.kind == "external":
        return reference.name in MODULES - CONTAINERS or reference.name == "torch.nn.Sequential"
    if reference.kind == "class":
        found = file.index.get(reference)
        return found is not None and found.is_module
    return False


def _registers(place: Place) -> bool:
    """Whether a read of an instance puts it somewhere: into a call, a display, an attribute or another name of ``self``."""
    parent = place.parents[-1]
    if isinstance(parent, ast.keyword):
        return True
    if isinstance(parent, ast.Starred):
        return False
    if isinstance(parent, ast.Call):
        name = dotted(parent.func).rpartition(".")[2]
        return parent.func is not place.node and not name.islower() or name in ("append", "insert", "add_module", "extend")
    if isinstance(parent, (ast.List, ast.Tuple, ast.Dict)):
        return not isinstance(getattr(parent, "ctx", None), ast.Store)
    if isinstance(parent, ast.Assign):
        return any(dotted(target).startswith("self.") for target in parent.targets)
    return False


def _use(place: Place) -> _Use:
    return _Use(place.node, _arms(place.parents, place.node), _loops(place.parents))


def _arms(parents: tuple[ast.AST, ...], node: ast.AST) -> _Arms:
    arms: list[tuple[ast.AST, int]] = []
    for parent, child in zip(parents, (*parents[1:], node), strict=True):
        if isinstance(parent, ast.If) and isinstance(child, ast.stmt):
            arms.append((parent, 0 if child in parent.body else 1))
        elif isinstance(parent, ast.IfExp) and child is not parent.test:
            arms.append((parent, 0 if child is parent.body else 1))
        elif isinstance(parent, ast.Match):
            arms.append((parent, parent.cases.index(child) if isinstance(child, ast.match_case) else -1))
    return tuple(arms)


def _loops(parents: tuple[ast.AST, ...]) -> tuple[ast.AST, ...]:
    kinds = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.GeneratorExp)
    return tuple(parent for parent in parents if isinstance(parent, kinds))


def _chain(statement: ast.stmt, function: Function) -> tuple[ast.AST, ...]:
    """The statements of ``function`` around ``statement``, outermost first."""

    def search(body: list[ast.stmt], above: tuple[ast.AST, ...]) -> tuple[ast.AST, ...] | None:
        for node in body:
            if node is statement:
                return above
            for block in ("body", "orelse", "finalbody"):
                found = search(getattr(node, block, []), (*above, node))
                if found is not None:
                    return found
        return None

    return search(function.body, ()) or ()


def _arms_of(statement: ast.stmt, function: Function) -> _Arms:
    chain = _chain(statement, function)
    return _arms(chain, statement) if chain else ()


def _loops_of(statement: ast.stmt, function: Function) -> tuple[ast.AST, ...]:
    return _loops(_chain(statement, function))


def _exclusive(first: _Arms, second: _Arms) -> bool:
    arms = dict(first)
    return any(node in arms and arms[node] != arm for node, arm in second)

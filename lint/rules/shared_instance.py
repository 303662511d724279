"""MOD203: one module instance that is registered in several places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from modulint.lint.assignments import Function, dotted, first_argument, statements
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match, Place
from modulint.lint.kept_instances import Gift, Take, gifts_in, takes_in, takes_of
from modulint.lint.names import last_part
from modulint.lint.rule import Rule
from modulint.lint.scopes import AnyFunction, parameters, walk
from modulint.lint.sharing import (
    Arms, Parents, Scope, arms, exclusive, is_module_class, listed, loops, owner_of, registers
)

RULE = Rule(
    code="MOD203",
    name="shared-instance",
    summary="one module instance that is registered in several places",
    why=(
        "The object is one, whatever the places are called: it runs once for each of them, named_modules() lists it under "
        "the first name only, and a quantizer gives all uses one range. Class attributes and default arguments are shared "
        "by every instance of the class, and what stands in a table by all that take it from there, in whichever file. "
        "Only modules without parameters and buffers are taken apart; what a caller gives, or sets in the place of a class "
        "attribute, stays as it is."
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
        """\
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU(), "gelu": nn.GELU()}


class Block(nn.Module):
    def __init__(self, act="relu"):
        super().__init__()
        self.first = ACTIVATIONS[act]
        self.second = ACTIVATIONS[act]

    def forward(self, x):
        return self.second(self.first(x))
""",
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.layers = nn.Sequential(*[nn.ReLU()] * depth)

    def forward(self, x):
        return self.layers(x)
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
        """\
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU}


class Block(nn.Module):
    def __init__(self, act="relu"):
        super().__init__()
        self.first = ACTIVATIONS[act]()
        self.second = ACTIVATIONS[act]()

    def forward(self, x):
        return self.second(self.first(x))
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

# A cheap look: `[layer] * 3`, `3 * [layer]`, `(layer,) * 3`, `repeat(layer, 3)`.
_REPEATS = re.compile(
    r"\]\s*\*(?!\*)|(?<![*(,])\s\*\s*\[|,\s*\)\s*\*|\*\s*\((?:[^()\n]|\([^()\n]*\))+,\s*\)|\brepeat\(|\bfromkeys\("
)


@dataclass(frozen=True, slots=True, eq=False)
class SharedInstance:
    """A further use of one instance.

    ``made`` is the expression that constructed it, ``use`` the node that registers it again. ``kind`` says how it is
    shared: a local name, an attribute of ``self``, either of them made under a condition that need not hold where it is
    used, a local name that stands for an argument or, without one, for an instance that is made here, a class attribute, a
    default argument, a list or the like that holds it several times, or an object that the module keeps. ``uses`` are all
    places that register it, where a fix has to know them; ``statement`` is what gives a local name its value.
    """

    kind: Literal["local", "attribute", "conditional", "fallback", "class attribute", "default", "repeated", "kept"]
    made: ast.expr
    use: ast.expr
    name: str
    facts: ClassFacts | None
    function: AnyFunction | None
    in_loop: bool = False
    uses: tuple[Place, ...] = ()
    statement: ast.stmt | None = None
    take: Take | Gift | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Use:
    node: ast.expr
    arms: Arms
    loops: Parents
    owner: str


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A name that one statement of a function binds, and binds to a new module. ``call`` makes it, ``value`` is what the
    name stands for: with a ``fallback``, an argument of the function goes first."""

    function: Function
    facts: ClassFacts | None
    name: str
    statement: ast.stmt
    value: ast.expr
    call: ast.Call
    is_fallback: bool = False


def check(file: File) -> Iterator[Match]:
    """Shared instances, by the ways in which they come to be shared."""
    yield from _class_level(file)
    yield from _defaults(file)
    yield from _kept(file)
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
                    owners = [each.place_from(file) for each in takes_of(file.index, facts.module.path, f"{facts.qualname}.{name}")]
                    message = f"`{name}` is one object for every instance of `{facts.node.name}` that uses it"
                    if owners:
                        message = f"{message}: {listed(owners)}"
                    subject = SharedInstance("class attribute", value, value, name, facts, None)
                    yield Match(value, message, facts, subject)


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


def _defaults(file: File) -> Iterator[Match]:
    """Modules as default arguments, in methods of modules, and in functions that put them somewhere."""
    for function, facts in _functions(file):
        if facts is not None and not facts.may_be_module:
            continue
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults)]
        pairs += [(argument, default) for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults) if default]
        for argument, default in pairs:
            if not isinstance(default, ast.Call) or not _is_module_class(file, facts, default):
                continue
            reads = _reads(file, function, argument.arg)
            uses = tuple(place for place in reads if registers(place.node, place.parents))
            if not uses and facts is None:
                continue
            owners = [(owner_of(use.node, use.parents, facts, function), _line(use.node)) for use in uses]
            message = "a module as default argument is one object for all that are constructed without it"
            if owners:
                message = f"{message}: {listed(owners)}"
            subject = SharedInstance("default", default, default, argument.arg, facts, function, uses=uses)
            yield Match(default, message, facts, subject)


def _line(node: ast.expr) -> str:
    return f"line {node.lineno}"


def _kept(file: File) -> Iterator[Match]:
    """What is taken from tables of instances, and from other objects that a module or class keeps."""
    for take in takes_in(file.index, file.module.path):
        if take.facts is not None and take.facts.qualname not in file.classes:
            continue
        if take.given_by is not None or (take.kept.is_class_attribute and take.is_own):
            continue  # found where the function returns it, or where the class attribute is
        if owners := _sharing(file, [take]):
            yield _taken(take, owners, take.facts, take.function)
    for gift in gifts_in(file.index, file.module.path):
        takes = [take for take in takes_of(file.index, gift.kept.path, gift.kept.name) if take.given_by == gift.function]
        if owners := _sharing(file, takes):
            yield _taken(gift, owners, None, None)


def _sharing(file: File, takes: list[Take]) -> str:
    """The owners of what ``takes`` get, if others may get the same: in words, "" if nobody does."""
    owners: list[tuple[str, str]] = []
    for take in takes:
        everybody = takes_of(file.index, take.kept.path, take.kept.name)
        others = [each for each in everybody if each.node is take.node or take.may_be_same(each)]
        if len(others) > 1 or take.is_repeated(file.index):
            owners += (each.place_from(file) for each in others)
    return listed(owners)


def _taken(place: Take | Gift, owners: str, facts: ClassFacts | None, function: AnyFunction | None) -> Match:
    kept = place.kept
    what = "holds one object" if kept.is_table else "is one object"
    message = f"`{kept.name}` {what} for all that take it from there: {owners}"
    subject = SharedInstance("kept", kept.node, place.node, kept.name, facts, function, take=place)
    return Match(place.node, message, facts, subject)


def _reads(file: File, function: AnyFunction, name: str) -> list[Place]:
    """Where a function reads a name or an attribute."""
    found = _READS.get(file)
    if found is None:
        found = _READS[file] = {}
        for place in file.places:
            if place.function is not None and isinstance(place.node, (ast.Name, ast.Attribute)):
                last = place.node.id if isinstance(place.node, ast.Name) else place.node.attr
                found.setdefault((place.function, last), []).append(place)
    return [place for place in found.get((function, last_part(name)), ()) if dotted(place.node) == name]


_READS: WeakKeyDictionary[File, dict[tuple[AnyFunction, str], list[Place]]] = WeakKeyDictionary()


def _in_functions(file: File) -> Iterator[Match]:
    made_here = [made for function, facts in _functions(file) for made in _made_here(file, facts, function)]
    yield from _repeated(file, made_here)
    for made in made_here:
        yield from _shared(file, made)


def _shared(file: File, made: _Made) -> Iterator[Match]:
    """The places behind the first that register what one statement made."""
    function, facts, name = made.function, made.facts, made.name
    chain = _chain(made.statement, function)
    whole = chain[-1] if made.is_fallback and made.call is made.value else made.statement
    assert isinstance(whole, ast.stmt)
    chain = _chain(whole, function)
    made_loops, made_under = loops(chain), arms(chain, whole)
    start, end = _span(whole)
    reads = [place for place in _reads(file, function, name) if not start <= _position(place.node) < end]
    places = [place for place in reads if registers(place.node, place.parents) and _position(place.node) >= end]
    uses = [
        _Use(place.node, arms(place.parents, place.node), loops(place.parents), owner_of(place.node, place.parents, facts, function))
        for place in places
    ]
    targets = made.statement.targets if isinstance(made.statement, ast.Assign) else []
    own = facts.qualname if facts is not None else ""
    kept = [target for target in targets if dotted(target).startswith("self.")]
    registered = [_Use(target, made_under, made_loops, f"{own}.{dotted(target).partition('.')[2]}") for target in kept]
    everywhere = [*registered, *uses]
    earlier: list[_Use] = everywhere[: len(registered[:1])]
    for use in everywhere[len(earlier) :]:
        turns = [loop for loop in use.loops if loop not in made_loops]
        if turns or any(not exclusive(use.arms, other.arms) for other in earlier):
            owners = listed((each.owner, _line(each.node)) for each in everywhere)
            where = f"registered in every turn of the loop: {owners}" if turns else f"registered in several places: {owners}"
            message = f"`{name}` is one object and {where}; each place needs an instance of its own"
            kind: Literal["local", "attribute", "conditional", "fallback"] = "attribute" if "." in name else "local"
            if made.is_fallback:
                kind = "fallback"
            elif not set(made_under) <= set(use.arms):
                kind = "conditional"
            yield Match(
                use.node,
                message,
                facts,
                SharedInstance(
                    kind, made.value, use.node, name, facts, function, bool(turns),
                    tuple(places) if len(places) == len(reads) else (), made.statement,
                ),
            )
        earlier.append(use)


def _repeated(file: File, made_here: list[_Made]) -> Iterator[Match]:
    """``[layer] * 3``, ``itertools.repeat(layer, 3)``, ``dict.fromkeys(names, layer)``: one object that is there several times."""
    if not _REPEATS.search(file.source.text):
        return
    made: dict[tuple[AnyFunction, str], _Made] = {
        (each.function, each.name): each for each in made_here if not each.is_fallback
    }
    for place in file.places:
        if place.function is None or not (whole := _repeating(file, place)):
            continue
        known = made.get((place.function, dotted(place.node)))
        call = known.call if known is not None else place.node
        if not isinstance(call, ast.Call) or not _is_module_class(file, place.facts, call, place.function):
            continue
        parents = place.parents[: place.parents.index(whole)]
        owner = owner_of(whole, parents, place.facts, place.function)
        message = f"all that this gives is one object: {listed([(owner, _line(whole))])}; each needs to be one of its own"
        name = known.name if known is not None else ""
        subject = SharedInstance("repeated", call, whole, name, place.facts, place.function)
        yield Match(whole, message, place.facts, subject)


def _repeating(file: File, place: Place) -> ast.expr | None:
    """The expression in which what stands at ``place`` is repeated."""
    node, outer, above = place.node, place.parents[-1], place.parents[-2] if len(place.parents) > 1 else None
    if isinstance(outer, (ast.List, ast.Tuple)) and isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult):
        return above if len(outer.elts) == 1 else None
    if isinstance(outer, ast.Call) and len(outer.args) == 2 and node in outer.args and not outer.keywords:
        if outer.args[1] is node and dotted(outer.func) == "dict.fromkeys":
            return outer
        if outer.args[0] is node and file.resolve(dotted(outer.func), place).name == "itertools.repeat":
            return outer
    return None


def _functions(file: File) -> Iterator[tuple[Function, ClassFacts | None]]:
    for facts in file.classes.values():
        for method in facts.methods.values():
            yield method, facts
    for node in file.syntax.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, None


def _made_here(file: File, facts: ClassFacts | None, function: Function) -> Iterator[_Made]:
    """Names that one statement of the function binds, and binds to a new module. Of several in one statement, the first."""
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
    given: set[ast.stmt] = set()
    for name, nodes in bound.items():
        value = nodes[0].value
        if len(nodes) != 1 or value is None or nodes[0] in given:
            continue
        call = value if isinstance(value, ast.Call) else _fallback(value, function)
        if isinstance(call, ast.Call) and _is_module_class(file, facts, call, function):
            given.add(nodes[0])
            is_fallback = call is not value or _is_where_missing(nodes[0], name, function)
            yield _Made(function, facts, name, nodes[0], value, call, is_fallback)


def _is_where_missing(statement: ast.stmt, name: str, function: Function) -> bool:
    """``if act is None: act = nn.ReLU()``."""
    match _chain(statement, function)[-1:]:
        case (ast.If(test=ast.Compare(left=ast.Name(id=tested), ops=[ast.Is()], comparators=[none]), body=[_], orelse=[]),):
            missing = isinstance(none, ast.Constant) and none.value is None
            return missing and tested == name and name in parameters(function)
    return False


def _fallback(value: ast.expr, function: Function) -> ast.expr | None:
    """``nn.ReLU()`` in ``nn.ReLU() if act is None else act`` and ``act or nn.ReLU()``, for an argument of the function."""
    match value:
        case ast.IfExp(test=ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)])):
            made, argument = value.body, value.orelse
        case ast.IfExp(test=ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)])):
            made, argument = value.orelse, value.body
        case ast.BoolOp(op=ast.Or(), values=[argument, made]):
            left = argument
        case _:
            return None
    name = dotted(argument)
    return made if name and name == dotted(left) and name in parameters(function) else None


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
    file: File, facts: ClassFacts | None, call: ast.Call, function: AnyFunction | None = None
) -> bool:
    name = dotted(call.func)
    if not name:
        return False
    if function is not None and name in parameters(function):
        return name.endswith(("_layer", "_cls", "act", "activation"))
    return is_module_class(file.index, Scope(file.index, file.module).resolve(name))


def _position(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _span(statement: ast.stmt) -> tuple[tuple[int, int], tuple[int, int]]:
    return (statement.lineno, statement.col_offset), (statement.end_lineno or 0, statement.end_col_offset or 0)


def _chain(statement: ast.stmt, function: Function) -> Parents:
    """The statements of ``function`` around ``statement``, outermost first."""

    def search(body: list[ast.stmt], above: Parents) -> Parents | None:
        for node in body:
            if node is statement:
                return above
            for block in ("body", "orelse", "finalbody"):
                found = search(getattr(node, block, []), (*above, node))
                if found is not None:
                    return found
        return None

    return search(function.body, ()) or ()

"""What a local list holds for certain where it is handed on: ``nn.Sequential(*layers)`` behind branches, loops and slices."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.parameters import parameter_of
from modulint.lint.scopes import walk
from modulint.lint.values import Value

Choices: TypeAlias = tuple[ast.expr, ...]
"""The expressions one of which an entry is the value of."""
Entries: TypeAlias = tuple[Choices, ...]

_NEVER_SHORTER = frozenset({"append", "extend", "insert"})


def certain_entries(
    owner: Owner, function: Function, name: str, use: ast.AST, one_of: Callable[[Choices], Value]
) -> tuple[Value, ...]:
    """What the list holds where ``use`` stands, in this order and perhaps with more in between."""
    filling = _Filling(owner, function, name, use)
    filling.block(function.body, ())
    return tuple(map(one_of, filling.found or ()))


class _Filling:
    """Follows the statements of a function. ``found`` are the entries where the list is used."""

    def __init__(self, owner: Owner, function: Function, name: str, use: ast.AST) -> None:
        self.owner = owner
        self.function = function
        self.name = name
        self.use = use
        self.found: Entries | None = None

    def block(self, body: list[ast.stmt], entries: Entries | None) -> Entries | None:
        """The entries behind statements; None where no way leads there."""
        for node in body:
            if entries is None:
                return None
            entries = self.statement(node, entries)
        return entries

    def statement(self, node: ast.stmt, entries: Entries) -> Entries | None:
        if isinstance(node, ast.If):
            ways = [self.block(node.body, entries), self.block(node.orelse, entries)]
            return _either(*ways)
        if isinstance(node, ast.For):
            if not self.only_grows(node):
                return ()
            once = self.block(node.body, entries)
            leaves = any(isinstance(part, (ast.Break, ast.Continue, ast.Return)) for part in walk(node))
            return once if not leaves and self.runs(node.iter) else entries
        if isinstance(node, (ast.Return, ast.Raise)):
            self.note(node, entries)
            return None
        self.note(node, entries)
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value):
                return self.bound(value, entries) if name == self.name else self.kept(node, entries)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=place)]) if name == self.name:
                return _replaced(place, entries)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value) if name == self.name:
                return (*entries, *_written(value))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=how), args=[value], keywords=[])):
                if name == self.name and how == "append":
                    return (*entries, (value,))
                if name == self.name and how == "extend":
                    return (*entries, *_written(value))
        return self.kept(node, entries)

    def note(self, node: ast.stmt, entries: Entries) -> None:
        """The list is used in a statement, once or each time that a loop comes by."""
        inside = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else node
        if inside is not None and any(part is self.use for part in walk(inside)):
            entries = self.kept(inside, entries)
            self.found = entries if self.found is None else _either(self.found, entries)

    def bound(self, value: ast.expr | None, entries: Entries) -> Entries:
        """The entries of what the name stands for from now on."""
        match value:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice(lower=lower, upper=upper, step=None)):
                first, last = _count(lower), _count(upper)
                if name == self.name and first is not None and first >= 0 and last is not None and last <= 0:
                    return entries[first : max(0, len(entries) + last)]
                return ()
            case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=right) if name == self.name:
                return (*entries, *_written(right))
        return _written(value)

    def kept(self, node: ast.AST, entries: Entries) -> Entries:
        return entries if self.only_grows(node) else ()

    def only_grows(self, node: ast.AST) -> bool:
        """Whether nothing in a statement takes entries away, or gives the name to another list."""
        for part in walk(node):
            if isinstance(part, ast.Name) and part.id == self.name and not isinstance(part.ctx, ast.Load):
                return False
            if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.value, ast.Name) and part.value.id == self.name:
                grows = isinstance(part, ast.Attribute) and part.attr in _NEVER_SHORTER
                if not grows and (isinstance(part, ast.Attribute) or not isinstance(part.ctx, ast.Load)):
                    return False
        return True

    def runs(self, iterated: ast.expr) -> bool:
        """Whether a loop over this has a turn for certain."""
        match iterated:
            case ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]):
                return _is_positive(count) or isinstance(count, ast.Name) and self.is_given_positive(count.id)
        return False

    def is_given_positive(self, name: str) -> bool:
        """Whether a name is a parameter for which each call of the class gives a positive number, all in one file."""
        owner, parameter = self.owner, parameter_of(self.function, name)
        if not isinstance(owner, ClassFacts) or self.function is not owner.init or parameter is None or owner.below:
            return False
        if any(isinstance(part, ast.Name) and part.id == name and not isinstance(part.ctx, ast.Load) for part in walk(self.function)):
            return False
        arguments = [*self.function.args.posonlyargs, *self.function.args.args]
        place = arguments.index(parameter) - 1 if parameter in arguments else None
        if owner.qualname != owner.node.name or _is_handed_out(owner):
            return False
        uses: list[ast.AST] = []
        calls: dict[ast.AST, ast.Call] = {}
        for part in walk(owner.source.parse()):
            if isinstance(part, ast.Name) and part.id == owner.node.name:
                uses.append(part)
            elif isinstance(part, ast.Call):
                calls[part.func] = part
        return bool(uses) and all(use in calls and _gives_positive(calls[use], name, place) for use in uses)


def _is_handed_out(owner: ClassFacts) -> bool:
    """Whether other files of the tree may mean a class."""
    module, whole = owner.module, f"{owner.module.module}.{owner.node.name}"
    targets = {target for other in owner.index.tree.importers(module.path) for each in other.bindings.values() for target in each}
    stars = any(module.module in other.stars for other in owner.index.tree.importers(module.path))
    return whole in targets or module.module in targets or stars and "__all__" not in module.bindings


def _gives_positive(call: ast.Call, name: str, place: int | None) -> bool:
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return False
    given = [keyword.value for keyword in call.keywords if keyword.arg == name]
    given += call.args[place : place + 1] if place is not None else []
    return bool(given) and all(map(_is_positive, given))


def _is_positive(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value > 0


def _written(value: ast.expr | None) -> Entries:
    """The entries of a list display: none where another expression gives it."""
    if not isinstance(value, (ast.List, ast.Tuple)):
        return ()
    return tuple((part,) for part in value.elts if not isinstance(part, ast.Starred))


def _count(node: ast.expr | None) -> int | None:
    """How many entries a bound of a slice takes away, less than none from the end; None where that is not shown."""
    match node:
        case None:
            return 0
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
    return None


def _replaced(place: ast.expr, entries: Entries) -> Entries:
    """The entries without the one at a place: of those that are certain it may be any up to there."""
    number = _count(place)
    if number is None:
        return ()
    return entries[number + 1 :] if number >= 0 else entries[: max(0, len(entries) + number)]


def _either(first: Entries | None, second: Entries | None) -> Entries | None:
    """The entries behind two ways."""
    if first is None or second is None:
        return second if first is None else first
    shorter, longer = sorted((first, second), key=len)
    rest = iter(longer)
    if all(entry in rest for entry in shorter):
        return shorter
    return tuple((*one, *(other for other in another if other not in one)) for one, another in zip(first, second))

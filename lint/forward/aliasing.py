"""Which writes into a tensor could as well make a new one: those into a tensor that nothing else refers to.

``x += y`` changes what every other name, list, attribute and view of the tensor shows; ``x = x + y`` does not. A function's
statements are followed once more, with the names that *own* their tensor: it was made here, and no other reference to
it is left. What is not shown to be so counts as shared.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from modulint.lint.assignments import Function, decorators
from modulint.lint.forward.attributes import children_of
from modulint.lint.forward.memory import memory_of
from modulint.lint.forward.steps import OperatorStep, Site
from modulint.lint.operations import ALLOCATING_MODULES, MOVEMENT, NOT_TENSOR_ATTRIBUTES, is_allocating
from modulint.lint.scopes import AnyFunction, children, walk
from modulint.lint.values import Value

if TYPE_CHECKING:
    from modulint.lint.classes import ClassFacts
    from modulint.lint.forward.path import ForwardPath

Owning: TypeAlias = set[str]

# What a class derived from `nn.Sequential` does to its own children.
_CHANGING_CHILDREN = re.compile(r"\b(?:del\s+self\b|self\[[^\]\n]*\]\s*=[^=]|self\.(?:pop|insert|_modules)\b)")
_NESTING = 9  # modules within modules that are looked into
# Builtins that keep no reference to what they are given.
_FORGETFUL = frozenset({"abs", "bool", "float", "int", "isinstance", "len", "max", "min", "print", "range", "round", "str"})


@dataclass(frozen=True, slots=True)
class _Held:
    """What the value of an expression may share memory with.

    ``names`` are local names; ``alone`` says that nothing else refers to the memory but they.
    """

    alone: bool
    names: frozenset[str] = frozenset()


_NEW = _Held(True)
_SHARED = _Held(False)


def mark_fresh(path: ForwardPath) -> None:
    """Set ``fresh`` on the steps of a walked path that write into a tensor which nothing else refers to."""
    writing: dict[AnyFunction, set[ast.AST]] = {}
    for step in (*path.operators, *path.sites):
        if isinstance(step.node, ast.AugAssign) or (isinstance(step, Site) and step.operation and step.operation.mutates):
            writing.setdefault(step.function, set()).add(step.node)
    for function, nodes in writing.items():
        if isinstance(function, ast.Lambda):
            continue
        body = _Walk(path, function)
        body.block(function.body, set())
        for step in (*path.operators, *path.sites):
            if step.node in nodes:
                step.fresh = body.fresh.get(step.node, False)


class _Walk:
    """Follows the statements of one function. ``None`` for the owning names means that no way leads here."""

    def __init__(self, path: ForwardPath, function: AnyFunction) -> None:
        self.path = path
        self.captured = set(_captured(function))
        self.fresh: dict[ast.AST, bool] = {}
        self.kept: set[ast.AST] = set()
        self.returns_new: bool | None = None
        self.exits: list[list[Owning]] = []

    # --- statements ------------------------------------------------------------------------------------------------

    def block(self, body: Iterable[ast.stmt], owning: Owning | None) -> Owning | None:
        for node in body:
            if owning is None:
                return None
            owning = self.statement(node, owning)
        return owning

    def statement(self, node: ast.stmt, owning: Owning) -> Owning | None:
        match node:
            case ast.Assign(targets=targets, value=value):
                self.assign(targets, value, owning)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign([target], value, owning)
            case ast.AugAssign():
                self.augment(node, owning)
            case ast.Expr(value=value):
                self.kept.add(value)
                self.evaluate(value, owning)
            case ast.Return(value=value):
                if value is not None:
                    self.kept.add(value)
                    held = self.evaluate(value, owning)
                    self.returned(held.alone and held.names <= owning)
                return None
            case ast.Raise():
                return None
            case ast.Break() | ast.Continue():
                if self.exits:
                    self.exits[-1].append(owning)
                return None
            case ast.If(test=test, body=body, orelse=orelse):
                self.evaluate(test, owning)
                return _both(self.block(body, set(owning)), self.block(orelse, set(owning)))
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse) | ast.AsyncFor(
                target=target, iter=iterated, body=body, orelse=orelse
            ):
                owning -= self.evaluate(iterated, owning).names
                return self.loop(target, None, body, orelse, owning)
            case ast.While(test=test, body=body, orelse=orelse):
                return self.loop(None, test, body, orelse, owning)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    owning -= self.evaluate(item.context_expr, owning).names
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, _SHARED, owning)
                return self.block(body, owning)
            case ast.Match(subject=subject, cases=cases):
                owning -= self.evaluate(subject, owning).names
                return _all([owning, *(self.block(case.body, owning - set(_captures(case.pattern))) for case in cases)])
            case ast.Delete(targets=targets):
                for target in targets:
                    self.bind(target, _SHARED, owning)
            case ast.Assert(test=test):
                self.evaluate(test, owning)
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal():
                pass
            case _:  # `try` may run in part, a definition may see any name: nothing is fresh there or owned behind it
                owning = set()
                self.returned(False)
                if self.exits:
                    self.exits[-1].append(owning)
        return owning

    def loop(
        self,
        target: ast.expr | None,
        test: ast.expr | None,
        body: list[ast.stmt],
        orelse: list[ast.stmt],
        owning: Owning,
    ) -> Owning | None:
        end: Owning | None = owning
        for _ in range(2):  # the second time with what the first one leaves: names are only ever lost
            start = set(end or ())
            if target is not None:
                self.bind(target, _SHARED, start)
            if test is not None:
                self.evaluate(test, start)
            self.exits.append([])
            after = self.block(body, start)
            end = _all([end, after, *self.exits.pop()])
        return _both(end, self.block(orelse, set(end or ()))) if orelse else end

    def assign(self, targets: list[ast.expr], value: ast.expr, owning: Owning) -> None:
        target = targets[0]
        if len(targets) == 1 and isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            if len(target.elts) == len(value.elts):
                held = [self.evaluate(part, owning) for part in value.elts]
                for part, each in zip(target.elts, held):
                    self.bind(part, each if not each.names else _Held(False, each.names), owning)
                return
        if len(targets) == 1 and isinstance(target, ast.Name) and isinstance(value, ast.Call):
            if self.written(value) == target.id:
                self.kept.add(value)
        each = self.evaluate(value, owning)
        for target in targets:
            self.bind(target, each if len(targets) == 1 else _Held(False, each.names), owning)

    def bind(self, target: ast.expr, held: _Held, owning: Owning) -> None:
        """Give a target the value that ``held`` describes."""
        if isinstance(target, ast.Name):
            if held.alone and held.names <= {target.id} and target.id not in self.captured:
                owning.add(target.id)
            else:
                owning -= held.names | {target.id}
            return
        owning -= held.names
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self.bind(part, _SHARED, owning)
        else:
            for child in ast.iter_child_nodes(target):
                if isinstance(child, ast.expr):
                    self.evaluate(child, owning)

    def augment(self, node: ast.AugAssign, owning: Owning) -> None:
        held = self.evaluate(node.value, owning)
        target = node.target
        if not isinstance(target, ast.Name):
            self.bind(target, held, owning)
            return
        self.note(node, target.id in owning and target.id not in held.names)
        step = self.path.operator_of(node)
        if step is None or not step.sure:
            owning -= held.names  # `xs += [x]`

    def returned(self, new: bool) -> None:
        """Take note whether what a way out of the function gives is new: it is if all of them do."""
        self.returns_new = new and self.returns_new is not False

    def note(self, node: ast.AST, fresh: bool) -> None:
        """Fresh is what is so each time that it is come by."""
        self.fresh[node] = fresh and self.fresh.get(node, True)

    # --- expressions -----------------------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr, owning: Owning) -> _Held:
        """What the value of an expression may share memory with. Names that it hands out of sight own no longer."""
        match node:
            case ast.Constant() | ast.JoinedStr():
                return _NEW
            case ast.Name(id=name):
                return _Held(name in owning, frozenset({name}))
            case ast.NamedExpr(target=target, value=value):
                self.bind(target, self.evaluate(value, owning), owning)
                return _Held(False, frozenset({target.id}))
            case ast.Attribute(value=value, attr=name):
                held = self.evaluate(value, owning)
                return _NEW if name in NOT_TENSOR_ATTRIBUTES else _Held(False, held.names)
            case ast.Call():
                return self.call(node, owning)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                names = self.parts(node, owning)
                step = self.path.operator_of(node)
                return _NEW if isinstance(step, OperatorStep) and step.sure else _Held(False, names)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.evaluate(test, owning)
                first, second = self.evaluate(body, owning), self.evaluate(orelse, owning)
                return _Held(first.alone and second.alone, first.names | second.names)
            case ast.Lambda():
                return _SHARED
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp() | ast.Yield() | ast.YieldFrom():
                names = frozenset(_loaded(node))
                owning -= names
                return _Held(False, names)
        return _Held(False, self.parts(node, owning))

    def parts(self, node: ast.expr, owning: Owning) -> frozenset[str]:
        """The names that the values of the parts of an expression may share memory with."""
        names: set[str] = set()
        for child in children(node):
            if isinstance(child, ast.expr):
                names |= self.evaluate(child, owning).names
        return frozenset(names)

    def call(self, node: ast.Call, owning: Owning) -> _Held:
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        on = self.evaluate(receiver, owning) if receiver is not None else _NEW
        given = [self.evaluate(a, owning) for a in (*node.args, *(keyword.value for keyword in node.keywords))]
        names = on.names.union(*(held.names for held in given))
        site = self.path.site_of(node)
        if site is None:
            return self.unknown_call(node, names, owning)
        if site.operation is not None:
            return self.operation(node, site, on, given)
        if _may_keep(site.callee):
            owning -= names
        if _gives_new(site.callee, self.path):
            return _NEW
        if len(given) == 1 and len(node.args) == 1:
            return given[0]  # a module gives something new, or what it got
        return _Held(False, names)

    def operation(self, node: ast.Call, site: Site, on: _Held, given: list[_Held]) -> _Held:
        assert site.operation is not None
        if not site.operation.mutates:
            names = on.names.union(*(held.names for held in given))
            return _NEW if is_allocating(site.operation, node) else _Held(False, names)
        operands = [on, *given] if site.receiver is not None else given
        if not operands:
            return _SHARED
        target = operands[0]
        others: frozenset[str] = frozenset().union(*(held.names for held in operands[1:]))
        may_rebind = node in self.kept and target.names == {self.written(node)}
        self.note(node, target.alone and not (target.names & others) and (not target.names or may_rebind))
        return target

    def written(self, node: ast.Call) -> str:
        """The name of what a call in place writes into: its receiver or its first argument."""
        site = self.path.site_of(node)
        if site is None or site.operation is None or not site.operation.mutates:
            return ""
        receiver = node.func.value if isinstance(node.func, ast.Attribute) and site.receiver is not None else None
        target = receiver if receiver is not None else node.args[0] if node.args else None
        return target.id if isinstance(target, ast.Name) else ""

    def unknown_call(self, node: ast.Call, names: frozenset[str], owning: Owning) -> _Held:
        """A call that is no step: of a tensor's method that only moves its data, of a builtin, or of anything else."""
        if isinstance(node.func, ast.Name) and node.func.id in _FORGETFUL:
            return _Held(False, names) if node.func.id in ("max", "min") else _NEW
        if isinstance(node.func, ast.Attribute) and node.func.attr == "clone" and not node.args:
            return _NEW
        if isinstance(node.func, ast.Attribute) and f"torch.Tensor.{node.func.attr}" in MOVEMENT:
            return _Held(False, names)
        owning -= names
        return _Held(False, names)


def _gives_new(callee: Value, path: ForwardPath) -> bool:
    """Whether what a module gives is a tensor that nothing else refers to, for certain."""
    if _may_be_replaced(callee.path, path.facts):
        return False
    if callee.name in ALLOCATING_MODULES or _is_weighted(callee):
        return True
    if callee.name == "torch.nn.Sequential":
        return _ends_new(callee, path)
    return callee.facts is not None and _class_gives_new(callee.facts, path)


def _may_be_replaced(place: str, facts: ClassFacts) -> bool:
    """Whether other code may put another module in the place of the one that the classes show."""
    names = re.findall(r"[^\W\d]\w*", place)
    stored = facts.index.tree.summary.stored
    if not names:
        return False
    return (
        any(name in stored for name in names[1:])
        or facts.may_be_replaced(names[0])
        or any(_changes_part(each.source.text, names[0]) for each in facts.mro)
    )


@lru_cache(maxsize=256)
def _changes_part(text: str, name: str) -> bool:
    """Whether code changes what an attribute holds, while the attribute stays."""
    if f".{name}" not in text:
        return False
    part = rf"(?:\.{name}\[[^\]\n]*\]\s*=[^=]|\bdel\s+[\w.]+\.{name}\b|\.{name}\.(?:pop|insert|_modules)\b)"
    return re.search(part, text) is not None


def _ends_new(container: Value, path: ForwardPath) -> bool:
    """Whether one of the modules that run one after the other gives something new: the others give that, or what they got."""
    return any(_gives_new(item, path) for item in (*(container.items or ()), *container.certain))


def _may_keep(callee: Value) -> bool:
    """Whether a module of the tree keeps something that its methods come by: perhaps what it is given."""
    if callee.facts is None:
        return any(map(_may_keep, (*callee.choices, *(callee.items or ()))))
    stored = (each for facts in callee.facts.mro for own in facts.assignments.values() for each in own)
    return any(each.method is not None and each.method.name != "__init__" for each in stored)


def _class_gives_new(facts: ClassFacts, path: ForwardPath) -> bool:
    memory = memory_of(facts.index)
    if facts.reference not in memory.new:
        if facts.reference in memory.active or len(memory.active) >= _NESTING:
            memory.cuts += 1
            return False
        cuts = memory.cuts
        memory.active.append(facts.reference)
        new = _forward_gives_new(facts, path)
        memory.active.pop()
        if memory.cuts != cuts and memory.active:
            return new
        memory.new[facts.reference] = new
    return memory.new[facts.reference]


def _forward_gives_new(facts: ClassFacts, path: ForwardPath) -> bool:
    """Whether all that ``forward`` returns is new, whatever it is given."""
    if facts.method("__call__") is not None or not facts.knows_entries:
        return False
    if not facts.entries:
        is_kept = not any(_CHANGING_CHILDREN.search(each.text) for each in facts.mro)
        return facts.container_base == "torch.nn.Sequential" and is_kept and _ends_new(children_of(facts), path)
    inner = type(path)(facts)
    return all(_returns_new(inner, function) for _, function in facts.entries)


def _returns_new(path: ForwardPath, function: Function) -> bool:
    if decorators(function) or any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk(function)):
        return False
    body = _Walk(path, function)
    body.block(function.body, set())
    return body.returns_new is True


def _is_weighted(callee: Value) -> bool:
    """Whether all that a module may be, as far as the source says, is a convolution or a linear layer.

    What another file hands in for one may be anything, yet nothing that gives back its input stands where these do.
    """
    kinds = [choice.name.removeprefix("torch.nn.") for choice in callee.alternatives]
    return bool(kinds) and all(kind.startswith(("Conv", "Linear")) for kind in kinds)


def _captured(function: AnyFunction) -> Iterator[str]:
    """Names that functions inside of ``function`` may see, and those that are not its own."""
    for node in walk(function):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            yield from node.names
        elif node is not function and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _loaded(node)


def _loaded(node: ast.AST) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, ast.Name):
            yield part.id


def _captures(pattern: ast.pattern) -> Iterator[str]:
    for node in walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if name:
            yield name


def _both(first: Owning | None, second: Owning | None) -> Owning | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _all(ways: Iterable[Owning | None]) -> Owning | None:
    end: Owning | None = None
    for way in ways:
        end = _both(end, way)
    return end

"""Which writes into a tensor nobody else sees: those into a tensor on memory that no other code holds, and no name that is read later.

``x += y`` changes what every other name, list, attribute and view of the tensor shows; ``x = x + y`` does not. A function's
statements are followed once more, with what is known of the memory that its names hold: it was made here, or in a call
that is over, and no other code was handed a reference to it. What is not shown to be so counts as shared. Whether
the tensor is a view makes a difference too: nobody may look at what it is a view of, but its gradient is computed
another way, and it is laid out in memory as that is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from modulint.lint.assignments import Function, decorators
from modulint.lint.forward.attributes import children_of
from modulint.lint.forward.holders import NEW, SHARED, Held, Holders, all_of, both
from modulint.lint.forward.memory import memory_of
from modulint.lint.forward.steps import OperatorStep, Sharing, Site
from modulint.lint.operations import ALLOCATING_MODULES, MOVEMENT, NOT_TENSOR_ATTRIBUTES, VIEWING_MODULES, is_allocating
from modulint.lint.scopes import AnyFunction, children, walk
from modulint.lint.values import Value

if TYPE_CHECKING:
    from modulint.lint.classes import ClassFacts
    from modulint.lint.forward.path import ForwardPath

# What a class derived from `nn.Sequential` does to its own children.
_CHANGING_CHILDREN = re.compile(r"\b(?:del\s+self\b|self\[[^\]\n]*\]\s*=[^=]|self\.(?:pop|insert|_modules)\b)")
_NESTING = 9  # modules within modules that are looked into
# Builtins that keep no reference to what they are given.
_FORGETFUL = frozenset({"abs", "bool", "float", "int", "isinstance", "len", "max", "min", "print", "range", "round", "str"})
# Methods of tensors that give the tensor itself, or a new one.
_CONVERSIONS = frozenset("""
    bfloat16 bool byte char contiguous cpu cuda double float half int long short to type type_as
""".split())


def mark_writes(path: ForwardPath) -> None:
    """Set ``written`` on the steps of a walked path that write into a tensor."""
    writing: dict[AnyFunction, set[ast.AST]] = {}
    for step in (*path.operators, *path.sites):
        if isinstance(step.node, ast.AugAssign) or (isinstance(step, Site) and step.operation and step.operation.mutates):
            writing.setdefault(step.function, set()).add(step.node)
    for function, nodes in writing.items():
        if isinstance(function, ast.Lambda):
            continue
        body = _Walk(path, function)
        body.block(function.body, Holders())
        for step in (*path.operators, *path.sites):
            if step.node in nodes:
                step.written = body.written.get(step.node, Sharing.SHARED)


class _Walk:
    """Follows the statements of one function. ``None`` for the names means that no way leads here."""

    def __init__(self, path: ForwardPath, function: AnyFunction) -> None:
        self.path = path
        self.captured = frozenset(_captured(function))
        self.written: dict[ast.AST, Sharing] = {}
        self.kept: set[ast.AST] = set()
        self.given: Sharing | None = None
        self.exits: list[list[Holders]] = []

    # --- statements ------------------------------------------------------------------------------------------------

    def block(self, body: Iterable[ast.stmt], names: Holders | None) -> Holders | None:
        for node in body:
            if names is None:
                return None
            names = self.statement(node, names)
        return names

    def statement(self, node: ast.stmt, names: Holders) -> Holders | None:
        match node:
            case ast.Assign(targets=targets, value=value):
                self.assign(targets, value, names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign([target], value, names)
            case ast.AugAssign():
                self.augment(node, names)
            case ast.Expr(value=value):
                self.kept.add(value)
                self.evaluate(value, names)
            case ast.Return(value=value):
                if value is not None:
                    self.kept.add(value)
                    self.returned(names.sharing_of(self.evaluate(value, names)))
                return None
            case ast.Raise():
                return None
            case ast.Break() | ast.Continue():
                if self.exits:
                    self.exits[-1].append(names)
                return None
            case ast.If(test=test, body=body, orelse=orelse):
                self.evaluate(test, names)
                return both(self.block(body, names.copy()), self.block(orelse, names.copy()))
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse) | ast.AsyncFor(
                target=target, iter=iterated, body=body, orelse=orelse
            ):
                names.share(self.evaluate(iterated, names).names)
                return self.loop(target, None, body, orelse, names)
            case ast.While(test=test, body=body, orelse=orelse):
                return self.loop(None, test, body, orelse, names)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    names.share(self.evaluate(item.context_expr, names).names)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, SHARED, names)
                return self.block(body, names)
            case ast.Match(subject=subject, cases=cases):
                names.share(self.evaluate(subject, names).names)
                return all_of([names, *(self.case(case, names.copy()) for case in cases)])
            case ast.Delete(targets=targets):
                for target in targets:
                    self.bind(target, SHARED, names)
            case ast.Assert(test=test):
                self.evaluate(test, names)
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal():
                pass
            case _:  # `try` may run in part, a definition may see any name: nothing is new there or known behind it
                self.read(_loaded(node), names)
                names = Holders(outdated=names.outdated)
                self.returned(Sharing.SHARED)
                if self.exits:
                    self.exits[-1].append(names)
        return names

    def case(self, case: ast.match_case, names: Holders) -> Holders | None:
        for name in _captures(case.pattern):
            names.bind(name, SHARED)
        if case.guard is not None:
            self.evaluate(case.guard, names)
        return self.block(case.body, names)

    def loop(
        self,
        target: ast.expr | None,
        test: ast.expr | None,
        body: list[ast.stmt],
        orelse: list[ast.stmt],
        names: Holders,
    ) -> Holders | None:
        end, before = names, None
        while end != before:  # again with what the turns so far leave: less is known each time
            before, start = end, end.copy()
            if target is not None:
                self.bind(target, SHARED, start)
            if test is not None:
                self.evaluate(test, start)
            self.exits.append([])
            after = self.block(body, start)
            end = all_of([end, after, *self.exits.pop()]) or end
        return both(end, self.block(orelse, end.copy())) if orelse else end

    def assign(self, targets: list[ast.expr], value: ast.expr, names: Holders) -> None:
        target = targets[0]
        if len(targets) == 1 and isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            if len(target.elts) == len(value.elts):
                held = [self.evaluate(part, names) for part in value.elts]
                for part, each in zip(target.elts, held):
                    self.bind(part, each if not each.names else Held(Sharing.SHARED, each.names), names)
                return
        if len(targets) == 1 and isinstance(target, ast.Name) and isinstance(value, ast.Call):
            if self.target_of(value) == target.id:
                self.kept.add(value)
        each = self.evaluate(value, names)
        for target in targets:
            self.bind(target, each if len(targets) == 1 else Held(Sharing.SHARED, each.names), names)

    def bind(self, target: ast.expr, held: Held, names: Holders) -> None:
        """Give a target the value that ``held`` describes."""
        if isinstance(target, ast.Name):
            names.bind(target.id, Held(Sharing.SHARED, held.names) if target.id in self.captured else held)
            return
        names.share(held.names)
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self.bind(part, SHARED, names)
        else:
            for child in ast.iter_child_nodes(target):
                if isinstance(child, ast.expr):
                    self.evaluate(child, names)

    def augment(self, node: ast.AugAssign, names: Holders) -> None:
        held = self.evaluate(node.value, names)
        target = node.target
        if not isinstance(target, ast.Name):
            self.bind(target, held, names)
            return
        written = self.evaluate(ast.Name(target.id, ast.Load()), names)
        self.write(node, target.id, written, held.names, names)
        step = self.path.operator_of(node)
        if step is None or not step.sure:  # `xs += [x]`
            names.share(held.names | {target.id} if written.sharing is Sharing.VIEW else held.names)

    def returned(self, sharing: Sharing) -> None:
        """Take note of who else may see what a way out of the function gives: all of them count."""
        self.given = sharing if self.given is None else min(sharing, self.given)

    def write(self, node: ast.AST, name: str, written: Held, others: frozenset[str], names: Holders) -> None:
        """Take note of a write into what a name holds, or what none does, of values that share memory with ``others``."""
        overlaps = not names.group(written.names).isdisjoint(names.group(others))
        self.note(node, Sharing.SHARED if overlaps else names.sharing_of(written))
        names.write(name, node)

    def note(self, node: ast.AST, sharing: Sharing) -> None:
        """What is written into counts as shared if it is so once."""
        self.written[node] = min(sharing, self.written.get(node, sharing))

    def read(self, found: Iterable[str], names: Holders) -> None:
        """Names are read: who does so looks at what was written into their memory by another name."""
        for name in found:
            for node in names.outdated.get(name, ()):
                self.note(node, Sharing.SHARED)

    # --- expressions -----------------------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr, names: Holders) -> Held:
        """What the value of an expression may share memory with. What it hands out of sight is shared from then on."""
        match node:
            case ast.Constant() | ast.JoinedStr():
                return NEW
            case ast.Name(id=name):
                self.read([name], names)
                return names.held(name)
            case ast.NamedExpr(target=target, value=value):
                self.bind(target, self.evaluate(value, names), names)
                return Held(Sharing.SHARED, frozenset({target.id}))
            case ast.Attribute(value=value, attr=name):
                held = self.evaluate(value, names)
                return NEW if name in NOT_TENSOR_ATTRIBUTES else Held(Sharing.SHARED, held.names)
            case ast.Subscript(value=value, slice=index):
                held = self.evaluate(value, names)
                self.evaluate(index, names)
                return held.part
            case ast.Call():
                return self.call(node, names)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare():
                found = self.parts(node, names)
                step = self.path.operator_of(node)
                return NEW if isinstance(step, OperatorStep) and step.sure else Held(Sharing.SHARED, found)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.evaluate(test, names)
                first, second = self.evaluate(body, names), self.evaluate(orelse, names)
                return Held(min(first.sharing, second.sharing), first.names | second.names)
            case ast.Lambda():
                return SHARED
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp() | ast.Yield() | ast.YieldFrom():
                found = frozenset(_loaded(node))
                self.read(found, names)
                names.share(found)
                return Held(Sharing.SHARED, found)
        return Held(Sharing.SHARED, self.parts(node, names))

    def parts(self, node: ast.expr, names: Holders) -> frozenset[str]:
        """The names that the values of the parts of an expression may share memory with."""
        found: set[str] = set()
        for child in children(node):
            if isinstance(child, ast.expr):
                found |= self.evaluate(child, names).names
        return frozenset(found)

    def call(self, node: ast.Call, names: Holders) -> Held:
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        on = self.evaluate(receiver if receiver is not None else node.func, names)
        on = on if receiver is not None else NEW
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        given = [self.evaluate(argument, names) for argument in arguments]
        found = on.names.union(*(held.names for held in given))
        site = self.path.site_of(node)
        if site is None:
            return self.unknown_call(node, on, found, names)
        if site.operation is not None:
            return self.operation(node, site, on, given, names)
        if may_keep := _may_keep(site.callee):
            names.share(found)
        gives = _given_by(site.callee, self.path)
        if gives is not Sharing.SHARED:
            return Held(gives)
        if may_keep or len(given) != 1 or len(node.args) != 1:
            return Held(Sharing.SHARED, found)
        return _passed_on(site.callee, given[0])

    def operation(self, node: ast.Call, site: Site, on: Held, given: list[Held], names: Holders) -> Held:
        assert site.operation is not None
        operands = [on, *given] if site.receiver is not None else given
        if not site.operation.mutates:
            if is_allocating(site.operation, node):
                return NEW
            found = frozenset[str]().union(*(held.names for held in operands))
            return Held(min((held.part.sharing for held in operands), default=Sharing.SHARED), found)
        if not operands:
            return SHARED
        target = operands[0]
        others = frozenset[str]().union(*(held.names for held in operands[1:]))
        may_rebind = node in self.kept and target.names == {self.target_of(node)}
        written = target if not target.names or may_rebind else Held(Sharing.SHARED, target.names)
        self.write(node, self.target_of(node), written, others, names)
        return target

    def target_of(self, node: ast.Call) -> str:
        """The name of what a call in place writes into: its receiver or its first argument."""
        site = self.path.site_of(node)
        if site is None or site.operation is None or not site.operation.mutates:
            return ""
        receiver = node.func.value if isinstance(node.func, ast.Attribute) and site.receiver is not None else None
        target = receiver if receiver is not None else node.args[0] if node.args else None
        return target.id if isinstance(target, ast.Name) else ""

    def unknown_call(self, node: ast.Call, on: Held, found: frozenset[str], names: Holders) -> Held:
        """A call that is no step: of a tensor's method that only moves its data, of a builtin, or of anything else."""
        if isinstance(node.func, ast.Name) and node.func.id in _FORGETFUL:
            return Held(Sharing.SHARED, found) if node.func.id in ("max", "min") else NEW
        if isinstance(node.func, ast.Attribute) and node.func.attr == "clone" and not node.args:
            return NEW
        if isinstance(node.func, ast.Attribute) and f"torch.Tensor.{node.func.attr}" in MOVEMENT:
            if on.sharing is Sharing.SHARED:
                return Held(Sharing.SHARED, found)  # perhaps a function, `torch.reshape(x, shape)`
            return on if node.func.attr in _CONVERSIONS else on.part
        names.share(found)
        return Held(Sharing.SHARED, found)


def _given_by(callee: Value, path: ForwardPath) -> Sharing:
    """Who else may see the tensor that a module gives, whatever it is given: shared is what is not shown to be new."""
    if _may_be_replaced(callee.path, path.facts):
        return Sharing.SHARED
    if callee.name in ALLOCATING_MODULES or _is_weighted(callee):
        return Sharing.OWN
    if callee.name == "torch.nn.Sequential":
        return _given_in_the_end(callee, path)
    if callee.facts is not None:
        return _given_by_class(callee.facts, path)
    known = callee.choices if callee.shown else ()
    return min((_given_by(choice, path) for choice in known), default=Sharing.SHARED)


def _passed_on(callee: Value, given: Held) -> Held:
    """What a module gives of which nothing is known but what it is given: something new, or that."""
    return given.part if callee.name in VIEWING_MODULES else given


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
    # Both start with plain text, which is looked for first: far faster than one expression with a choice.
    part = rf"\.{name}(?:\[[^\]\n]*\]\s*=[^=]|\.(?:pop|insert|_modules)\b)"
    gone = rf"del(?<=\bdel)\s+[\w.]+\.{name}\b"
    return re.search(part, text) is not None or re.search(gone, text) is not None


def _given_in_the_end(container: Value, path: ForwardPath) -> Sharing:
    """Who else may see what modules give that run one after the other: others give something new, or what they got."""
    held = SHARED
    for item in (*(container.items or ()), *container.certain):
        gives = _given_by(item, path)
        held = _passed_on(item, held) if gives is Sharing.SHARED else Held(gives)
    return held.sharing


def _may_keep(callee: Value) -> bool:
    """Whether a module of the tree keeps something that its methods come by: perhaps what it is given."""
    if callee.facts is None:
        return any(map(_may_keep, (*callee.choices, *(callee.items or ()))))
    stored = (each for facts in callee.facts.mro for own in facts.assignments.values() for each in own)
    return any(each.method is not None and each.method.name != "__init__" for each in stored)


def _given_by_class(facts: ClassFacts, path: ForwardPath) -> Sharing:
    memory = memory_of(facts.index)
    if facts.reference not in memory.given:
        if facts.reference in memory.active or len(memory.active) >= _NESTING:
            memory.cuts += 1
            return Sharing.SHARED
        cuts = memory.cuts
        memory.active.append(facts.reference)
        given = _given_by_forward(facts, path)
        memory.active.pop()
        if memory.cuts != cuts and memory.active:
            return given
        memory.given[facts.reference] = given
    return memory.given[facts.reference]


def _given_by_forward(facts: ClassFacts, path: ForwardPath) -> Sharing:
    """Who else may see what ``forward`` returns, whatever it is given."""
    if facts.method("__call__") is not None or not facts.knows_entries:
        return Sharing.SHARED
    if not facts.entries:
        is_kept = not any(_CHANGING_CHILDREN.search(each.text) for each in facts.mro)
        ends = facts.container_base == "torch.nn.Sequential" and is_kept
        return _given_in_the_end(children_of(facts), path) if ends else Sharing.SHARED
    inner = type(path)(facts)
    return min(_returned(inner, function) for _, function in facts.entries)


def _returned(path: ForwardPath, function: Function) -> Sharing:
    """Who else may see what a function returns, once it is over and its own names are gone."""
    if decorators(function) or any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk(function)):
        return Sharing.SHARED
    body = _Walk(path, function)
    body.block(function.body, Holders())
    return Sharing.SHARED if body.given is None else body.given


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

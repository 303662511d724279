"""Classes in detail: methods, attributes as assigned, bases and subclasses across files."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias
from weakref import WeakKeyDictionary

from modulint.lint.assignments import LENGTHENING, Assignment, Function, assignments, decorators, dotted, first_argument, statements
from modulint.lint.computed_names import is_open_name, may_be_computed
from modulint.lint.names import ClassHeader, ModuleFacts, base_name, class_header, class_nodes, last_part
from modulint.lint.operations import CONTAINERS, MODULES
from modulint.lint.scopes import bound_names, parameters, walk
from modulint.lint.source import Source, UnreadableSource
from modulint.lint.stores import makers
from modulint.lint.tree import UNKNOWN, Reference, Tree

_NESTING = 4  # functions that return what other functions make
_FILES = 48  # files whose syntax is kept beside the one at hand: bases of many models stand in few files
_WORD = re.compile(r"\w+")


class ClassFacts:
    """One class statement, and through ``index`` the classes around it."""

    def __init__(self, index: Classes, module: ModuleFacts, source: Source, node: ast.ClassDef, qualname: str) -> None:
        self.index = index
        self.module = module
        self.source = source
        self.node = node
        self.qualname = qualname
        self.reference = Reference("class", qualname, module.path)
        self.methods: dict[str, Function] = {}
        for member in statements(node.body):
            if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)) and "overload" not in decorators(member):
                if not ({"setter", "deleter"} & decorators(member)):
                    self.methods[member.name] = member

    def __repr__(self) -> str:
        return f"<class {self.qualname} in {self.module.path}>"

    @cached_property
    def assignments(self) -> dict[str, list[Assignment]]:
        """Every assignment to an attribute in this class's own statements, by attribute, in source order."""
        found: dict[str, list[Assignment]] = {}
        for assignment in assignments(self.node):
            found.setdefault(assignment.attribute, []).append(assignment)
        return found

    @cached_property
    def lengthened(self) -> dict[str, list[ast.Call]]:
        """The calls in this class that make longer what an attribute holds, under its own or another name, by attribute."""
        aliases: dict[tuple[object, str], set[str]] = {}
        calls: list[tuple[tuple[object, str], ast.Call]] = []
        local = {node for method in self.methods.values() for node in _on_own_lists(method)}
        for member in self.node.body:
            for node in walk(member):
                if isinstance(node, ast.Assign):
                    names = [dotted(part) for part in (*node.targets, node.value)]
                    for name in names:
                        others = {last_part(other) for other in names if other != name}
                        aliases.setdefault(_scoped(member, name), set()).update(others)
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LENGTHENING:
                    calls.append((_scoped(member, dotted(node.func.value)), node))
        found: dict[str, list[ast.Call]] = {}
        for scoped, call in calls:
            named = set() if call in local else {last_part(scoped[1])}
            for attribute in aliases.get(scoped, set()) | named if scoped[1] else ():
                found.setdefault(attribute, []).append(call)
        return found

    @cached_property
    def bases(self) -> tuple[Reference, ...]:
        """What each base stands for, in order; metaclass keywords are not bases."""
        return tuple(
            self.index.tree.resolve(self.module, name) if (name := base_name(base)) else Reference("unknown")
            for base in self.node.bases
        )

    @property
    def mro(self) -> tuple[ClassFacts, ...]:
        """This class and its bases in the tree, nearest first: depth first, each kept at its last place."""
        return (self, *self._above)

    @cached_property
    def _above(self) -> tuple[ClassFacts, ...]:
        """The bases alone: a class that kept itself would stay until the collector comes by."""
        line = [*self._line(frozenset({self.reference}))][1:]
        return (*reversed(dict.fromkeys(reversed(line))),)

    def _line(self, above: frozenset[Reference]) -> Iterator[ClassFacts]:
        """This class and its bases, depth first. ``above`` are those that led here."""
        yield self
        for base in self.bases:
            if base.kind == "class" and base not in above:
                parent = self.index.get(base)
                if parent is not None:
                    yield from parent._line(above | {base})

    @cached_property
    def outer_bases(self) -> tuple[str, ...]:
        """Names of the bases, of this class or of those above it, that stand outside the tree; "?" for unknown ones."""
        return tuple(
            base.name or "?"
            for facts in self.mro
            for base in facts.bases
            if base.kind != "class" and base.name not in _NO_BASES
        )

    @cached_property
    def is_module(self) -> bool:
        """Whether it derives from ``torch.nn.Module`` as far as the tree shows."""
        return any(base in MODULES or base == "torch.nn.Module" for base in self.outer_bases)

    @cached_property
    def may_be_module(self) -> bool:
        """``is_module``, or a class with a ``forward(self, ...)`` whose base is out of sight."""
        if self.is_module:
            return True
        found = self.method("forward")
        if found is None or not self.outer_bases:
            return False
        first = first_argument(found[1])
        return first == "self" and not any(base.startswith("torch.autograd") for base in self.outer_bases)

    @cached_property
    def unknown_base(self) -> str:
        """The name of a base that is neither in the tree nor torch's, "" where there is none."""
        return next((base for base in self.outer_bases if base not in MODULES and base != "torch.nn.Module"), "")

    @cached_property
    def container_base(self) -> str:
        """The torch container that it derives from, "" where there is none."""
        return next((base for base in self.outer_bases if base in CONTAINERS), "")

    @cached_property
    def header(self) -> ClassHeader:
        known = self.module.classes.get(self.qualname)
        return known or class_header(self.node, self.qualname, self.source.text.split("\n"))

    @cached_property
    def below(self) -> tuple[Reference, ...]:
        """The classes of the tree that derive from this one, directly or through others."""
        return self.index.tree.below(self.reference)

    @cached_property
    def family(self) -> dict[Reference, ClassHeader]:
        """The classes of the tree whose instances share attributes with this one's: it, those above it, those below it
        and what these derive from as well."""
        tree = self.index.tree
        members = {self.reference: self.header}
        for reference in [*(facts.reference for facts in self.mro), *(r for low in self.below for r in tree.above(low))]:
            header = tree.header(reference)
            if header is not None:
                members.setdefault(reference, header)
        return members

    def is_stored(self, attribute: str) -> bool:
        """Whether code of the tree sets this attribute on an object other than ``self`` that may be of this family."""
        owners = self.index.tree.summary.stored.get(attribute, ())
        return any(self._may_be(path, name) for path, name in owners)

    def is_touched(self, attribute: str) -> bool:
        """Whether code of the tree changes the insides of what this attribute holds, or may."""
        own = any(attribute in header.touches for header in self.family.values())
        return own or attribute in self.index.tree.summary.touched

    def may_be_replaced(self, attribute: str) -> bool:
        """Whether other code than this class and those above it may give the attribute another value."""
        own = {facts.reference for facts in self.mro}
        below = (header for reference, header in self.family.items() if reference not in own)
        return (
            self.is_stored(attribute)
            or any(attribute in header.stores | header.methods for header in below)
            or may_be_computed(self.family.values(), attribute)
            or any(is_open_name(name) for header in self.family.values() for name in header.computed)
        )

    def _may_be(self, path: str, name: str, nesting: int = 0) -> bool:
        """Whether an object that the file at ``path`` makes by ``name(...)`` may have this class among its own."""
        tree = self.index.tree
        if name.startswith("self.") and nesting < _NESTING:
            held = self.index.held(path, name.removeprefix("self."))
            return not held or any(self._may_be(*made, nesting + 1) for made in held)
        module = tree.module(path) if name else None
        shown = tree.resolve(module, name) if module is not None else UNKNOWN
        if shown.kind == "class":
            # Of its own accord a class may make objects of another one, and anything may follow a protocol.
            return shown in self.family or any(map(_is_open, map(tree.header, tree.above(shown))))
        if shown.kind == "function" and nesting < _NESTING:
            function = self.index.function(shown)
            makers = function.makers if function is not None else ("",)
            return any(self._may_be(shown.path, maker, nesting + 1) for maker in makers)
        if shown.name not in MODULES or shown.name == "torch.nn.Module":
            return True
        lines = (tree.above(reference) for reference in (self.reference, *self.below))
        return any(base.kind != "class" and base.name not in _NOT_A_LAYER for line in lines for base in line)

    @property
    def init(self) -> Function | None:
        return self.methods.get("__init__")

    @cached_property
    def init_calls(self) -> tuple[tuple[ast.stmt, frozenset[str]], ...]:
        """The statements of ``__init__``, each with the methods that it calls on the instance; "" is the instance itself."""
        if self.init is None:
            return ()
        name = first_argument(self.init)
        return tuple((statement, frozenset(_called_on(name, statement))) for statement in self.init.body)

    @cached_property
    def text(self) -> str:
        return self.source.code(self.node)

    def method(self, name: str) -> tuple[ClassFacts, Function] | None:
        """The method that ``self.name`` finds, with the class that defines it."""
        for facts in self.mro:
            if name in facts.methods:
                return facts, facts.methods[name]
        return None

    @property
    def entries(self) -> tuple[tuple[ClassFacts, Function], ...]:
        """The methods of which one runs when an instance is called, with the classes that define them: ``forward``, and
        what ``self.forward = self.other`` puts in its place."""
        return tuple(each for each in map(self.method, self._entry_names) if each is not None)

    @cached_property
    def _entry_names(self) -> tuple[str, ...]:
        names = ["forward", *(name for name in map(_own_method, self._forwards) if name)]
        return tuple(dict.fromkeys(names))

    @cached_property
    def reached_names(self) -> frozenset[str]:
        """The methods that may run in a forward pass, by their names: all that one of them has a word for."""
        texts: dict[str, str] = {}
        for facts in self.mro:
            for name, method in facts.methods.items():
                texts[name] = texts.get(name, "") + facts.source.code(method)
        found = {"forward", *(method.name for _, method in self.entries)}
        queue = list(found)
        while queue:
            words = (texts.keys() & _WORD.findall(texts.get(queue.pop(), ""))) - found
            found |= words
            queue += words
        return frozenset(found)

    @cached_property
    def knows_entries(self) -> bool:
        """Whether nothing else runs than :attr:`entries`, as far as the class and those above it show."""
        return all(self.method(_own_method(each)) for each in self._forwards)

    @property
    def _forwards(self) -> list[Assignment]:
        if not any("forward" in facts.header.stores for facts in self.mro):
            return []
        return [assignment for _, assignment in self.attribute("forward")]

    def method_after(self, owner: ClassFacts, name: str) -> tuple[ClassFacts, Function] | None:
        """The method that ``super().name`` finds in a method of ``owner`` when ``self`` is of this class."""
        line = self.mro
        start = line.index(owner) + 1 if owner in line else 0
        for facts in line[start:]:
            if name in facts.methods:
                return facts, facts.methods[name]
        return None

    def attribute(self, name: str) -> list[tuple[ClassFacts, Assignment]]:
        """Every assignment to the attribute in this class and the classes above it, nearest class first."""
        return [(facts, assignment) for facts in self.mro for assignment in facts.assignments.get(name, ())]

    def resolve(self, name: str) -> Reference:
        """What a dotted name stands for where this class is defined."""
        if name.partition(".")[0] in self.enclosing_names:
            return UNKNOWN
        return self.index.tree.resolve(self.module, name)

    @cached_property
    def enclosing_names(self) -> frozenset[str]:
        """Names that the functions around the class bind."""
        return self.index.enclosing_names(self) if "<locals>" in self.qualname else frozenset()


class FunctionFacts:
    """A function that stands at module level of a file of the tree."""

    qualname = ""  # of the class around it, as ``ClassFacts`` has one

    def __init__(self, index: Classes, module: ModuleFacts, source: Source, node: Function) -> None:
        self.index = index
        self.module = module
        self.source = source
        self.node = node
        self.reference = Reference("function", node.name, module.path)

    def __repr__(self) -> str:
        return f"<function {self.node.name} in {self.module.path}>"

    @cached_property
    def makers(self) -> tuple[str, ...]:
        """What the function calls for each value that it returns, "" where that may be anything."""
        returned = (statement.value for statement in statements(self.node.body) if isinstance(statement, ast.Return))
        called = (dotted(value.func) if isinstance(value, ast.Call) else "" for value in returned)
        local = bound_names(self.node)
        makers = tuple("" if name.partition(".")[0] in local else name for name in called)
        return makers if makers and not self.node.decorator_list else ("",)

    def resolve(self, name: str) -> Reference:
        """What a dotted name stands for where this function is defined."""
        return self.index.tree.resolve(self.module, name)


Owner: TypeAlias = ClassFacts | FunctionFacts
"""What code stands in: a class, or a plain function."""


@dataclass(slots=True)
class _File:
    """What is known of one file in detail."""

    syntax: ast.Module
    classes: dict[str, ClassFacts]
    functions: dict[str, FunctionFacts | None]


class Classes:
    """All classes and plain functions of the files that were looked at in detail, each made once.

    Syntax is large: the files that were not asked for lately are dropped, but only by :meth:`trim`, so that a class is
    one object for as long as a file is worked on.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._files: dict[str, _File] = {}
        self._held: dict[tuple[str, str], tuple[int, tuple[tuple[str, str], ...]]] = {}

    def trim(self) -> None:
        """Drop the files that were not asked for lately."""
        for path in list(self._files)[: max(0, len(self._files) - _FILES)]:
            del self._files[path]

    def drop(self, path: str) -> None:
        """Forget a file that has changed."""
        self._files.pop(os.path.abspath(path), None)

    def enclosing_names(self, facts: ClassFacts) -> frozenset[str]:
        """Names that the functions around a class bind."""
        names: set[str] = set()
        for node in walk(self._files[os.path.abspath(facts.source.path)].syntax):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _stands_in(facts.node, node):
                names |= bound_names(node)
        return frozenset(names)

    def add(self, source: Source, syntax: ast.Module) -> dict[str, ClassFacts]:
        """The classes of a parsed file, by qualified name, in source order."""
        path = os.path.abspath(source.path)
        if path not in self._files:
            module = self.tree.add(source, syntax)
            classes = {
                qualname: ClassFacts(self, module, source, node, qualname)
                for qualname, node in class_nodes(syntax.body, "")
            }
            self._files[path] = _File(syntax, classes, self._functions(module, source, syntax))
        return self._files[path].classes

    def _functions(self, module: ModuleFacts, source: Source, syntax: ast.Module) -> dict[str, FunctionFacts | None]:
        """The functions at module level; None for a name that is defined more than once: it is chosen while it runs."""
        found: dict[str, FunctionFacts | None] = {}
        for node in statements(syntax.body):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and "overload" not in decorators(node):
                found[node.name] = None if node.name in found else FunctionFacts(self, module, source, node)
        return found

    def get(self, reference: Reference) -> ClassFacts | None:
        """The class behind a reference, read and parsed if need be; None where that fails."""
        return self._file(reference).classes.get(reference.name)

    def function(self, reference: Reference) -> FunctionFacts | None:
        """The function behind a reference; None where there is none, or more than one under its name."""
        return self._file(reference).functions.get(reference.name)

    def held(self, path: str, attribute: str) -> tuple[tuple[str, str], ...]:
        """What instances of the classes of a file hold under a name: each file that gives it to them, with what it calls
        there, "" for anything. Nothing where none is known to."""
        module = self.tree.module(path)
        version, found = self._held.get((path, attribute), (-1, ()))
        if version != self.tree.version and module is not None:
            own = [Reference("class", name, path) for name in module.classes]
            related = {above for each in own for low in (each, *self.tree.below(each)) for above in self.tree.above(low)}
            paths = sorted({each.path for each in related if each.kind == "class"})
            found = tuple((each, maker) for each in paths for maker in makers(self.syntax(each), attribute))
            if attribute in self.tree.summary.stored:
                found = (*found, ("", ""))
            self._held[path, attribute] = self.tree.version, found
        return found

    def syntax(self, path: str) -> ast.Module:
        """The syntax of a file at an absolute path, empty where it cannot be read."""
        return self._file(Reference("module", "", path)).syntax

    def _file(self, reference: Reference) -> _File:
        if reference.path not in self._files:
            try:
                source = Source(reference.path, self.tree.content(reference.path))
                self.add(source, source.parse())
            except (OSError, UnreadableSource):
                self._files[reference.path] = _File(ast.Module([], []), {}, {})
        known = self._files[reference.path] = self._files.pop(reference.path)  # lately used files come last
        return known


def _scoped(member: ast.stmt, name: str) -> tuple[object, str]:
    """A name of a class member's code: one without a dot is that member's own."""
    return (None if "." in name else member), name


def _on_own_lists(method: Function) -> Iterator[ast.Call]:
    """The calls of a method on local names that stand for nothing but lists which it makes itself: ``layers = []``."""
    nodes = list(walk(method))
    if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) for node in nodes[1:]):
        return
    names = {node.id: 0 for node in nodes if isinstance(node, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names[node.id] -= 1
        elif isinstance(node, ast.Assign) and _makes_list(node.value, of_modules=method.name != "__init__"):
            for target in node.targets:
                if isinstance(target, ast.Name) and len(node.targets) == 1:
                    names[target.id] += 1
    made = {name for name, others in names.items() if others == 0} & bound_names(method) - {*parameters(method)}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in made:
                yield node


def _makes_list(value: ast.expr, of_modules: bool) -> bool:
    """Whether an expression gives a list that did not exist before. One of modules may be registered as it is: outside of
    ``__init__`` that is up to who gets it."""
    called = last_part(dotted(value.func)) if isinstance(value, ast.Call) else ""
    return isinstance(value, (ast.List, ast.ListComp)) or (of_modules and called in ("ModuleList", "Sequential"))


def _own_method(assignment: Assignment) -> str:
    """The name of the method that an assignment takes from ``self``, "" where it gives something else."""
    if assignment.value is None or assignment.method is None:
        return ""
    head, _, name = dotted(assignment.value).partition(".")
    return name if head == first_argument(assignment.method) else ""


def changes_contents(text: str, attribute: str) -> bool:
    """Whether code changes what a list or dict holds that is kept under an attribute."""
    pattern = rf"\.{re.escape(attribute)}(?:\[[^\]\n]*\]\s*[-+*/]?=[^=]|\.(?:append|extend|insert|pop|update)\()"
    return re.search(pattern, text) is not None


_NO_BASES = frozenset({"abc.ABC", "typing.Generic", "typing.Protocol", "object"})
_NOT_A_LAYER = _NO_BASES | {"torch.nn.Module"}


def _called_on(name: str, statement: ast.stmt) -> Iterator[str]:
    for node in walk(statement):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called == name:
                yield ""
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)) if owner == name:
                yield method


def _is_open(header: ClassHeader | None) -> bool:
    """Whether an object that passes for one of this class may be of another."""
    if header is None:
        return False
    if "__new__" in header.methods or any(last_part(base) in ("", "Protocol") for base in header.bases):
        return True
    return any("metaclass" in trait for trait in header.traits)


_INDEXES: WeakKeyDictionary[Tree, Classes] = WeakKeyDictionary()


def classes_of(tree: Tree) -> Classes:
    """The classes of a tree, looked at once for all files that are checked in this process."""
    if tree not in _INDEXES:
        _INDEXES[tree] = Classes(tree)
    return _INDEXES[tree]


def _stands_in(inner: ast.ClassDef, outer: Function) -> bool:
    return outer.lineno <= inner.lineno and (inner.end_lineno or 0) <= (outer.end_lineno or 0)

"""Module instances that the files of a tree make once and keep: in a dict or list, under a name of the module or of a
class. And who takes them from there, in whichever file.

Whoever takes one gets the same object as all others. A read counts where it puts the object somewhere (see
:func:`modulint.lint.sharing.registers`): directly, by a local name, or by what a plain function returns.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from modulint.lint.assignments import dotted, first_argument, is_static, statements
from modulint.lint.classes import ClassFacts, Classes
from modulint.lint.names import ModuleFacts, last_part
from modulint.lint.scopes import AnyFunction, bindings_of, bound_names, parents_in, rebound_names, walk
from modulint.lint.sharing import Arms, Parents, arms, exclusive, is_module_class, loops, owner_of, parents_of, registers
from modulint.lint.sharing import through_branches
from modulint.lint.operations import MODULES
from modulint.lint.tree import Reference, Tree

if TYPE_CHECKING:
    from modulint.lint.file import File

_NESTING = 4  # functions that return what other functions take; classes that construct others
_CHANGING = frozenset({"clear", "pop", "popitem", "register", "setdefault", "update"})
_TABLES = frozenset({"collections.OrderedDict", "torch.nn.ModuleDict", "torch.nn.ModuleList"})


@dataclass(frozen=True, slots=True)
class Kept:
    """An instance, or a table that holds some. ``name`` is what the file at ``path`` calls it, ``entries`` what is in it."""

    path: str
    name: str
    node: ast.expr = field(compare=False)
    entries: tuple[ast.expr, ...] = field(compare=False)
    is_table: bool = field(compare=False)

    @property
    def is_class_attribute(self) -> bool:
        """Whether it is one instance that a class keeps."""
        return "." in self.name and not self.is_table


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A place that puts a kept object somewhere: ``node`` is the expression there. ``key`` is the source of the constant by
    which it is asked for in a table, "" where that is not shown."""

    kept: Kept
    path: str
    node: ast.expr
    parents: Parents
    owner: str
    facts: ClassFacts | None
    function: AnyFunction | None
    key: str = ""
    given_by: Reference | None = None
    """The function that returns it, None where the place itself asks for it."""

    @property
    def is_own(self) -> bool:
        """Whether the class that keeps it reads it by ``self``."""
        owner = self.kept.name.rpartition(".")[0]
        return self.facts is not None and (self.facts.qualname, self.facts.module.path) == (owner, self.kept.path)

    def may_be_same(self, other: Take) -> bool:
        """Whether another place may get the same object as this one in one model."""
        if self.node is other.node or (self.key and other.key and self.key != other.key):
            return False
        return not exclusive(self._arms, other._arms)

    @property
    def _arms(self) -> Arms:
        return arms(self.parents, self.node)

    def is_repeated(self, index: Classes) -> bool:
        """Whether the place runs several times in one model, as far as the tree shows."""
        if loops(self.parents):
            return True
        return self.facts is not None and _made_often(index, self.facts.reference, 0)

    def place_from(self, file: File) -> tuple[str, str]:
        """The owner, and where it takes the object as somebody says it who reads ``file``."""
        if os.path.abspath(self.path) == file.module.path:
            return self.owner, f"line {self.node.lineno}"
        module = file.tree.module(self.path)
        shown = os.path.relpath(self.path, module.root if module is not None else None)
        return self.owner, f"{shown}:{self.node.lineno}"


@dataclass(frozen=True, slots=True, eq=False)
class Gift:
    """A place in a plain function that returns a kept object."""

    kept: Kept
    node: ast.expr
    parents: Parents
    function: Reference


def gifts_in(index: Classes, path: str) -> tuple[Gift, ...]:
    """The places in one file at which plain functions return kept objects."""
    known = _known(index)
    module = index.tree.module(path)
    names = sorted({function for function, _ in module.askers}) if module is not None and known.names else []
    return tuple(gift for name in names for gift in known.gifts(Reference("function", name, path)))


def runs_in_forward(index: Classes, function: Reference) -> bool:
    """Whether a method that may run in a forward pass calls a plain function, as far as the tree shows."""
    for file in _known(index).mentioning(function.name):
        for node in file.parents:
            if isinstance(node, (ast.Name, ast.Attribute)) and last_part(dotted(node)) == function.name:
                if on_forward_path(file.around(node)[0], parents_of(file.parents, node)):
                    return True
    return False


def on_forward_path(facts: ClassFacts | None, parents: Parents) -> bool:
    """Whether what stands in a class may run in a forward pass."""
    functions = (each for each in parents if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return facts is not None and any(each.name in facts.reached_names for each in functions)


def takes_in(index: Classes, path: str) -> tuple[Take, ...]:
    """The places in one file that put kept objects somewhere, in source order."""
    return _known(index).takes(os.path.abspath(path))


def takes_of(index: Classes, path: str, name: str) -> tuple[Take, ...]:
    """All places of the tree that put one kept object somewhere, by file."""
    known = _known(index)
    kept = known.kept(path).get(name)
    if kept is None:
        return ()
    words = {last_part(name), *known.givers(kept)}
    paths = sorted({file.module.path for word in words for file in known.mentioning(word)} | {path})
    return tuple(take for other in paths for take in known.takes(other) if take.kept == kept)


def changes(index: Classes, kept: Kept) -> bool:
    """Whether code of the tree puts something else into a table, or under the name of an object."""
    known, word = _known(index), last_part(kept.name)
    for file in known.mentioning(word):
        for node in file.parents:
            if not isinstance(node, (ast.Name, ast.Attribute)) or last_part(dotted(node)) != word:
                continue
            if file.parents[node] is not file.parents.get(kept.node) and _is_changed(file, node):
                if isinstance(node, ast.Attribute) or known.names_kept(file, node, kept):
                    return True
    return False


def _is_changed(file: _File, node: ast.expr) -> bool:
    outer = file.parents[node]
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return True
    if isinstance(outer, ast.Subscript) and outer.value is node:
        return not isinstance(outer.ctx, ast.Load)
    return isinstance(outer, ast.Attribute) and outer.attr in _CHANGING


@dataclass(eq=False)
class _File:
    """One file in the order in which it is searched."""

    module: ModuleFacts
    syntax: ast.Module
    classes: dict[ast.ClassDef, ClassFacts]
    parents: dict[ast.AST, ast.AST] = field(init=False)

    def __post_init__(self) -> None:
        self.parents = parents_in(self.syntax)

    @cached_property
    def words(self) -> frozenset[str]:
        """The names and attributes that the file mentions."""
        return frozenset(
            node.id if isinstance(node, ast.Name) else node.attr
            for node in self.parents
            if isinstance(node, (ast.Name, ast.Attribute))
        )

    def around(self, node: ast.AST) -> tuple[ClassFacts | None, AnyFunction | None]:
        """The class and the innermost function around a node."""
        function: AnyFunction | None = None
        for outer in reversed(parents_of(self.parents, node)):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                function = function or outer
            elif isinstance(outer, ast.ClassDef):
                return self.classes.get(outer), function
        return None, function


class _Known:
    """What was found for a tree as it is."""

    def __init__(self, index: Classes) -> None:
        self.index = index
        self.version = index.tree.version
        self._files: dict[str, _File] = {}
        self._kept: dict[str, dict[str, Kept]] = {}
        self._takes: dict[str, tuple[_File, tuple[Take, ...]]] = {}
        self._gifts: dict[Reference, tuple[_File, tuple[Gift, ...]]] = {}
        self._under_way: set[Reference] = set()
        self._mentions: dict[str, tuple[str, ...]] = {}

    def mentioning(self, word: str) -> Iterator[_File]:
        """The files that have a word."""
        if word not in self._mentions:
            tree = self.index.tree
            paths = [path for path, _ in tree.mentions(word)]
            self._mentions[word] = tuple(path for path in paths if tree.module(path) is not None)
        yield from map(self.file, self._mentions[word])

    @cached_property
    def names(self) -> frozenset[str]:
        """The last parts of all names under which something is kept, and the names of functions that return it."""
        tree = self.index.tree
        found = {
            last_part(name)
            for module in tree.summary.keeping
            for name, maker in module.instances
            if _makes_modules(tree, tree.resolve(module, maker))
        }
        askers = {
            function
            for module in tree.summary.keeping
            for function, table in module.askers
            if table in found or any(last_part(target) in found for target in module.bindings.get(table, ()))
        }
        return frozenset(found | askers)

    @cached_property
    def _mention(self) -> re.Pattern[bytes]:
        return re.compile(rb"\b(?:" + b"|".join(re.escape(name).encode() for name in sorted(self.names)) + rb")\b")

    def file(self, path: str) -> _File:
        module, syntax = self.index.tree.module(path), self.index.syntax(path)
        assert module is not None
        known = self._files.get(path)
        if known is None or known.syntax is not syntax:  # functions and classes are those of the index
            known = self._files[path] = _File(module, syntax, {facts.node: facts for facts in self._classes(module)})
        return known

    def _classes(self, module: ModuleFacts) -> Iterator[ClassFacts]:
        for qualname in module.classes:
            facts = self.index.get(Reference("class", qualname, module.path))
            if facts is not None:
                yield facts

    def kept(self, path: str) -> dict[str, Kept]:
        """The instances and tables that a file keeps, by name."""
        if path not in self._kept:
            module = self.index.tree.module(path)
            named = {last_part(name) for name, _ in module.instances} if module is not None else set()
            self._kept[path] = {kept.name: kept for kept in self._kept_in(path)} if named & self.names else {}
        return self._kept[path]

    def _kept_in(self, path: str) -> Iterator[Kept]:
        file = self.file(path)
        blocks = [("", file.syntax.body), *((f"{facts.qualname}.", facts.node.body) for facts in file.classes.values())]
        for prefix, body in blocks:
            for statement in statements(body):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value):
                        pass
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                        pass
                    case _:
                        continue
                is_table, entries = self._entries(file.module, value)
                if any(self._is_instance(file.module, entry) for entry in entries):
                    yield Kept(path, prefix + name, value, entries, is_table)

    def _entries(self, module: ModuleFacts, value: ast.expr) -> tuple[bool, tuple[ast.expr, ...]]:
        match value:
            case ast.Dict(values=values):
                return True, tuple(values)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return True, tuple(elements)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
                return True, tuple(keyword.value for keyword in keywords)
            case ast.Call(func=func, args=[argument]) if self.index.tree.resolve(module, dotted(func)).name in _TABLES:
                _, entries = self._entries(module, argument)
                pairs = [each.elts[1] for each in entries if isinstance(each, (ast.Tuple, ast.List)) and len(each.elts) == 2]
                return True, tuple(pairs) if len(pairs) == len(entries) else entries
        return False, (value,)

    def _is_instance(self, module: ModuleFacts, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        name = dotted(node.func)
        return bool(name) and is_module_class(self.index, self.index.tree.resolve(module, name))

    def takes(self, path: str) -> tuple[Take, ...]:
        tree = self.index.tree
        if not self.names or tree.module(path) is None or not self._mention.search(tree.content(path)):
            return ()
        file = self.file(path)
        known = self._takes.get(path)
        if known is None or known[0] is not file:
            found = sorted(self._takes_in(file), key=lambda take: (take.node.lineno, take.node.col_offset))
            known = self._takes[path] = file, tuple(found)
        return known[1]

    def _takes_in(self, file: _File) -> Iterator[Take]:
        for node in file.parents:
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                found = self._object(file, node)
                if found is not None:
                    yield from self._places(file, *found)

    def _object(self, file: _File, node: ast.Name | ast.Attribute) -> tuple[Kept, ast.expr, str, Reference | None] | None:
        """The expression around a name that gives a kept object: what it is, the constant that asks for it, and the
        function that returns it."""
        outer = file.parents[node]
        called = isinstance(outer, ast.Call) and outer.func is node
        if isinstance(outer, ast.Attribute) and not (outer.attr == "get" and self._is_call(file, outer)):
            return None
        name = dotted(node)
        if not name or not self._is_candidate(file, name):
            return None
        if called:
            assert isinstance(outer, ast.Call)
            facts, function = file.around(node)
            if function is not None and name.partition(".")[0] in bound_names(function):
                return None
            reference = self.index.tree.resolve(file.module, name)
            gifts = self.gifts(reference) if reference.kind == "function" else ()
            key = outer.args[0] if len(outer.args) == 1 and not outer.keywords else None
            return (gifts[0].kept, outer, _constant(key), reference) if gifts else None
        kept = self._named(file, node, name)
        if kept is None:
            return None
        if not kept.is_table:
            return kept, node, "", None
        if isinstance(outer, ast.Subscript) and outer.value is node and isinstance(outer.ctx, ast.Load):
            return (kept, outer, _constant(outer.slice), None) if not isinstance(outer.slice, ast.Slice) else None
        if isinstance(outer, ast.Attribute):
            call = file.parents[outer]
            assert isinstance(call, ast.Call)
            return (kept, call, _constant(call.args[0]) if call.args else "", None)
        return None

    def _is_call(self, file: _File, node: ast.Attribute) -> bool:
        outer = file.parents[node]
        return isinstance(outer, ast.Call) and outer.func is node

    def _is_candidate(self, file: _File, name: str) -> bool:
        head, last = name.partition(".")[0], last_part(name)
        return last in self.names or any(last_part(target) in self.names for target in file.module.bindings.get(head, ()))

    def _named(self, file: _File, node: ast.expr, name: str) -> Kept | None:
        """What a dotted name stands for where it is read."""
        head, _, rest = name.partition(".")
        facts, function = file.around(node)
        outer: list[ast.AST] = [
            each for each in parents_of(file.parents, node) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        ]
        method = next(iter(outer), None)
        own = isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and not is_static(method)
        if facts is not None and own and isinstance(method, ast.FunctionDef) and head == first_argument(method):
            for part in facts.mro:
                found = part.assignments.get(rest, [])
                if any(each.method is not None for each in found):
                    return None
                if found:
                    return self.kept(part.module.path).get(f"{part.qualname}.{rest}")
            return None
        if any(isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and head in bound_names(each) for each in outer):
            return None
        home = self.index.tree.value(file.module, name)
        return self.kept(home[0]).get(home[1]) if home is not None else None

    def names_kept(self, file: _File, node: ast.Name, kept: Kept) -> bool:
        """Whether a name that is read or set stands for a kept object, also where a function declares it global."""
        home = self.index.tree.value(file.module, node.id)
        if home != (kept.path, kept.name):
            return "." in kept.name and file.around(node)[0] is not None and file.around(node)[1] is None
        function = file.around(node)[1]
        return function is None or node.id not in bound_names(function) or node.id in rebound_names(function)

    def _places(self, file: _File, kept: Kept, node: ast.expr, key: str, given_by: Reference | None) -> Iterator[Take]:
        """Where the object goes that an expression gives."""
        facts, function = file.around(node)
        if function is None or facts is not None and not facts.may_be_module:
            return
        if facts is None and not kept.is_table and not kept.is_class_attribute:
            return  # a loss or a model of a script, that its functions hand to other code
        for place in self._followed(file, node, function):
            parents = parents_of(file.parents, place)
            if registers(place, parents) and not self._is_to_class(file, through_branches(place, parents)[1]):
                owner = owner_of(place, parents, facts, function)
                yield Take(kept, file.module.path, place, parents, owner, facts, function, key, given_by)

    def _is_to_class(self, file: _File, parents: Parents) -> bool:
        outer = parents[-1]
        return isinstance(outer, ast.Assign) and any(self._is_class(file, target) for target in outer.targets)

    def _is_class(self, file: _File, target: ast.expr) -> bool:
        """Whether an attribute of a class is set, and not of an object."""
        name = dotted(target).rpartition(".")[0]
        return name == "cls" or (bool(name) and self.index.tree.resolve(file.module, name).kind == "class")

    def gifts(self, reference: Reference) -> tuple[Gift, ...]:
        """The places at which a plain function returns kept objects, () where they are of different tables."""
        module = self.index.tree.module(reference.path)
        if reference in self._under_way or module is None or reference.name not in {name for name, _ in module.askers}:
            return ()
        file = self.file(reference.path)
        known = self._gifts.get(reference)
        if known is None or known[0] is not file:
            self._under_way.add(reference)
            found = tuple(self._returned(file, reference))
            self._under_way.discard(reference)
            known = self._gifts[reference] = file, found if len({gift.kept for gift in found}) == 1 else ()
        return known[1]

    def _returned(self, file: _File, reference: Reference) -> Iterator[Gift]:
        function = self.index.function(reference)
        if function is None or function.node.decorator_list:
            return
        for node in walk(function.node):
            if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
                continue
            found = self._object(file, node)
            if found is None or found[3] is not None:
                continue
            for place in self._followed(file, found[1], function.node):
                parents = parents_of(file.parents, place)
                if isinstance(through_branches(place, parents)[1][-1], ast.Return):
                    yield Gift(found[0], place, parents, reference)

    def _followed(self, file: _File, node: ast.expr, function: AnyFunction) -> Iterator[ast.expr]:
        """An expression, or where a local name is read that stands for nothing else."""
        parents = parents_of(file.parents, node)
        outer = through_branches(node, parents)[1][-1]
        if not (isinstance(outer, ast.Assign) and isinstance(outer.targets[0], ast.Name)):
            yield node
            return
        name = outer.targets[0].id
        if len(outer.targets) == 1 and bindings_of(function, name) == [outer.value]:
            for read in walk(function):
                if isinstance(read, ast.Name) and read.id == name and isinstance(read.ctx, ast.Load):
                    yield read

    def givers(self, kept: Kept) -> Iterator[str]:
        """The functions that return what is kept."""
        for file in self.mentioning(last_part(kept.name)):
            for name in {function for function, _ in file.module.askers}:
                if any(gift.kept == kept for gift in self.gifts(Reference("function", name, file.module.path))):
                    yield name


def _makes_modules(tree: Tree, reference: Reference) -> bool:
    """Whether calls of a class make modules, as far as headers show: no file is parsed for it."""
    if reference.kind == "external":
        return reference.name in MODULES
    if reference.kind != "class":
        return False
    return any(base.kind == "external" and (base.name in MODULES or base.name == "torch.nn.Module") for base in tree.above(reference))


def _constant(node: ast.expr | None) -> str:
    return repr(node.value) if isinstance(node, ast.Constant) else ""


_FOUND: WeakKeyDictionary[Classes, _Known] = WeakKeyDictionary()


def _known(index: Classes) -> _Known:
    known = _FOUND.get(index)
    if known is None or known.version != index.tree.version:
        known = _FOUND[index] = _Known(index)
    return known


def _made_often(index: Classes, reference: Reference, nesting: int) -> bool:
    """Whether one model has several instances of a class: one is made in a loop, or in several places, or the class is
    handed on as a value. What derives from it, and what makes one, counts as well."""
    if nesting > _NESTING:
        return True
    name = last_part(reference.name)
    makers = 0
    for file in _known(index).mentioning(name):
        for node in file.parents:
            if not isinstance(node, (ast.Name, ast.Attribute)) or last_part(dotted(node)) != name:
                continue
            if isinstance(node.ctx, ast.Store) or index.tree.resolve(file.module, dotted(node)) != reference:
                continue
            facts, function = file.around(node)
            outer = file.parents[node]
            if isinstance(outer, ast.ClassDef) and node in outer.bases:
                below = file.classes.get(outer)
                if below is not None and below.reference != reference and _made_often(index, below.reference, nesting + 1):
                    return True
            elif isinstance(outer, ast.Call) and outer.func is node and facts is not None and function is not None:
                makers += 1
                if makers > 1 or loops(parents_of(file.parents, node)):
                    return True
                if facts.reference != reference and _made_often(index, facts.reference, nesting + 1):
                    return True
            elif isinstance(outer, (ast.keyword, ast.Dict, ast.IfExp)) or isinstance(outer, ast.Call) and outer.func is not node:
                if not (isinstance(outer, ast.Call) and dotted(outer.func) in ("isinstance", "issubclass", "super")):
                    return True
    return False

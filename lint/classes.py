"""Classes in detail: methods, attributes as assigned, bases and subclasses across files."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from modulint.lint.names import ModuleFacts, base_name, dotted, module_statements
from modulint.lint.operations import CONTAINERS, MODULES
from modulint.lint.source import Source, UnreadableSource
from modulint.lint.tree import Reference, Tree

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_CHILDREN = re.compile(r"\b(?:self|super\(\))\.(?:(?:named_)?children\(|_modules\b)")
_COMPUTED_NAME = re.compile(r"\b(?:setattr\(\s*self\s*,|self\.(?:add_module|register_module)\()\s*([^\s,][^,\n]*),")
_REGISTER = frozenset({"add_module", "register_module", "register_buffer", "register_parameter"})
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One place that gives an attribute of ``self`` (or of the class body, ``method`` being None) a value.

    ``value`` is None where the value is not one expression: an unpacked tuple, a loop variable, an augmented assignment.
    ``via`` is the call that makes it, ``register_buffer`` for example, or "=". ``top`` is true for a statement that
    stands directly in the body of its method.
    """

    attribute: str
    value: ast.expr | None
    statement: ast.stmt
    method: Function | None
    via: str
    top: bool


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
        for member in module_statements(node.body):
            if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)) and "overload" not in decorators(member):
                if not ({"setter", "deleter"} & decorators(member)):
                    self.methods[member.name] = member

    def __repr__(self) -> str:
        return f"<class {self.qualname} in {self.module.path}>"

    @cached_property
    def assignments(self) -> dict[str, list[Assignment]]:
        """Every assignment to an attribute in this class's own statements, by attribute, in source order."""
        found: dict[str, list[Assignment]] = {}
        for assignment in self._all_assignments():
            found.setdefault(assignment.attribute, []).append(assignment)
        return found

    @cached_property
    def bases(self) -> tuple[Reference, ...]:
        """What each base stands for, in order; metaclass keywords are not bases."""
        return tuple(
            self.index.tree.resolve(self.module, name) if (name := base_name(base)) else Reference("unknown")
            for base in self.node.bases
        )

    @cached_property
    def mro(self) -> tuple[ClassFacts, ...]:
        """This class and its bases in the tree, nearest first: depth first, each kept at its last place."""
        line: list[ClassFacts] = []

        def visit(facts: ClassFacts, above: frozenset[Reference]) -> None:
            line.append(facts)
            for base in facts.bases:
                if base.kind == "class" and base not in above:
                    parent = self.index.get(base)
                    if parent is not None:
                        visit(parent, above | {base})

        visit(self, frozenset({self.reference}))
        kept: list[ClassFacts] = []
        for facts in reversed(line):
            if facts not in kept:
                kept.append(facts)
        return tuple(reversed(kept))

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
    def subclasses(self) -> tuple[ClassFacts, ...]:
        """All classes of the tree below this one, breadth first."""
        found: list[ClassFacts] = []
        queue = [self.reference]
        seen = set(queue)
        while queue:
            for reference in self.index.tree.subclasses(queue.pop(0)):
                if reference not in seen:
                    seen.add(reference)
                    queue.append(reference)
                    facts = self.index.get(reference)
                    if facts is not None:
                        found.append(facts)
        return tuple(found)

    @cached_property
    def family(self) -> tuple[ClassFacts, ...]:
        """The classes whose instances share attributes with this one's: it, those above, those below and above these."""
        members = dict.fromkeys(self.mro)
        for facts in self.subclasses:
            members.update(dict.fromkeys(facts.mro))
        return tuple(members)

    @property
    def init(self) -> Function | None:
        return self.methods.get("__init__")

    @cached_property
    def iterates_children(self) -> bool:
        """Whether its own text iterates or looks into its children."""
        return bool(_CHILDREN.search(self.text))

    @cached_property
    def computed_names(self) -> tuple[str, ...]:
        """The source of attribute names that are computed: ``setattr(self, f"layer{i}", ...)``, ``add_module(name, ...)``."""
        return tuple(name for name in _COMPUTED_NAME.findall(self.text) if not _is_plain_string(name))

    @cached_property
    def text(self) -> str:
        return self.source.code(self.node)

    def method(self, name: str) -> tuple[ClassFacts, Function] | None:
        """The method that ``self.name`` finds, with the class that defines it."""
        for facts in self.mro:
            if name in facts.methods:
                return facts, facts.methods[name]
        return None

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
        """What a dotted name stands for at the level of this class's module."""
        return self.index.tree.resolve(self.module, name)

    def _all_assignments(self) -> Iterator[Assignment]:
        for member in module_statements(self.node.body):
            if isinstance(member, (ast.Assign, ast.AnnAssign)):
                targets = member.targets if isinstance(member, ast.Assign) else [member.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield Assignment(target.id, member.value, member, None, "=", True)
            elif isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                name = first_argument(member)
                if name and not ({"staticmethod", "classmethod"} & decorators(member)):
                    yield from _self_assignments(member.body, name, member, True)


class Classes:
    """All classes of the files that were looked at in detail, each made once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._files: dict[str, dict[str, ClassFacts]] = {}

    def add(self, source: Source, syntax: ast.Module) -> dict[str, ClassFacts]:
        """The classes of a parsed file, by qualified name, in source order."""
        path = os.path.abspath(source.path)
        if path not in self._files:
            module = self.tree.add(source, syntax)
            self._files[path] = {
                qualname: ClassFacts(self, module, source, node, qualname)
                for qualname, node in _class_nodes(syntax.body, "")
            }
        return self._files[path]

    def get(self, reference: Reference) -> ClassFacts | None:
        """The class behind a reference, read and parsed if need be; None where that fails."""
        if reference.path not in self._files:
            try:
                with open(reference.path, "rb") as file:
                    source = Source(reference.path, file.read())
                self.add(source, source.parse())
            except (OSError, UnreadableSource):
                self._files[reference.path] = {}
        return self._files[reference.path].get(reference.name)


_NO_BASES = frozenset({"abc.ABC", "typing.Generic", "typing.Protocol", "object"})


def decorators(function: Function | ast.ClassDef) -> set[str]:
    """The last parts of a definition's decorators: ``{"property", "unused", "setter"}``."""
    names = (dotted(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list)
    return {name.rpartition(".")[2] for name in names}


def first_argument(function: Function) -> str:
    """The name of a function's first positional parameter, "" where it has none."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    return arguments[0].arg if arguments else ""


def _class_nodes(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in module_statements(body):
        if isinstance(node, ast.ClassDef):
            qualname = f"{prefix}{node.name}"
            yield qualname, node
            yield from _class_nodes(node.body, f"{qualname}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _class_nodes(node.body, f"{prefix}{node.name}.<locals>.")


def _self_assignments(body: Iterable[ast.stmt], name: str, method: Function, top: bool) -> Iterator[Assignment]:
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _targets(target, node.value, node, name, method, top)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield from _targets(node.target, node.value, node, name, method, top)
        elif isinstance(node, ast.AugAssign):
            yield from _targets(node.target, None, node, name, method, top)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                yield from _targets(target, None, node, name, method, top)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _registration(node.value, node, name, method, top)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            yield from _targets(node.target, None, node, name, method, False)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    yield from _targets(item.optional_vars, None, node, name, method, False)
        if isinstance(node, ast.ClassDef):
            continue
        for block in _BLOCKS:
            yield from _self_assignments(getattr(node, block, ()), name, method, False)
        for handler in getattr(node, "handlers", ()):
            yield from _self_assignments(handler.body, name, method, False)
        for case in getattr(node, "cases", ()):
            yield from _self_assignments(case.body, name, method, False)


def _targets(
    target: ast.expr, value: ast.expr | None, node: ast.stmt, name: str, method: Function, top: bool
) -> Iterator[Assignment]:
    if isinstance(target, (ast.Tuple, ast.List)):
        values: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            values = list(value.elts)
        for element, part in zip(target.elts, values, strict=True):
            yield from _targets(element, part, node, name, method, top)
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, None, node, name, method, top)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == name:
        yield Assignment(target.attr, value, node, method, "=", top)


def _registration(call: ast.Call, node: ast.stmt, name: str, method: Function, top: bool) -> Iterator[Assignment]:
    function = dotted(call.func)
    owner, _, verb = function.rpartition(".")
    arguments = call.args
    if owner == name and verb in _REGISTER:
        pass
    elif function == "setattr" and len(arguments) > 1 and dotted(arguments[0]) == name:
        verb, arguments = "=", arguments[1:]
    else:
        return
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    attribute = arguments[0] if arguments else keywords.get("name")
    value = arguments[1] if len(arguments) > 1 else next((v for k, v in keywords.items() if k != "name"), None)
    if isinstance(attribute, ast.Constant) and isinstance(attribute.value, str):
        yield Assignment(attribute.value, value, node, method, verb, top)


def _is_plain_string(text: str) -> bool:
    return bool(re.fullmatch(r"""(['"])\w*\1""", text.strip()))

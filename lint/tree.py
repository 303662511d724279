"""Facts across files: which name of one file stands for which class, function or module of another.

Files are read when a name first leads into them, or all at once by :meth:`Tree.survey`, which is what lets a class
know its subclasses. Nothing of the user's is imported.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from modulint.lint.evidence import Evidence
from modulint.lint.names import ClassHeader, ModuleFacts, module_facts
from modulint.lint.operations import MODULES, OPERATIONS
from modulint.lint.source import Source, UnreadableSource

_HOPS = 24  # re-exports followed before a name counts as unknown: real packages need fewer than ten
_TORCH_HOME = re.compile(r"^torch\.nn\.modules(?:\.[a-z_]\w*)?\.(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a name stands for. ``path`` is the file for things of the tree; ``name`` is a qualified name there.

    An external name is canonical: ``torch.nn.modules.activation.ReLU`` is ``torch.nn.ReLU``.
    """

    kind: Literal["class", "function", "module", "external", "unknown"]
    name: str = ""
    path: str = ""


UNKNOWN = Reference("unknown")


def canonical(name: str) -> str:
    """The public name of something in torch."""
    name = _TORCH_HOME.sub("torch.nn.", name)
    if name.startswith("torch.functional."):
        name = "torch." + name.removeprefix("torch.functional.")
    return name


@lru_cache(maxsize=65536)
def package_root(directory: str) -> str:
    """The directory from which absolute imports reach the files of ``directory``: the first one up without ``__init__.py``."""
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        parent = os.path.dirname(directory)
        if parent == directory:
            break
        directory = parent
    return directory


def module_name(path: str) -> tuple[str, str, bool]:
    """Root directory, dotted module name, and whether the file is a package's ``__init__``."""
    path = os.path.abspath(path)
    directory, file = os.path.split(path)
    root = package_root(directory)
    parts = [part for part in os.path.relpath(directory, root).split(os.sep) if part != "."]
    stem = file.removesuffix(".py")
    is_package = stem == "__init__"
    return root, ".".join(parts if is_package else [*parts, stem]), is_package


@dataclass(frozen=True, slots=True)
class Summary:
    """The facts of :class:`ModuleFacts` that are about other objects, of all files together.

    ``stored`` has for each attribute the files that set it, with the class that each of them names; see
    :meth:`ClassFacts.is_stored`. ``keeping`` are the files that keep instances under names of their own, or ask for some.
    """

    stored: Mapping[str, frozenset[tuple[str, str]]]
    touched: frozenset[str]
    grown: frozenset[str]
    probed: frozenset[str]
    tested: frozenset[str]
    reworked: frozenset[str]
    passed: frozenset[tuple[str, str]]
    keeping: tuple[ModuleFacts, ...]
    learned_activation: bool

    @classmethod
    def of(cls, modules: Sequence[ModuleFacts]) -> Summary:
        return cls(
            stored=_stored(modules),
            touched=frozenset().union(*(module.touched for module in modules)),
            grown=frozenset().union(*(module.grown for module in modules)),
            probed=frozenset().union(*(module.probed for module in modules)),
            tested=frozenset().union(*(module.tested for module in modules)),
            reworked=frozenset().union(*(module.reworked for module in modules)),
            passed=frozenset().union(*(module.passed for module in modules)),
            keeping=tuple(module for module in modules if module.instances or module.askers),
            learned_activation=any(module.learned_activation for module in modules),
        )


def _stored(modules: Sequence[ModuleFacts]) -> Mapping[str, frozenset[tuple[str, str]]]:
    owners: dict[str, set[tuple[str, str]]] = {}
    for module in modules:
        for attribute, name in module.stored:
            owners.setdefault(attribute, set()).add((module.path, name))
    return {attribute: frozenset(found) for attribute, found in owners.items()}


def _imported(module: ModuleFacts) -> set[str]:
    """What a module imports, packages around it included."""
    names = set(module.stars)
    for target in {target for targets in module.bindings.values() for target in targets}:
        while target and target not in names:
            names.add(target)
            target = target.rpartition(".")[0]
    return names


class _Importers:
    """The modules by what they import, in the order in which they came to be known."""

    def __init__(self, modules: Iterable[ModuleFacts]) -> None:
        self._found: dict[str, dict[str, ModuleFacts]] = {}
        for module in modules:
            self.add(module)

    def add(self, module: ModuleFacts) -> None:
        for name in _imported(module):
            self._found.setdefault(name, {})[module.path] = module

    def remove(self, module: ModuleFacts) -> None:
        for name in _imported(module):
            del self._found[name][module.path]

    def of(self, name: str) -> Iterable[ModuleFacts]:
        return self._found.get(name, {}).values()


class Tree:
    """All files that are known, by absolute path, what their names stand for, and what recorded passes saw of them."""

    def __init__(self) -> None:
        self.evidence = Evidence()
        self.files: frozenset[str] = frozenset()
        """The files that the command is about, by absolute path: a fix of one of them may ask for changes in another."""
        self._contents: dict[str, bytes] = {}
        self._modules: dict[str, ModuleFacts | None] = {}
        self._subclasses: dict[Reference, list[Reference]] = {}
        self._unsorted: list[ModuleFacts] = []
        self._summary: Summary | None = None
        self._importers: _Importers | None = None
        self._resolved: dict[tuple[str, str], Reference] = {}
        self.version = 0
        """Counts the changes of files that were known already."""

    @classmethod
    def survey(cls, paths: Iterable[str]) -> Tree:
        """Read every file in ``paths``. Files that cannot be read or parsed are left out; checking them says why."""
        tree = cls()
        for path in paths:
            tree.module(os.path.abspath(path))
        return tree

    @classmethod
    def lazy(cls) -> Tree:
        """A tree that reads only the files that names lead into. It knows no subclasses in files it has not read."""
        return cls()

    def refresh(self, path: str, data: bytes, syntax: ast.Module | None = None) -> None:
        """Take note that a file now holds ``data``. ``syntax`` is its tree where the caller has parsed it already."""
        path = os.path.abspath(path)
        self._contents[path] = data
        before = self._modules.pop(path, None)
        if before is not None and self._importers is not None:
            self._importers.remove(before)
        self._forget()
        try:
            source = Source(path, data)
            self.add(source, syntax or source.parse())
        except UnreadableSource:
            self._modules[path] = None

    def holds(self, path: str, data: bytes) -> bool:
        """Whether the last that was heard of a file is that it holds ``data``."""
        return self._contents.get(os.path.abspath(path)) == data

    def content(self, path: str) -> bytes:
        """What the file at an absolute ``path`` holds, be it written yet or not.

        Raises:
            OSError: it cannot be read.
        """
        if path not in self._contents:
            with open(path, "rb") as file:
                return file.read()
        return self._contents[path]

    def add(self, source: Source, syntax: ast.Module) -> ModuleFacts:
        """Take in a file that is already parsed, as it is now."""
        path = os.path.abspath(source.path)
        known = self._modules.get(path)
        if known is None or known.checksum != source.checksum:
            root, module, is_package = module_name(path)
            replaced = known is not None
            known = module_facts(path, root, module, is_package, source, syntax)
            self._modules[path] = known
            if replaced:
                self._forget()
                self._importers = None
            elif self._importers is not None:
                self._importers.add(known)
            self._unsorted.append(known)
            self._summary = None
        return known

    def knows(self, source: Source) -> bool:
        """Whether the file was read and parsed as it is now."""
        known = self._modules.get(os.path.abspath(source.path))
        return known is not None and known.checksum == source.checksum

    def _forget(self) -> None:
        """Drop what was worked out from several files together: one of them is not what it was."""
        self.version += 1
        self._subclasses, self._resolved = {}, {}
        self._summary = None
        self._unsorted = [module for module in self._modules.values() if module is not None]

    def module(self, path: str) -> ModuleFacts | None:
        """The facts of the file at an absolute ``path``, None where it cannot be read or parsed."""
        if path not in self._modules:
            self._modules[path] = None
            try:
                source = Source(path, self.content(path))
                self.add(source, source.parse())
            except (OSError, UnreadableSource):
                return None
        return self._modules[path]

    def resolve(self, module: ModuleFacts, name: str) -> Reference:
        """What the dotted ``name`` stands for at module level of ``module``."""
        key = (module.path, name)
        if key not in self._resolved:
            self._resolved[key] = self._resolve_local(module, name, _HOPS)
        return self._resolved[key]

    def resolve_import(self, module: ModuleFacts, target: str) -> Reference:
        """What the absolute dotted name that an import in ``module`` binds stands for."""
        return self._resolve_absolute(module.root, target, _HOPS)

    def value(self, module: ModuleFacts, name: str) -> tuple[str, str] | None:
        """Where a dotted name gets its value that stands for none of what :meth:`resolve` knows: the file, and the name
        there, which is ``Class.name`` for an attribute of a class."""
        return self._value(module, name, _HOPS)

    def is_outside(self, module: ModuleFacts, name: str) -> bool:
        """Whether an absolute module name that ``module`` imports is no file of the tree."""
        return self._find(module.root, name) is None

    def subclasses(self, of: Reference) -> tuple[Reference, ...]:
        """The classes in files known so far that derive directly from the class ``of``, in a stable order."""
        while self._unsorted:  # resolving a base may lead into files that were not known yet
            module = self._unsorted.pop()
            for header in module.classes.values():
                for base in header.bases:
                    target = self.resolve(module, base) if base else UNKNOWN
                    if target.kind == "class":
                        self._subclasses.setdefault(target, []).append(Reference("class", header.qualname, module.path))
        return tuple(sorted(self._subclasses.get(of, ()), key=lambda found: (found.path, found.name)))

    def header(self, reference: Reference) -> ClassHeader | None:
        """The header of a class."""
        module = self._modules.get(reference.path) if reference.kind == "class" else None
        return module.classes.get(reference.name) if module is not None else None

    def classes_named(self, name: str) -> tuple[Reference, ...]:
        """The classes of the tree with this name, in files known so far."""
        return tuple(
            Reference("class", header.qualname, module.path)
            for module in self._modules.values()
            if module is not None
            for header in module.classes.values()
            if header.name == name
        )

    def below(self, of: Reference) -> tuple[Reference, ...]:
        """All classes that derive from the class ``of``, directly or through others, breadth first."""
        queue, seen = [of], {of}
        found: list[Reference] = []
        while queue:
            for reference in self.subclasses(queue.pop(0)):
                if reference not in seen:
                    seen.add(reference)
                    queue.append(reference)
                    found.append(reference)
        return tuple(found)

    def may_bind(self, module: ModuleFacts, name: str) -> bool:
        """Whether a name may be one of the file's own, or one that a star import brings, and no longer Python's."""
        queue, seen = [module], {module.path}
        while queue:
            facts = queue.pop()
            if name in facts.bindings:
                return True
            for star in facts.stars:
                origin = self._find(facts.root, star)
                if origin is None:
                    if not star.startswith("torch.nn"):  # torch itself has a `range` and an `int`
                        return True
                elif origin.path not in seen:
                    seen.add(origin.path)
                    queue.append(origin)
        return False

    def above(self, of: Reference) -> tuple[Reference, ...]:
        """The class ``of`` and what it derives from, nearest first; classes outside of the tree are external or unknown."""
        line: dict[Reference, None] = {}
        queue = [of]
        while queue:
            reference = queue.pop(0)
            if reference in line:
                continue
            line[reference] = None
            header = self.header(reference)
            if header is not None:
                module = self._modules[reference.path]
                assert module is not None
                queue += [self.resolve(module, base) if base else UNKNOWN for base in header.bases]
        return tuple(line)

    @property
    def summary(self) -> Summary:
        """What all files together do to objects that they do not own."""
        if self._summary is None:
            self._summary = Summary.of([module for module in self._modules.values() if module is not None])
        return self._summary

    def mentions(self, name: str) -> Iterator[tuple[str, int]]:
        """The files known so far whose text has the word ``name``, with how often it has it."""
        text = name.encode()
        word = re.compile(rb"\b" + re.escape(text) + rb"\b")
        for path in tuple(self._modules):
            try:
                content = self.content(path)
            except OSError:
                continue
            if text in content and (count := len(word.findall(content))):
                yield path, count

    def importers(self, path: str) -> tuple[ModuleFacts, ...]:
        """The other files known so far that import something from the file at ``path``."""
        target = self.module(os.path.abspath(path))
        if target is None:
            return ()
        if self._importers is None:
            self._importers = _Importers(module for module in self._modules.values() if module is not None)
        found = self._importers.of(target.module)
        return tuple(module for module in found if module.path != target.path and module.root == target.root)

    def _resolve_local(self, module: ModuleFacts, name: str, hops: int) -> Reference:
        if hops <= 0:
            return UNKNOWN
        head, _, rest = name.partition(".")
        targets = module.bindings.get(head)
        if targets is None:
            return self._resolve_star(module, name, hops - 1)
        found = {self._resolve_target(module, target, rest, hops - 1) for target in targets}
        return found.pop() if len(found) == 1 else UNKNOWN

    def _value(self, module: ModuleFacts, name: str, hops: int) -> tuple[str, str] | None:
        head, _, rest = name.partition(".")
        targets = module.bindings.get(head, ())
        if not targets:
            origins = (self._find(module.root, star) for star in reversed(module.stars))
            origin = next((each for each in origins if each is not None and head in each.bindings), None)
            return self._value(origin, name, hops - 1) if origin is not None and hops > 0 else None
        target = targets[0]
        if len(targets) > 1 or hops <= 0 or target.startswith("def:"):
            return None
        if not target or target.startswith("class:"):
            return module.path, name
        full = f"{target}.{rest}" if rest else target
        if full.startswith("."):
            return self._value(module, full[1:], hops - 1)
        parts = full.split(".")
        for count in range(len(parts) - 1, 0, -1):
            origin = self._find(module.root, ".".join(parts[:count]))
            if origin is not None:
                return self._value(origin, ".".join(parts[count:]), hops - 1)
        return None

    def _resolve_target(self, module: ModuleFacts, target: str, rest: str, hops: int) -> Reference:
        if not target:
            return UNKNOWN
        if target.startswith("class:"):
            qualname = ".".join(filter(None, [target.removeprefix("class:"), rest]))
            return Reference("class", qualname, module.path) if qualname in module.classes else UNKNOWN
        if target.startswith("def:"):
            return UNKNOWN if rest else Reference("function", target.removeprefix("def:"), module.path)
        full = f"{target}.{rest}" if rest else target
        if full.startswith("."):
            return self._resolve_local(module, full[1:], hops)
        return self._resolve_absolute(module.root, full, hops)

    def _resolve_star(self, module: ModuleFacts, name: str, hops: int) -> Reference:
        head = name.partition(".")[0]
        for star in reversed(module.stars):
            origin = self._find(module.root, star)
            if origin is None:
                outside = canonical(f"{star}.{head}")
                if outside in OPERATIONS or outside in MODULES or outside == "torch.nn.Module":
                    return Reference("external", canonical(f"{star}.{name}"))
            elif head in origin.bindings or origin.stars:
                found = self._resolve_local(origin, name, hops - 1)
                if found.kind != "unknown":
                    return found
        return UNKNOWN

    def _resolve_absolute(self, root: str, name: str, hops: int) -> Reference:
        if hops <= 0:
            return UNKNOWN
        parts = name.split(".")
        for count in range(len(parts), 0, -1):
            module = self._find(root, ".".join(parts[:count]))
            if module is None:
                continue
            if count == len(parts):
                return self._rebound(root, parts, hops - 1) or Reference("module", module.module, module.path)
            return self._resolve_local(module, ".".join(parts[count:]), hops - 1)
        return Reference("external", canonical(name))

    def _rebound(self, root: str, parts: list[str], hops: int) -> Reference | None:
        """What a package binds under the name of one of its modules, if it does: ``from .conv import conv``."""
        package, last, name = self._find(root, ".".join(parts[:-1])), parts[-1], ".".join(parts)
        if package is None or package.bindings.get(last, (name,)) == (name,):
            return None
        found = self._resolve_local(package, last, hops)
        return found if found.kind != "unknown" else None

    def _find(self, root: str, name: str) -> ModuleFacts | None:
        if not name or name == "torch" or name.startswith("torch."):
            return None
        for path in _candidates(root, name):
            if path in self._modules or _is_file(path):
                module = self.module(path)
                if module is not None:
                    return module
        return None


@lru_cache(maxsize=65536)
def _candidates(root: str, name: str) -> tuple[str, str]:
    base = os.path.join(root, *name.split("."))
    return os.path.join(base, "__init__.py"), base + ".py"


@lru_cache(maxsize=65536)
def _is_file(path: str) -> bool:
    return Path(path).is_file()

"""The classes of op modules in one file: which one stands for an operation, and where a new one is written."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from modulint.fixers.edits import Edit
from modulint.fixers.helper_modules import HelperModule, helper_modules
from modulint.fixers.helper_source import is_class_of
from modulint.fixers.imports import alias_of, import_beside
from modulint.fixers.op_modules import OpModule
from modulint.fixers.placement import start_of
from modulint.fixers.proposal import Refusal
from modulint.lint.assignments import dotted
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File
from modulint.lint.scopes import bound_names, walk

_AIMET = "aimet_torch.nn.modules.custom"
_BUILTINS = re.compile(r"(?<![\w.])(?:bool|float|int|list|object|str)\b")
_USED = re.compile(r"(?<![\w.])(nn|torch|F)\b(?=\.)")


@dataclass(frozen=True, slots=True)
class OpClass:
    """How a class is called where it is constructed, and what that takes: imports, or the class statement itself."""

    name: str
    imports: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


class OpClasses:
    """The op classes that one pass over a file uses: each is written or imported once."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._chosen: dict[str, str] = {}
        self._spelled: dict[tuple[str, int], OpClass | Refusal] = {}
        self._shapes: dict[tuple[str, ...], dict[str, str]] = {}

    def find(self, op: OpModule | HelperModule, facts: ClassFacts) -> OpClass | Refusal:
        """The class of ``op`` for the ``__init__`` of ``facts``. Nothing is taken in before :meth:`take`.

        The class of a function may not be written yet: it has no name then.
        """
        if isinstance(op, HelperModule):
            return self._of_function(op, facts)
        if is_written(self.file, op):
            return self._inline(op, facts)
        home = self.file.settings.op_modules
        return self._imported(_AIMET, op.aimet, facts) if home == "aimet" else self._imported(home, op.name, facts)

    def take(self, op: OpModule | HelperModule, found: OpClass) -> None:
        """Remember that ``found`` is in the file from now on."""
        if isinstance(op, OpModule):
            self._chosen[op.source] = found.name

    def _of_function(self, op: HelperModule, facts: ClassFacts) -> OpClass | Refusal:
        known = helper_modules(self.file.tree)
        if op.made_class in known.refused:
            return Refusal(known.refused[op.made_class])
        if not known.is_ready(op):
            return OpClass("")
        module, home, name = self.file.module, op.function.module, known.made[op.made_class]
        hidden = _hidden(facts) | module.typing_only
        if home.path == module.path:
            return Refusal(f"`{name}` is another name in `__init__`") if name in hidden else OpClass(name)
        spelled = alias_of(module, f"{home.module}.{name}", hidden)
        if spelled:
            return OpClass(spelled)
        package = dotted(op.called).rpartition(".")[0]
        if package and package.partition(".")[0] not in hidden and self._is_module(package, home.path):
            return OpClass(f"{package}.{name}")
        line = import_beside(self.file, op.called, home)
        if line is None:
            return Refusal("its function comes into this file in a way that its class cannot take")
        if name in hidden or self._is_mentioned(name):
            return Refusal(f"`{name}` means something else in this file than the class of its function")
        return OpClass(name, (f"{line} import {name}",))

    def _is_module(self, name: str, path: str) -> bool:
        """Whether a dotted name of the file stands for the module at ``path``."""
        found = self.file.tree.resolve(self.file.module, name)
        return found.kind == "module" and found.path == path

    def _imported(self, module: str, name: str, facts: ClassFacts) -> OpClass | Refusal:
        hidden = _hidden(facts) | self.file.module.typing_only
        spelled = alias_of(self.file.module, f"{module}.{name}", hidden)
        if spelled:
            return OpClass(spelled)
        package = alias_of(self.file.module, module, hidden)
        if package:
            return OpClass(f"{package}.{name}")
        if name in hidden or self._is_mentioned(name) and f"{module}.{name}" not in self._chosen:
            return Refusal(f"`{name}` means something else in this file than the class of {module}")
        return OpClass(name, (f"from {module} import {name}",))

    def _inline(self, op: OpModule, facts: ClassFacts) -> OpClass | Refusal:
        hidden = _hidden(facts)
        chosen = self._chosen.get(op.source)
        if chosen is not None:
            return Refusal(f"`{chosen}` is another name in `__init__`") if chosen in hidden else OpClass(chosen)
        anchor = self._anchor(facts)
        if anchor is None:
            return Refusal("the class does not stand at the top level of its file")
        key = (op.source, anchor.lineno)
        if key not in self._spelled:
            self._spelled[key] = self._written(op, anchor)
        found = self._spelled[key]
        if isinstance(found, OpClass) and found.name in hidden | set(self._chosen.values()):
            return Refusal(f"`{found.name}` is another name in `__init__`, or of another class")
        return found

    def _written(self, op: OpModule, anchor: ast.stmt) -> OpClass | Refusal:
        """The class as it is in the file already, or as it would be written in front of ``anchor``."""
        spelled = self._spell(op, anchor)
        if isinstance(spelled, Refusal):
            return spelled
        text, imports = spelled
        parts, shape, beside = _parsed(text)
        there = self._there(parts)
        if shape in there:
            return OpClass(there[shape])
        if other := next(filter(self._is_mentioned, beside), None):
            return Refusal(f"`{other}` means something else in this file")
        name = self._free_name(op.name)
        if name is None:
            return Refusal(f"no name is free for a class `{op.name}`")
        newline = self.file.source.newline
        text = text.replace(f"class {op.name}(", f"class {name}(", 1).replace("\n", newline) + 2 * newline
        offset = start_of(self.file.source, anchor)
        return OpClass(name, imports, (Edit(offset, offset, text, rank=0),))

    def _there(self, parts: tuple[str, ...]) -> dict[str, str]:
        """The classes of the file with these parts that could be op modules, by what they do."""
        if parts not in self._shapes:
            classes = [node for node in self.file.syntax.body if isinstance(node, ast.ClassDef) and _may_be_op_class(node)]
            alike = [node for node in classes if _parts(node) == parts and len(self.file.module.bindings[node.name]) == 1]
            self._shapes[parts] = {_shape(node): node.name for node in reversed(alike)}
        return self._shapes[parts]

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", self.file.source.text))

    def base(self, anchor: ast.stmt) -> tuple[str, str, tuple[str, ...]] | Refusal:
        """How a class behind ``anchor`` writes torch.nn.Module, and torch if the file has it, and the imports that this takes."""
        found = self._spell(OpModule("", "nn.Module", ()), anchor)
        if isinstance(found, Refusal):
            return found
        late = frozenset(self.file.module.bindings) - self._bound_before(anchor)
        return found[0], alias_of(self.file.module, "torch", late | self.file.module.typing_only), found[1]

    def scripting(self, anchor: ast.stmt) -> tuple[str, str, tuple[str, ...]] | Refusal:
        """The same for a class behind ``anchor`` that needs torch as well."""
        found = self._spell(OpModule("", "nn.Module torch.jit", ("torch",)), anchor)
        if isinstance(found, Refusal):
            return found
        base, _, jit = found[0].partition(" ")
        return base, jit.removesuffix(".jit"), found[1]

    def _spell(self, op: OpModule, anchor: ast.stmt) -> tuple[str, tuple[str, ...]] | Refusal:
        """The class statement with torch's modules named as the file names them, and the imports that this takes."""
        module = self.file.module
        for name in _BUILTINS.findall(op.source):
            if self.file.tree.may_bind(module, name):
                return Refusal(f"`{name}` is not Python's own in this file")
        early = self._bound_before(anchor)
        late = frozenset(name for name in module.bindings if name not in early) | module.typing_only
        names: dict[str, str] = {}
        imports: list[str] = []
        torch = alias_of(module, "torch", late)
        nn = alias_of(module, "torch.nn", late) or (f"{torch}.nn" if torch else "")
        if not nn:
            if "nn" in module.bindings:
                return Refusal("`nn` is not torch.nn in this file")
            nn = "nn"
            imports.append("from torch import nn")
        names["nn"] = nn
        names["F"] = alias_of(module, "torch.nn.functional", late) or f"{nn}.functional"
        if "torch" in op.uses and not torch:
            if "torch" in module.bindings and not _is_package(module.bindings["torch"]):
                return Refusal("`torch` is not the package in this file")
            torch = "torch"
            if "torch" not in early:
                imports.append("import torch")
        names["torch"] = torch
        return _USED.sub(lambda match: names[match[1]], op.source), tuple(imports)

    def _bound_before(self, anchor: ast.stmt) -> frozenset[str]:
        """The names that are imported above a statement."""
        names: set[str] = set()
        for statement in self.file.syntax.body:
            if statement is anchor:
                break
            for node in walk(statement):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names |= {each.asname or each.name.partition(".")[0] for each in node.names}
        return frozenset(names)

    def _anchor(self, facts: ClassFacts) -> ast.stmt | None:
        """The statement in front of which op classes stand: the first that defines another class than one of them."""
        before: ast.stmt | None = None
        for statement in self.file.syntax.body:
            if before is not None and is_class_of(statement, before):
                return before  # nothing comes between a function and its class
            holds = statement.lineno <= facts.node.lineno <= (statement.end_lineno or statement.lineno)
            others = isinstance(statement, ast.ClassDef) and not _is_op_class(statement)
            if holds or others:
                return statement
            before = statement
        return None

    def _free_name(self, stem: str) -> str | None:
        prefix = "_" if self._is_exported else ""
        candidates = (f"{prefix}{stem}{ending}" for ending in ("", "Op", "Module", *map(str, range(2, 10))))
        return next((name for name in candidates if not self._is_mentioned(name)), None)

    def _is_mentioned(self, name: str) -> bool:
        return name in self._words

    @cached_property
    def _is_exported(self) -> bool:
        """Whether another file takes every public name of this one."""
        module = self.file.module
        if "__all__" in module.bindings:
            return False
        return any(module.module in importer.stars for importer in self.file.tree.importers(module.path))


def is_written(file: File, op: OpModule) -> bool:
    """Whether the class of an op module is written into the file, and not imported."""
    home = file.settings.op_modules
    return op.always_written or (not op.aimet if home == "aimet" else home in ("inline", file.module.module))


def _is_package(targets: tuple[str, ...]) -> bool:
    return all(target.partition(".")[0] == "torch" for target in targets)


def _hidden(facts: ClassFacts) -> frozenset[str]:
    """Names that mean something else in the ``__init__`` of a class than in its file."""
    local = bound_names(facts.init) if facts.init is not None else frozenset()
    return local | facts.enclosing_names


def _is_op_class(node: ast.ClassDef) -> bool:
    """Whether a class statement looks like one of those that are written here: a docstring, ``forward``, and perhaps an
    ``__init__`` that keeps its arguments."""
    first, last = node.body[0], node.body[-1]
    if len(node.body) > 3 or not isinstance(first, ast.Expr) or not _is_single_return(last):
        return False
    return all(isinstance(each, ast.FunctionDef) and _keeps_arguments(each) for each in node.body[1:-1])


def _keeps_arguments(function: ast.FunctionDef) -> bool:
    kept = (isinstance(each, ast.Assign) and isinstance(each.value, ast.Name) for each in function.body[1:])
    return function.name == "__init__" and all(kept)


def _may_be_op_class(node: ast.ClassDef) -> bool:
    return len(node.body) <= 3 or any(isinstance(part, ast.ClassDef) for part in node.body)


def _is_single_return(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "forward" and isinstance(node.body[-1], ast.Return)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """What is defined in a class as it is written into files, its shape, and the names of the functions that come with it."""
    *beside, written = ast.parse(text).body
    assert isinstance(written, ast.ClassDef)
    return _parts(written), _shape(written), tuple(node.name for node in beside if isinstance(node, ast.FunctionDef))


def _parts(node: ast.ClassDef) -> tuple[str, ...]:
    """What is defined in a class: a look before its shape is asked for."""
    return tuple(getattr(part, "name", "") for part in node.body if not isinstance(part, ast.Expr))


def _shape(node: ast.ClassDef) -> str:
    """A class statement without its name and docstring, for comparison."""
    body = [part for part in node.body if not isinstance(part, ast.Expr)]
    return ast.dump(ast.ClassDef("", node.bases, node.keywords, body, node.decorator_list))

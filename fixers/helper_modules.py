"""Module classes for plain functions that the forward path calls: which functions can have one, and who asked for it.

The class stands right behind its function, in the function's file, whichever file the calls are in. A file is fixed by
itself, so what its calls ask of another file is kept here, for the whole run: see :class:`HelperModules`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakKeyDictionary

from modulint.fixers.leaves import leaf_mark
from modulint.lint.assignments import dotted
from modulint.lint.classes import FunctionFacts
from modulint.lint.names import last_part
from modulint.lint.scopes import bound_names, parameters, walk
from modulint.lint.tree import Reference, Tree

# How a function starts that can be copied.
OPENED = re.compile(r"def\s+\w+\s*\(")
_SEES_LOCALS = frozenset({"__class__", "dir", "eval", "exec", "globals", "locals", "super", "vars"})
_ANY_TYPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_REGISTERED = re.compile(r"(?:wrap|register|script|compile|ignore|disable|export|trace|allow)\w*\((?=\s*['\"]?(\w+))")
_WRAPS = re.compile(r"\bfx\.wrap\(\s*['\"]?(\w+)")
# What TorchScript does not compile, or not always.
_UNSCRIPTED = (ast.Try, ast.With, ast.Lambda, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Starred, ast.Delete)
_UNSCRIPTED_CALLS = frozenset({"callable", "filter", "getattr", "hasattr", "iter", "map", "next", "open", "setattr", "type"})
_HANDED_ON = "its function is handed to something that treats it in a way of its own"
_WRAPPED = "its function is one step for `torch.fx.wrap`, which would look into a module in its place"


@dataclass(frozen=True, slots=True)
class HelperClass:
    """A class of a function. One that leaves the function as it stands, for TorchScript to compile, has in ``sized`` the
    parameters that take sizes of tensors; None is for one that has the function's statements in its ``forward``."""

    reference: Reference
    sized: frozenset[str] | None = None

    @property
    def path(self) -> str:
        return self.reference.path


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of a function that calls give tensors, and those that they give what is the same in every forward
    pass: settings, and weights."""

    tensors: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()

    def __and__(self, other: Given) -> Given:
        return Given(self.tensors & other.tensors, self.fixed & other.fixed)

    def __le__(self, other: Given) -> bool:
        return self.tensors <= other.tensors and self.fixed <= other.fixed


@dataclass(frozen=True, slots=True)
class HelperModule:
    """The module class of a function, as a call wants it, with what the call gives."""

    function: FunctionFacts
    called: ast.expr
    given: Given
    sized: frozenset[str] | None = None

    @property
    def made_class(self) -> HelperClass:
        return HelperClass(self.function.reference, self.sized)


@dataclass(slots=True)
class HelperModules:
    """The functions of a tree that are to have a module class, in the order in which they were asked for.

    ``asked`` has what all calls give. ``made`` are the names of the classes that are in their files by now, ``refused``
    says in one line why a function gets none after all. ``wanted`` is what calls wait for, and ``due`` has the files in
    which something is to change for it.
    """

    asked: dict[HelperClass, Given] = field(default_factory=dict)
    made: dict[HelperClass, str] = field(default_factory=dict)
    refused: dict[HelperClass, str] = field(default_factory=dict)
    wanted: dict[HelperClass, Given] = field(default_factory=dict)
    due: dict[str, None] = field(default_factory=dict)

    def want(self, module: HelperModule) -> None:
        """Note that a call waits for its class."""
        self.wanted[module.made_class] = self.wanted.get(module.made_class, module.given) & module.given

    def take_up(self) -> None:
        """Take in what is wanted by now."""
        for helper, given in self.wanted.items():
            if helper in self.refused:
                continue
            known = self.asked.get(helper)
            together = given if known is None else known & given
            if together != known:
                self.asked[helper] = together
                self.due[helper.path] = None
        self.wanted.clear()

    def is_ready(self, module: HelperModule) -> bool:
        """Whether the class is there, and takes what this call gives."""
        return module.made_class in self.made and self.asked[module.made_class] <= module.given

    def asked_of(self, path: str) -> list[HelperClass]:
        """The classes that functions of a file are to have."""
        return [helper for helper in self.asked if helper.path == path]

    def given_to(self, path: str, name: str) -> Given:
        """What all calls give the class of this name that was made in a file."""
        made = (helper for helper, known in self.made.items() if known == name and helper.path == path)
        return next((self.asked[helper] for helper in made), Given())

    def drop(self, helper: HelperClass, reason: str) -> None:
        """Note that a function gets no class after all."""
        self.asked.pop(helper, None)
        self.made.pop(helper, None)
        self.refused[helper] = reason

    def fail(self, path: str, reason: str) -> None:
        """Note that a file does not get its classes."""
        for helper in self.asked_of(path):
            self.drop(helper, reason)


_OF_TREES: WeakKeyDictionary[Tree, HelperModules] = WeakKeyDictionary()


def helper_modules(tree: Tree) -> HelperModules:
    """What was asked for and made in this run over a tree."""
    return _OF_TREES.setdefault(tree, HelperModules())


def against_function(function: FunctionFacts, files: frozenset[str], path: str) -> str:
    """Why a function can have no module class: one line, "" if it can have one. ``path`` is that of the call's file."""
    return against_file(function, files, path) or _against_definition(function) or _against_body(function) or against_others(function)


def against_file(function: FunctionFacts, files: frozenset[str], path: str) -> str:
    """What stands against a class in the file of a function, which the file at ``path`` calls: one line, "" if nothing does."""
    node, name = function.node, function.node.name
    if function.reference.path != path and function.reference.path not in files:
        return "its function stands in a file that is not among those to fix"
    if node.col_offset or function.module.bindings.get(name) != (f"def:{name}",) or name in function.module.globals:
        return "its function is chosen or replaced while its file runs"
    return ""


def _against_definition(function: FunctionFacts) -> str:
    node = function.node
    if any(function.resolve(dotted(each)).name == "torch.fx.wrap" for each in node.decorator_list):
        return _WRAPPED
    if node.decorator_list and leaf_mark(function) is None:
        return f"its function is decorated with `{function.source.code(node.decorator_list[0]).partition('(')[0]}`"
    if isinstance(node, ast.AsyncFunctionDef):
        return "its function is asynchronous"
    if node.args.vararg or node.args.kwarg:
        return "its function takes any number of arguments"
    if not function.source.is_alone(node) or not OPENED.match(function.source.text, function.source.start(node)):
        return "its function is written in a way that cannot be copied"
    for default in [*node.args.defaults, *node.args.kw_defaults]:
        if default is not None and not _is_fixed(function, default):
            return f"the default `{function.source.code(default)}` of its function may change"
    return ""


def _is_fixed(function: FunctionFacts, value: ast.expr) -> bool:
    """Whether a default is the same object, or an equal one that cannot change, whenever it is worked out."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.UnaryOp):
        return _is_fixed(function, value.operand)
    if isinstance(value, ast.BinOp):
        return _is_fixed(function, value.left) and _is_fixed(function, value.right)
    if isinstance(value, ast.Tuple):
        return all(_is_fixed(function, part) for part in value.elts)
    name = dotted(value)
    return bool(name) and function.resolve(name).kind == "external" and function.resolve(name).name.startswith("torch.")


def _against_body(function: FunctionFacts) -> str:
    node = function.node
    for part in walk(node):
        if isinstance(part, (ast.Yield, ast.YieldFrom, ast.Await)):
            return "its function is a generator"
        if isinstance(part, _ANY_TYPE) and part is not node:
            return "its function has another one inside"
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            return "its function sets global names"
        name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
        if isinstance(part, (ast.arg, ast.keyword)):
            name = part.arg or ""
        if isinstance(part, ast.Name) and name == node.name:
            return "its function names itself"
        if name.startswith("__") and not name.endswith("__"):
            return f"`{name}` means something else inside of a class"
        if isinstance(part, ast.Name) and name in _SEES_LOCALS:
            return f"its function asks for `{name}`, which is something else in a method"
    if "self" in bound_names(node) or any(isinstance(part, ast.Name) and part.id == "self" for part in walk(node)):
        return "its function has a name `self` of its own"
    return "its function leads back to itself" if _leads_to(function, function, set()) else ""


def _leads_to(function: FunctionFacts, target: FunctionFacts, seen: set[Reference]) -> bool:
    """Whether a function calls another one, itself or through functions of the tree."""
    for called in _called(function):
        if called.reference == target.reference:
            return True
        if called.reference not in seen:
            seen.add(called.reference)
            if _leads_to(called, target, seen):
                return True
    return False


def _called(function: FunctionFacts) -> Iterator[FunctionFacts]:
    """The plain functions of the tree that a function names."""
    local = bound_names(function.node)
    for part in walk(function.node):
        name = dotted(part) if isinstance(part, (ast.Name, ast.Attribute)) else ""
        if name and name.partition(".")[0] not in local:
            reference = function.resolve(name)
            called = function.index.function(reference) if reference.kind == "function" else None
            if called is not None:
                yield called


def against_others(function: FunctionFacts) -> str:
    """What other code does with the function beside calling it."""
    name = function.node.name
    if name in function.index.tree.summary.stored:
        return "its function is replaced from outside somewhere in the tree"
    return against_registration(function.source.text, name)


def against_registration(text: str, name: str) -> str:
    """What stands against a class of a function that a file names to ``torch.fx.wrap``, ``torch.jit.script``,
    ``torch.compile`` or their like: one line, "" where it does not."""
    return _registered(text).get(name, "")


@lru_cache(maxsize=64)
def _registered(text: str) -> Mapping[str, str]:
    return dict.fromkeys(_REGISTERED.findall(text), _HANDED_ON) | dict.fromkeys(_WRAPS.findall(text), _WRAPPED)


def is_scripted(function: FunctionFacts, tensors: frozenset[str], seen: frozenset[Reference] = frozenset()) -> bool:
    """Whether TorchScript is shown to compile a function that is given these parameters as tensors."""
    node = function.node
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    defaults = len(node.args.defaults) + sum(default is not None for default in node.args.kw_defaults)
    if any(argument.annotation is None and argument.arg not in tensors for argument in arguments):
        return False
    if defaults and any(argument.annotation is None for argument in arguments[-defaults:]):
        return False
    for part in walk(node):
        if isinstance(part, _UNSCRIPTED):
            return False
        if isinstance(part, ast.Call) and last_part(dotted(part.func)) in _UNSCRIPTED_CALLS:
            return False
    inner = (called for called in _called(function) if called.reference not in seen)
    return all(
        is_scripted(called, frozenset(parameters(called.node)), seen | {function.reference}) for called in inner
    )

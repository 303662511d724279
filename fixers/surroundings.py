"""Whether a class takes a new submodule without anything else changing its meaning; and which names are free in it."""

from __future__ import annotations

import ast
import re

from modulint.lint.classes import ClassFacts, Function, decorators, first_argument
from modulint.lint.forward import attribute_value, default_of
from modulint.lint.names import dotted
from modulint.lint.operations import CONTAINERS, MODULE_ATTRIBUTES, MODULES, STATELESS
from modulint.lint.values import annotated

_HOOKS = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__new__", "__slots__", "__init_subclass__", "__delattr__"})
_OWN_DICT = re.compile(r"\bself\.__dict__\b|\bvars\(self\)|\b__dict__\.update\b|\bcls\.__new__\(|\bobject\.__setattr__\(")
_TYPED_SLICE = re.compile(r"\b(?:list|tuple|OrderedDict|dict)\(\s*(?:self\.)?([\w.]+)(?:\([^()]*\))?\.(?:named_)?children\(\)")
# What torch's larger classes call their own attributes, among the names that a fix might choose.
_TORCH_NAMES = frozenset({"dropout", "dropout1", "dropout2", "dropout3", "activation", "padding", "softmax"})


def against_children(facts: ClassFacts) -> str:
    """What stands against a new submodule in this class: one line, "" if nothing does."""
    if not facts.is_module:
        return "the class is not shown to derive from torch.nn.Module" if not facts.outer_bases else _out_of_sight(facts)
    if facts.container_base:
        return f"the class is a {facts.container_base.removeprefix('torch.')}: a new child would join what it contains"
    if any(keyword.arg == "metaclass" for part in facts.mro for keyword in part.node.keywords):
        return "the class has a metaclass"
    for part in facts.family:
        if "dataclass" in decorators(part.node):
            return f"`{part.node.name}` is a dataclass: its `__init__` is generated"
        if (hooks := _HOOKS & (part.methods.keys() | part.assignments.keys())) :
            return f"`{part.node.name}` defines `{min(hooks)}`"
        if part.iterates_children:
            return f"`{part.node.name}` iterates its children: a new one would join them"
        if _OWN_DICT.search(part.text):
            return f"`{part.node.name}` works on its own `__dict__`"
    if any(base.startswith("torch.jit.") for base in facts.outer_bases):
        return "the class is a ScriptModule"
    for below in facts.subclasses:
        if below.container_base:
            return f"subclass `{below.node.name}` is a container: a new child would join what it contains"
        if below.init is not None and not calls_super_init(below, below.init, facts):
            return f"subclass `{below.node.name}` does not call this class's `__init__`"
    return ""


def doubts(facts: ClassFacts) -> str:
    """Why a fix that adds a submodule to this class cannot be shown to be safe: one line, "" if it can."""
    if facts.unknown_base:
        return f"base class `{facts.unknown_base}` is out of sight"
    for part in facts.family:
        if any(_is_open(name) for name in part.computed_names):
            return f"`{part.node.name}` sets attributes under computed names"
    return ""


def _out_of_sight(facts: ClassFacts) -> str:
    return "" if facts.may_be_module else f"base class `{facts.unknown_base}` is not shown to be a module"


def super_init(init: Function, facts: ClassFacts) -> ast.stmt | None:
    """The last statement directly in ``__init__`` that runs the ``__init__`` of a base."""
    last = None
    for statement in init.body:
        if isinstance(statement, ast.Expr) and _is_super_init(statement.value, first_argument(init)):
            last = statement
    return last


def calls_super_init(below: ClassFacts, init: Function, facts: ClassFacts) -> bool:
    """Whether a subclass's ``__init__`` runs that of ``facts``, or of a class between the two."""
    between = {part.node.name for part in below.mro if facts in part.mro}
    for node in ast.walk(init):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            owner = node.func.value
            if isinstance(owner, ast.Call) and dotted(owner.func) == "super":
                if not owner.args or dotted(owner.args[0]).rpartition(".")[2] in {below.node.name, "__class__"}:
                    return True
                # super(Parent, self) skips Parent's own __init__
                skipped = dotted(owner.args[0]).rpartition(".")[2]
                return skipped not in between
            if dotted(owner).rpartition(".")[2] in between - {below.node.name}:
                return True
    return False


def _is_super_init(node: ast.expr, self_name: str) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "__init__":
        return False
    owner = node.func.value
    if isinstance(owner, ast.Call):
        return dotted(owner.func) == "super"
    return bool(dotted(owner)) and bool(node.args) and dotted(node.args[0]) == self_name


def _is_open(name: str) -> bool:
    """Whether a computed attribute name shows nothing of the names that it can give."""
    return not re.search(r"['\"][^'\"]*\w[^'\"]*['\"]", name)


def may_be_computed(facts: ClassFacts, name: str) -> bool:
    """Whether an attribute that the class sets under a computed name may have this one: ``f"layer{i}"`` for ``layer1``."""
    for part in facts.family:
        for source in part.computed_names:
            match = re.search(r"['\"]([^'\"]*)['\"]", source)
            if match is None:
                continue
            pattern = re.sub(r"\\\{[^{}]*\\\}|%[ds]|\\\{\\\}", r"\\w*", re.escape(match[1]))
            if re.fullmatch(pattern + r"\w*", name):
                return True
    return False


def taken_names(facts: ClassFacts) -> set[str]:
    """Every name that means something as an attribute of this class, of a class above or below it, or to the tree."""
    tree = facts.index.tree
    taken = set(MODULE_ATTRIBUTES) | tree.stored_names | tree.probed_names
    for part in facts.family:
        taken |= part.methods.keys() | part.assignments.keys()
        for node in part.node.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                taken.add(node.target.id)
            elif isinstance(node, ast.ClassDef):
                taken.add(node.name)
        if any(base in MODULES - STATELESS and base != "torch.nn.Module" for base in part.outer_bases):
            taken |= _TORCH_NAMES
    return taken


def not_constant(facts: ClassFacts, attribute: str, must_be_number: bool) -> str:
    """Why ``self.attribute`` may change or be missing once ``__init__`` is over: one line, "" if it is fixed.

    Args:
        must_be_number: refuse a value that may be None, as constructors do that check what they get.
    """
    tree = facts.index.tree
    if attribute in tree.stored_names:
        return f"`self.{attribute}` is set from outside somewhere in the tree"
    if facts.method(attribute) is not None:
        return f"`self.{attribute}` is a method or property"
    found = facts.attribute(attribute)
    if not found:
        return f"`self.{attribute}` is not set in a class that is in sight"
    for part in facts.subclasses:
        if attribute in part.assignments or attribute in part.methods:
            return f"subclass `{part.node.name}` sets `self.{attribute}` too"
    for owner, assignment in found:
        if assignment.method is not None and assignment.method.name != "__init__":
            return f"`self.{attribute}` is set in `{assignment.method.name}` too"
        if assignment.via != "=" or assignment.value is None:
            return f"`self.{attribute}` is no plain value"
        if not assignment.top and owner is facts:
            return f"`self.{attribute}` is set under a condition"
        if assignment.method is not None and must_be_number and _may_be_none(assignment.method, assignment.value):
            return f"`self.{attribute}` may be None, which the module's constructor refuses"
    own = [assignment for owner, assignment in found if owner is found[0][0]]
    if sum(assignment.method is not None for assignment in own) > 1:
        return f"`self.{attribute}` is set more than once"
    if len({id(owner) for owner, assignment in found if assignment.method is not None}) > 1:
        return f"`self.{attribute}` is set by a base class too"
    value = attribute_value(facts, attribute)
    if value.kind in ("function", "operation") or value.own or value.is_tensor or (value.kind == "module" and value.shown):
        return f"`self.{attribute}` is no plain value"
    return ""


def _may_be_none(method: Function, value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is None
    if not isinstance(value, ast.Name):
        return isinstance(value, ast.IfExp)
    default = default_of(method, value.id)
    if isinstance(default, ast.Constant) and default.value is None:
        return True
    argument = next((a for a in [*method.args.args, *method.args.kwonlyargs] if a.arg == value.id), None)
    if argument is None or argument.annotation is None:
        return False
    written = ast.unparse(argument.annotation)
    return "Optional" in written or "None" in written or annotated(argument.annotation).kind not in ("other", "unknown")


def is_container(name: str) -> bool:
    """Whether a torch class registers what it is given as its own chain."""
    return name in CONTAINERS

"""Whether a class takes a new submodule without anything else changing its meaning; and which names are free in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from modulint.lint.assignments import Function, dotted, first_argument
from modulint.lint.classes import ClassFacts, changes_contents
from modulint.lint.forward import assigned_value, attribute_value, default_of
from modulint.lint.computed_names import is_open_name, may_be_computed, may_give
from modulint.lint.instances import PROTOCOL, instances
from modulint.lint.names import ClassHeader, last_part
from modulint.lint.operations import CONTAINERS, MODULE_ATTRIBUTES, MODULES, RANDOM, WINDOW_ATTRIBUTES, WINDOWS
from modulint.lint.tree import Reference
from modulint.lint.values import annotated

_NUMBERS = 100  # where a class computes its attribute names, no number may ever be free
_STEMS = frozenset({"relu6"})  # names that end in a number of their own


def against_children(facts: ClassFacts) -> str:
    """What stands against a new submodule in this class: one line, "" if nothing does."""
    if not facts.may_be_module:
        return "the class is not shown to derive from torch.nn.Module"
    if facts.container_base:
        return joins(facts)
    return against_child(facts)


def joins(facts: ClassFacts) -> str:
    """What a new child does in a class that is a container."""
    return f"the class is a {facts.container_base.removeprefix('torch.')}: a new child would join what it contains"


def against_child(facts: ClassFacts) -> str:
    """The same for a class that takes care itself of what it contains, if it is a container."""
    if any(base.startswith("torch.jit.") for base in facts.outer_bases):
        return "the class is a ScriptModule"
    for header in facts.family.values():
        if reason := next(iter(header.traits), "") if facts.container_base else header.against_children:
            return reason
    tree = facts.index.tree
    for reference in facts.below:
        below = tree.header(reference)
        assert below is not None
        if not facts.container_base and any(base.name in CONTAINERS for base in tree.above(reference)):
            return f"subclass `{below.name}` is a container: a new child would join what it contains"
        if below.reaches is not None and not _reaches(below, reference, facts):
            return f"subclass `{below.name}` does not call this class's `__init__`"
    # Of a container it is known where its objects go.
    for owner in facts.module.unpacked if not facts.container_base else ():
        if _makes(facts, owner):
            return f"`{owner}` is taken apart into its children in this file"
    return ""


def doubts(facts: ClassFacts, module: str = "") -> str:
    """Why a fix that adds a submodule to this class cannot be shown to be safe: one line, "" if it can.

    Args:
        module: the class of the new submodule, ``torch.nn.ReLU``.
    """
    if facts.unknown_base:
        return f"base class `{facts.unknown_base}` is out of sight"
    for header in facts.family.values():
        if any(is_open_name(name) for name in header.computed):
            return f"`{header.name}` sets attributes under computed names"
    for owner in facts.module.unpacked if not facts.container_base else ():
        if not _is_torch_container(facts, owner):
            return f"this file takes `{owner}` apart into its children, which may be of this class"
    if module and is_looked_for(facts, module):
        return f"code of the tree looks for `{last_part(module)}` modules, and would find the new one"
    return _against_mode(facts) if module in RANDOM else ""


def is_looked_for(facts: ClassFacts, module: str) -> bool:
    """Whether code of the tree asks modules whether they are of a class of torch. Identities are replaced by many."""
    return module != "torch.nn.Identity" and last_part(module) in facts.index.tree.summary.tested


def _is_torch_container(facts: ClassFacts, owner: str) -> bool:
    """Whether ``model.blocks`` is a container of torch wherever a class of this file makes an attribute ``blocks``."""
    attribute = owner.rpartition(".")[2]
    if not attribute.isidentifier() or attribute == owner:
        return False
    classes = (facts.index.get(Reference("class", name, facts.module.path)) for name in facts.module.classes)
    made = [
        assigned_value(part, assignment)
        for part in classes
        if part is not None
        for assignment in part.assignments.get(attribute, ())
        if not assignment.keeps_part
    ]
    kinds = [value.alternatives for value in made]
    return bool(kinds) and all(each and all(choice.name in CONTAINERS for choice in each) for each in kinds)


def _against_mode(facts: ClassFacts) -> str:
    """Why a child may be in another mode than the module itself."""
    if facts.is_stored("training"):
        return "`training` is set from outside somewhere in the tree"
    for header in facts.family.values():
        if "training" in header.stores or {"train", "eval"} & header.methods:
            return f"`{header.name}` sets its mode in a way of its own, which a child need not follow"
    return ""


def _makes(facts: ClassFacts, owner: str) -> bool:
    """Whether ``Net()`` or the name ``net``, whose children are taken, is an instance of this class."""
    name = facts.node.name
    if owner.partition("(")[0].rpartition(".")[2] == name:
        return True
    written = re.escape(owner)  # in front, where it is looked for as plain text: far faster than behind a `\b`
    assigned = rf"{written}(?<=\b{written})\s*(?::[^=\n]+)?=\s*(?:[\w.]+\.)?{re.escape(name)}\("
    return bool(re.search(assigned, facts.source.text))


def super_init(init: Function, facts: ClassFacts) -> ast.stmt | None:
    """The last statement directly in ``__init__`` that runs the ``__init__`` of a base, whichever way it takes."""
    last = None
    for statement in init.body:
        if _runs_super_init(statement, first_argument(init)):
            last = statement
    return last


def _runs_super_init(statement: ast.stmt, self_name: str) -> bool:
    match statement:
        case ast.Expr(value=value):
            return _is_super_init(value, self_name)
        case ast.Try(body=body, handlers=handlers):
            ways = [body, *(handler.body for handler in handlers)]
        case ast.If(body=body, orelse=orelse):
            ways = [body, orelse]
        case ast.With(body=body):
            ways = [body]
        case _:
            return False
    return all(any(_runs_super_init(each, self_name) for each in way) for way in ways)


def _reaches(header: ClassHeader, reference: Reference, facts: ClassFacts) -> bool:
    """Whether the ``__init__`` of a subclass runs that of ``facts``, or of a class between the two."""
    tree = facts.index.tree
    between = {header.name, facts.node.name}
    for base in tree.above(reference):
        if facts.reference in tree.above(base):
            between.add(last_part(base.name))
    assert header.reaches is not None
    for call in header.reaches:
        if call == "super" or call == f"super:{header.name}" or call == "super:__class__":
            return True
        if call.startswith("super:"):
            # super(Parent, self) skips the __init__ of Parent itself
            if call.removeprefix("super:") in between - {facts.node.name}:
                return True
        elif call in between - {header.name}:
            return True
    return False


def _is_super_init(node: ast.expr, self_name: str) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "__init__":
        return False
    owner = node.func.value
    if isinstance(owner, ast.Call):
        return dotted(owner.func) == "super"
    return bool(dotted(owner)) and bool(node.args) and dotted(node.args[0]) == self_name


# Names that the larger torch classes give their own attributes, beside those of their constructors.
_TORCH_NAMES = frozenset(
    "dropout dropout1 dropout2 dropout3 activation padding softmax threshold inplace scale_factor mode p eps dim groups "
    "bias weight stride dilation kernel_size output_size upscale_factor lower upper alpha lambd negative_slope beta "
    "flatten_parameters approximate min_val max_val norm1 norm2 norm3 linear1 linear2 self_attn out_proj".split()
)


def taken_names(facts: ClassFacts) -> frozenset[str]:
    """Every name that means something as an attribute of this class, of a class above or below it, or to the tree."""
    summary = facts.index.tree.summary
    taken = set(MODULE_ATTRIBUTES | summary.stored.keys() | summary.probed)
    for header in facts.family.values():
        taken |= header.methods | header.stores | header.mentions
    if any(base in MODULES and base != "torch.nn.Module" for base in facts.outer_bases):
        taken |= _TORCH_NAMES
    if facts.container_base:
        taken |= PROTOCOL
    return frozenset(taken)


def free_name(facts: ClassFacts, stem: str, given: frozenset[str] = frozenset()) -> str | None:
    """``relu``, then ``relu2``, ``relu3``: the first that means nothing yet in the class and those related to it, and is
    not among those ``given``; None where there is none."""
    taken = taken_names(facts) | given
    outside = instances(facts.index, (facts.reference, *facts.below)).names if facts.container_base else ()
    stems = (stem, f"{stem}_module", f"{stem}_op")
    numbered = (
        f"{base}{'_' if base[-1].isdigit() else ''}{number}" if number > 1 else base
        for base in stems
        for number in range(1, _NUMBERS)
    )
    return next(
        (
            name
            for name in numbered
            if name not in taken
            and (name == stem or name not in _STEMS)
            and not may_be_computed(facts.family.values(), name)
            and not any(may_give(source, name) for source in outside)
        ),
        None,
    )


def not_constant(facts: ClassFacts, attribute: str, must_be_number: bool, guards: Iterable[ast.expr] = ()) -> str:
    """Why ``self.attribute`` may change or be missing once ``__init__`` is over: one line, "" if it is fixed.

    Args:
        must_be_number: refuse a value that may be None, as constructors do that check what they get.
        guards: the conditions under which the call runs that reads it.
    """
    if facts.is_stored(attribute):
        return f"`self.{attribute}` is set from outside somewhere in the tree"
    if facts.method(attribute) is not None:
        return f"`self.{attribute}` is a method or property"
    found = facts.attribute(attribute)
    if not found and not (attribute in WINDOW_ATTRIBUTES and WINDOWS.intersection(facts.outer_bases)):
        return f"`self.{attribute}` is not set in a class that is in sight"
    own = {part.reference for part in facts.mro}
    for reference, header in facts.family.items():
        if reference not in own and attribute in header.stores | header.methods:
            return f"`{header.name}` sets `self.{attribute}` too"
        if may_be_computed([header], attribute):
            return f"`{header.name}` may set `self.{attribute}` under a computed name"
    for owner, assignment in found:
        if assignment.method is not None and assignment.method.name != "__init__":
            return f"`self.{attribute}` is set in `{assignment.method.name}` too"
        if assignment.via != "=" or assignment.value is None:
            return f"`self.{attribute}` is no plain value"
        if not assignment.top:
            return f"`self.{attribute}` is set under a condition"
        guarded = any(re.search(rf"\b{re.escape(attribute)}\b", ast.unparse(guard)) for guard in guards)
        if assignment.method is not None and must_be_number and _may_be_none(assignment.method, assignment.value, guarded):
            return f"`self.{attribute}` may be None, which the module's constructor refuses"
        if changes_contents(owner.text, attribute):
            return f"the contents of `self.{attribute}` change"
    if sum(assignment.method is not None for _, assignment in found) > 1:
        return f"`self.{attribute}` is set more than once"
    value = attribute_value(facts, attribute)
    if value.kind in ("function", "operation") or value.own or value.is_tensor or (value.kind == "module" and value.shown):
        return f"`self.{attribute}` is no plain value"
    return ""


def _may_be_none(method: Function, value: ast.expr, guarded: bool) -> bool:
    """Whether a value may be None. A condition on the attribute around its use is a hint that it may."""
    if isinstance(value, ast.Constant):
        return value.value is None
    if not isinstance(value, ast.Name):
        return isinstance(value, ast.IfExp) or guarded
    default = default_of(method, value.id)
    if isinstance(default, ast.Constant):
        return default.value is None
    argument = next((a for a in [*method.args.args, *method.args.kwonlyargs] if a.arg == value.id), None)
    if argument is None or argument.annotation is None:
        return guarded
    written = ast.unparse(argument.annotation)
    return "Optional" in written or "None" in written or annotated(argument.annotation).kind != "other"


def open_store(facts: ClassFacts) -> bool:
    """Whether the class's file, or one that imports it, sets attributes of other objects under computed names."""
    importers = facts.index.tree.importers(facts.module.path)
    return facts.module.open_stores or any(module.open_stores for module in importers)

"""A call of a function that only moves data becomes one of a module, which leaves the function for TorchScript to compile.

Then a trace holds the function as one piece. TorchScript wants to know types, and takes every number that it is given while
tracing for a constant: the sizes of tensors have to come as such, in the shape of an empty tensor.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from modulint.fixers.calls import against_helper_call, by_star
from modulint.fixers.definition import define
from modulint.fixers.helper_modules import Given, HelperModule, against_file, against_others, helper_modules
from modulint.fixers.proposal import CLASS, Answer, Made, Refusal
from modulint.fixers.surroundings import doubts
from modulint.fixers.wrapping import keep_all
from modulint.lint.assignments import dotted, first_argument
from modulint.lint.file import File, Sizing, method_around
from modulint.lint.forward import ForwardPath, Site, Step, attribute_value
from modulint.lint.scripting import Typed
from modulint.lint.scopes import AnyFunction, bindings_of, bound_names, parameters, walk
from modulint.lint.sizes import Size
from modulint.lint.tree import Reference
from modulint.lint.values import Value

# What torch's own modules keep under these names are numbers, or tuples of them, that forward does not change.
_OF_TORCH = frozenset({"dilation", "kernel_size", "output_padding", "padding", "stride"})
_WORD = re.compile(r"\w+")


def propose_scripted(file: File, subject: Sizing) -> Answer:
    """A definition of the function's module, and a call of it with the same arguments."""
    site, function = subject.site, subject.function
    arguments = Arguments(file, subject.path, site)
    sized: list[str] = []
    for name, typed in subject.compiled.parameters.items():
        node = arguments.nodes.get(name)
        if node is None:
            continue
        reason, is_sized = _taken(arguments, name, node, typed, subject.compiled.read.get(name, 0))
        if reason:
            return Refusal(reason)
        sized += [name] * is_sized
    reason = (
        against_helper_call(file, site, function)
        or against_file(function, file.tree.files, file.module.path)
        or against_others(function)
    )
    if reason or "self" in subject.compiled.parameters:
        return Refusal(reason or "its function has a name `self` of its own")
    made = Made(f"{CLASS}()", op=HelperModule(function, site.call.func, Given(), frozenset(sized)))
    stem = function.node.name.strip("_").lower()
    doubt = doubts(site.owner) or by_star(file, site)
    return define(file, subject.path, site, made, stem, lambda name: keep_all(file.source, site, name), doubt)


def _taken(arguments: Arguments, name: str, node: ast.expr, typed: Typed, read: int) -> tuple[str, bool]:
    """Why TorchScript may not take an argument, "" if it does; and whether sizes of tensors are in it."""
    value = arguments.values[name]
    if typed.kind == "tensor":
        return ("" if value.kind in ("tensor", "unknown") else f"`{name}` is not shown to be a tensor"), False
    if typed.kind in ("bool", "float", "str"):
        return ("" if _is_literal(node, typed.kind) else f"`{name}` is not shown to be a {typed.kind}"), False
    if value.is_tensor or (typed.kind in ("list", "tuple") and not read):
        return f"`{name}` is not shown to be a {typed.kind}", False
    if arguments.is_fixed(node):
        return "", False
    parts = value.items if value.kind == "tuple" else (value,) if typed.kind == "int" else None
    if parts is not None and len(parts) >= read and all(map(_is_count, parts)):
        return "", True
    return f"TorchScript would take `{name}` for a constant", False


def _is_count(value: Value) -> bool:
    """Whether a number is the size of a tensor, or a product or quotient of sizes and numbers: it is not negative."""
    return value.size is not None and (value.size.read or _is_natural(value.size))


def _is_natural(size: Size) -> bool:
    parts = (part for factor in size.factors for part in factor if isinstance(part, Size))
    return size.number >= 0 and all(factor[0] in ("axis", "quotient") for factor in size.factors) and all(map(_is_natural, parts))


def _is_literal(node: ast.expr, kind: str) -> bool:
    """Whether an argument is written as a value of this kind."""
    match node:
        case ast.Constant(value=value):
            return type(value).__name__ == kind or (kind == "float" and type(value) is int)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return kind == "float" and _is_literal(operand, kind)
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant()], keywords=[]):
            return kind == "float"
    return False


class Constants:
    """What is the same in every forward pass, of all that an expression may read in a method at a step."""

    def __init__(self, file: File, path: ForwardPath, site: Step) -> None:
        self.path, self.site = path, site
        self.known = helper_modules(file.tree).given_to(file.module.path, site.owner.qualname)

    def is_fixed(self, node: ast.expr, looking: frozenset[str] = frozenset()) -> bool:
        """Whether an argument is the same number, or the same numbers, in every forward pass: a setting of the module."""
        match node:
            case ast.Constant():
                return True
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(self.is_fixed(part, looking) for part in parts)
            case ast.UnaryOp(operand=operand):
                return self.is_fixed(operand, looking)
            case ast.BinOp(left=left, right=right):
                return self.is_fixed(left, looking) and self.is_fixed(right, looking)
            case ast.Call(func=function, args=[part], keywords=[]):
                return self._is_product(function) and self.is_fixed(part, looking)
            case ast.Subscript(value=ast.Attribute(value=owner, attr="shape")):
                return self.is_weight(owner)
            case ast.Subscript(value=owner, slice=ast.Constant() | ast.UnaryOp() | ast.Slice()):
                return self.is_fixed(owner, looking)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                return owner == self._self_name and self._is_setting(name)
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr=module), attr=name):
                return owner == self._self_name and self._is_setting_of(module, name)
            case ast.Name(id=name):
                return self._is_fixed_name(name, looking)
        return False

    def is_weight(self, node: ast.expr) -> bool:
        """Whether an expression is a weight of the module: one of its own, or one that all who call it give it."""
        if isinstance(node, ast.Name):
            return node.id in self.known.fixed and not bindings_of(self.site.function, node.id)
        name, _, attribute = dotted(node).partition(".")
        return bool(name) and name == self._self_name and attribute in ("weight", "bias") and not self.site.owner.attribute(attribute)

    @property
    def _self_name(self) -> str:
        method = method_around(self.site)
        return first_argument(method) if method is not None else ""

    def _is_product(self, function: ast.expr) -> bool:
        """Whether ``math.prod`` is called."""
        name = dotted(function)
        known = name and name.partition(".")[0] not in bound_names(self.site.function)
        return bool(known) and self.site.owner.resolve(name) == Reference("external", "math.prod")

    def _is_setting(self, attribute: str) -> bool:
        """Whether an attribute of ``self`` is set, and not on the forward path."""
        owner = self.site.owner
        if owner.method(attribute) is not None:
            return False
        found = owner.attribute(attribute)
        if not found:
            outer = any(base.startswith("torch.nn.") and base != "torch.nn.Module" for base in owner.outer_bases)
            return outer and attribute in _OF_TORCH
        return all(each.via == "=" and each.method not in self.path.reached for _, each in found)

    def _is_setting_of(self, module: str, attribute: str) -> bool:
        """Whether an attribute of a module that ``self`` holds is set, and in no forward pass."""
        owner, held = self.site.owner, attribute_value(self.site.owner, module)
        if held.kind != "module" or not held.shown or owner.may_be_replaced(module):
            return False
        if (facts := held.facts) is None:
            return held.name.startswith("torch.nn.") and attribute in _OF_TORCH
        found = facts.attribute(attribute)
        setters = {each.method.name for _, each in found if each.method is not None} - {"__init__"}
        here = (each.source.code(function) for function, each in self.path.reached.items())
        return (
            bool(found)
            and all(each.via == "=" for _, each in found)
            and facts.method(attribute) is None
            and not facts.may_be_replaced(attribute)
            and setters.isdisjoint(facts.reached_names)
            and setters.isdisjoint(word for text in here for word in _WORD.findall(text))
        )

    def _is_fixed_name(self, name: str, looking: frozenset[str]) -> bool:
        """Whether a local name is only ever bound to settings, or is a parameter that is only ever given some."""
        if name in looking:
            return False
        bindings = bindings_of(self.site.function, name)
        if not bindings:
            return name in self.known.fixed
        if name in parameters(self.site.function):
            return False
        values = [value for value in bindings if value is not None]
        wholes = list(unpacked(self.site.function, name))
        if len(values) + len(wholes) < len(bindings):
            return False
        return all(self.is_fixed(value, looking | {name}) for value in [*values, *wholes])


def unpacked(function: AnyFunction, name: str) -> Iterator[ast.expr]:
    """What a function takes apart to bind a name to a part of it."""
    for node in walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and any(isinstance(part, ast.Name) and part.id == name for part in target.elts):
                    yield node.value


class Arguments(Constants):
    """The arguments of a call of a plain function, by the names of its parameters."""

    def __init__(self, file: File, path: ForwardPath, site: Site) -> None:
        super().__init__(file, path, site)
        assert site.callee.plain is not None
        names = [argument.arg for argument in site.callee.plain.node.args.args]
        keywords = {keyword.arg: keyword.value for keyword in site.call.keywords if keyword.arg}
        self.nodes: Mapping[str, ast.expr] = dict(zip(names, site.call.args)) | keywords
        self.values: Mapping[str, Value] = dict(zip(names, site.arguments)) | site.keywords

    def fixed(self) -> Iterator[str]:
        """The parameters that this call gives what is the same in every forward pass."""
        for name, node in self.nodes.items():
            if self.is_fixed(node) or self.is_weight(node):
                yield name

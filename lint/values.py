"""What an expression stands for, as far as the source shows it: a tensor, a number, a module, a function, or unknown."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from modulint.lint.operations import MODULES, Operation
from modulint.lint.sizes import Size
from modulint.lint.tree import Reference

if TYPE_CHECKING:
    from modulint.lint.classes import ClassFacts, FunctionFacts

Kind = Literal[
    "tensor",  # one tensor
    "tuple",  # a tuple or list; `items` where its length is known, else `each`, else all of it are tensors
    "other",  # shown to be no tensor: a number, a shape, a string, a flag, None
    "module",  # a module instance that `self` holds, at `path`; `self` itself has the path ""
    "built",  # a module instance made on the forward path
    "class",  # a class
    "function",  # a function, method or lambda of the tree
    "operation",  # a torch function or tensor method as a value
    "namespace",  # something imported that is none of these
    "dict",  # a dict display
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Value:
    """``own`` marks tensors computed from the module's parameters or buffers.

    A module's class is ``name`` (a torch class) or ``facts`` (a class of the tree); both are empty where it is not known.
    ``choices`` then are what it may be as far as the source says: the default of a parameter, what a factory returns. They
    tell what a call of it gives, and are not to be relied on for more. ``items`` or ``each`` are what a container holds,
    ``certain`` what it holds for certain, among others. ``shown`` tells a value that is a module for certain from an
    attribute that only may be one, and a number from a parameter that only has one as its default. A function is ``node``;
    ``facts`` is the class whose method it is, ``plain`` says where it stands if it is no method. ``tensor`` is a number
    for a tensor whose shape was asked for, and for that shape; ``dims`` are the sizes of its axes where their number is
    shown. A number may have a ``size``; ``zeros`` are the sizes that are zero where a condition does not hold. A list holds
    no sizes, since it may be given others under any of its names.
    """

    kind: Kind
    own: bool = False
    items: tuple[Value, ...] | None = None
    each: Value | None = None
    certain: tuple[Value, ...] = ()
    choices: tuple[Value, ...] = ()
    path: str = ""
    name: str = ""
    shown: bool = True
    facts: ClassFacts | None = None
    plain: FunctionFacts | None = None
    node: ast.AST | None = None
    operation: Operation | None = None
    tensor: int = 0
    dims: tuple[Size, ...] | None = None
    size: Size | None = None
    zeros: frozenset[Size] = frozenset()

    @property
    def is_tensor(self) -> bool:
        return self.kind == "tensor"

    @property
    def is_none(self) -> bool:
        return self.kind == "other" and self.name == "None"

    @property
    def is_output(self) -> bool:
        return self.kind == "unknown" and self.name == "output"

    @property
    def is_shape(self) -> bool:
        return self.kind == "other" and self.tensor != 0

    @property
    def shapeless(self) -> Value:
        """The same without what is known of its sizes, or of those that it holds: it may be another tensor from here on."""
        if self.kind == "tuple" and self.items is not None:
            return replace(self, items=tuple(item.shapeless for item in self.items))
        known = self.tensor or self.dims or self.size or self.zeros
        return replace(self, tensor=0, dims=None, size=None, zeros=frozenset()) if known else self

    def of_size(self, size: Size | None) -> Value:
        """The same number with what is known of its size now."""
        return self if size is self.size else replace(self, size=size)

    def of_shape(self, dims: tuple[Size, ...] | None) -> Value:
        """The same tensor with what is known of its shape now."""
        return self if dims is self.dims else replace(self, dims=dims)

    @property
    def alternatives(self) -> tuple[Value, ...]:
        """What a module or class may be: itself where that is certain."""
        return (self,) if self.name or self.facts is not None else self.choices


TENSOR = Value("tensor")
OWN_TENSOR = Value("tensor", own=True)
TENSORS = Value("tuple")
OTHER = Value("other")
NONE = Value("other", name="None")
NUMBERS = Value("other", name="numbers")
"""A tuple or list of what are no tensors."""
UNKNOWN = Value("unknown")
OUTPUT = Value("unknown", name="output")
"""What a module of unknown class gives for a tensor: a tensor, or a container of tensors, but no number."""


def join(first: Value, second: Value) -> Value:
    """What a name stands for behind two branches that leave it with these values.

    What may be None counts as what else it is: an operation on it only runs then.
    """
    if first == second or second.is_none:
        return first
    if first.is_none:
        return second
    if first.kind == second.kind == "tensor":
        return replace(TENSOR, own=first.own or second.own, dims=first.dims if first.dims == second.dims else None)
    if first.kind == second.kind == "tuple":
        if first.items is not None and second.items is not None and len(first.items) == len(second.items):
            return Value("tuple", items=tuple(map(join, first.items, second.items)))
        if () in (first.items, second.items):  # `[]` is the start of a list
            return sequence(element(second if first.items == () else first))
        return sequence(join(element(first), element(second)))
    if first.kind == second.kind == "other":
        return OTHER
    if all(value.is_tensor or value.is_output for value in (first, second)):
        return OUTPUT
    return UNKNOWN


def outline(value: Value) -> Value:
    """The value without what is special about the place that it comes from: to compare and to keep."""
    if value.kind in ("tensor", "other"):
        return TENSOR if value.is_tensor else NONE if value.is_none else OTHER
    if value.kind == "tuple":
        if value.items is not None:
            return Value("tuple", items=tuple(map(outline, value.items)))
        return sequence(outline(element(value)))
    return OUTPUT if value.is_output else UNKNOWN


def sequence(each: Value) -> Value:
    """A tuple or list of unknown length."""
    if each.is_tensor:
        return TENSORS
    return NUMBERS if each.kind == "other" else UNKNOWN if each.kind == "unknown" else Value("tuple", each=each)


def element(value: Value) -> Value:
    """What iterating over or indexing a value gives."""
    if value.kind == "tensor":
        return value.shapeless
    if value.kind == "tuple":
        if value.items is None:
            return value.each or TENSOR
        result = value.items[0] if value.items else UNKNOWN
        for item in value.items[1:]:
            result = join(result, item)
        return result
    if value.kind == "module":
        return held_at(value, "[*]", False)
    return OTHER if value.kind == "other" else OUTPUT if value.is_output else UNKNOWN


def held_at(container: Value, index: str, shown: bool) -> Value:
    """A module that a container holds. Its class is only a choice: the container may be another one in a subclass."""
    held: list[Value] = []
    if container.items is not None and index[1:-1].lstrip("-").isdigit() and container.items:
        position = int(index[1:-1])
        held = [container.items[position]] if -len(container.items) <= position < len(container.items) else []
    elif container.items is not None:
        held = list(container.items)
    elif container.each is not None:
        held = [container.each]
    choices = tuple(dict.fromkeys(choice for value in held for choice in value.alternatives))
    known = all(value.alternatives for value in held)
    return Value("module", path=f"{container.path}{index}", shown=shown, choices=choices if known else ())


# Modules whose call gives something else than one tensor, or may do so.
_SEVERAL = frozenset({"torch.nn.LSTM", "torch.nn.GRU", "torch.nn.RNN", "torch.nn.MultiheadAttention", "torch.nn.LSTMCell"})
_OPEN = frozenset({"torch.nn.Sequential", "torch.nn.Module", "torch.nn.AdaptiveLogSoftmaxWithLoss", "torch.nn.Identity"})


def call_result(name: str) -> Value:
    """What calling an instance of a torch module class gives."""
    if name in _SEVERAL:
        return Value("tuple", items=(TENSOR, UNKNOWN))
    if name in MODULES and name not in _OPEN and "MaxPool" not in name:
        return TENSOR
    return TENSOR if "MaxPool" in name and "Unpool" not in name and "Adaptive" not in name else UNKNOWN


_TENSOR_NAMES = frozenset({"Tensor", "FloatTensor", "LongTensor", "BoolTensor", "IntTensor"})
_OTHER_NAMES = frozenset({"int", "float", "bool", "str", "Size", "dtype", "device", "complex", "bytes"})


def annotated(annotation: ast.expr | None) -> Value:
    """What a parameter with this annotation takes. ``Optional[Tensor]`` counts as a tensor: operations only reach it then."""
    if annotation is None:
        return UNKNOWN
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return annotated(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return UNKNOWN
    if isinstance(annotation, (ast.Name, ast.Attribute)):
        last = annotation.id if isinstance(annotation, ast.Name) else annotation.attr
        return TENSOR if last in _TENSOR_NAMES else OTHER if last in _OTHER_NAMES else UNKNOWN
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _one_of([annotation.left, annotation.right])
    if isinstance(annotation, ast.Subscript):
        outer = annotation.value
        last = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if last == "Optional":
            return annotated(inner[0])
        if last == "Union":
            return _one_of(inner)
        if last == "Annotated":
            return annotated(inner[0])
        if last in ("List", "Tuple", "Sequence", "list", "tuple"):
            parts = [annotated(part) for part in inner if not _is_ellipsis(part)]
            if all(part.is_tensor for part in parts):
                return TENSORS
            return NUMBERS if all(part.kind == "other" for part in parts) else UNKNOWN
    return UNKNOWN


def _one_of(parts: list[ast.expr]) -> Value:
    kept = [annotated(part) for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
    result = kept[0] if kept else UNKNOWN
    for part in kept[1:]:
        result = join(result, part)
    return result


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis


_CONSTANTS = frozenset(f"{module}.{name}" for module in ("math", "numpy", "torch") for name in ("e", "inf", "nan", "pi", "tau"))


def of_reference(reference: Reference) -> Value:
    """What a resolved name that is no torch operation and no class of the tree stands for."""
    if reference.kind == "external" and reference.name in _CONSTANTS:
        return OTHER
    if reference.kind == "external":
        return Value("class" if reference.name in MODULES else "namespace", name=reference.name)
    return UNKNOWN

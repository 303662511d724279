"""MOD303: lists, objects and keyword arguments as inputs or outputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.assignments import dotted
from modulint.lint.names import base_name
from modulint.lint.op_module import is_op_module
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD303",
    name="other-container",
    summary="`forward` takes or returns lists, objects or arbitrary keyword arguments",
    why=(
        "Inputs and outputs that a tracer, an exporter and a quantizer all understand are tensors and tuples of tensors. "
        "Lists are turned into tuples or refused, objects and open keyword arguments are refused or lost."
    ),
    bad=(
        """\
from typing import List

import torch
from torch import nn


class Pyramid(nn.Module):
    def forward(self, features: List[torch.Tensor]):
        return [f * 2 for f in features]
""",
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x, **kwargs):
        return self.conv(x)
""",
    ),
    good=(
        """\
from typing import Tuple

import torch
from torch import nn


class Pyramid(nn.Module):
    def forward(self, features: Tuple[torch.Tensor, torch.Tensor]):
        low, high = features
        return high, low
""",
    ),
    targets=("aimet", "jit", "onnx"),
    fix="none",
    no_fix="pass and return tensors, or tuples of tensors",
    source="AIMET model guidelines: inputs and outputs are tensors or tuples of tensors",
)

_LISTS = frozenset({"List", "list", "Sequence", "Iterable", "MutableSequence"})


def check(file: File) -> Iterator[Match]:
    """Parameters of ``forward``, then what it returns."""
    for facts in file.classes.values():
        function = facts.methods.get("forward")
        if function is None or not facts.may_be_module:
            continue
        for parameter in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs][1:]:
            kind = _container(file, parameter.annotation)
            if kind and not is_op_module(facts):  # one operation takes what torch's function takes: `Concat` a list
                yield Match(parameter, f"`forward` takes {kind}: `{parameter.arg}`", facts, None)
        if function.args.kwarg is not None:
            name = function.args.kwarg.arg
            yield Match(function.args.kwarg, f"`forward` takes arbitrary keyword arguments: `**{name}`", facts, None)
    for path in file.paths:
        if path.facts.source is not file.source or path.facts.qualname not in file.classes:
            continue
        for result in path.results:
            if result.owner is path.facts and (kind := _returned(file, result.node, result.value.name)):
                yield Match(result.node, f"`forward` returns {kind}", path.facts, None)


def _container(file: File, annotation: ast.expr | None) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _container(file, ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return ""
    if isinstance(annotation, ast.BinOp):
        return _container(file, annotation.left) or _container(file, annotation.right)
    if isinstance(annotation, ast.Subscript):
        name = dotted(annotation.value).rpartition(".")[2]
        if name in ("Optional", "Union"):
            parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            return next((kind for part in parts if (kind := _container(file, part))), "")
        return "a list" if name in _LISTS and not _of_numbers(annotation.slice) else ""
    if annotation is not None and (name := dotted(annotation)):
        if name.rpartition(".")[2] in _LISTS:
            return "a list"
        return "an object" if _is_object(file, name) else ""
    return ""


def _of_numbers(inner: ast.expr) -> bool:
    return isinstance(inner, ast.Name) and inner.id in ("int", "float", "str", "bool")


def _returned(file: File, node: ast.expr, made: str) -> str:
    if isinstance(node, (ast.List, ast.ListComp)) or made == "list":
        return "a list"
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        if name == "list":
            return "a list"
        if name and _is_object(file, name):
            return f"an object: `{name}`"
    return ""


def _is_object(file: File, name: str) -> bool:
    """Whether a name is a class of the tree that is neither a module nor a named tuple, or some library's output class."""
    reference = file.tree.resolve(file.module, name)
    if reference.kind == "external":
        last = reference.name.rpartition(".")[2]
        return last.endswith("Output") and last[0].isupper()
    facts = file.index.get(reference) if reference.kind == "class" else None
    if facts is None or facts.may_be_module:
        return False
    bases = {base_name(base).rpartition(".")[2] for part in facts.mro for base in part.node.bases}
    return not bases & {"NamedTuple", "Enum", "IntEnum", "str", "int", "Tensor", "Function", "tuple"}

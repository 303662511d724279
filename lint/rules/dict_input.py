"""MOD301: a forward that takes a dict."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match
from modulint.lint.rule import Rule
from modulint.lint.rules._annotations import is_dict
from modulint.lint.scopes import walk

RULE = Rule(
    code="MOD301",
    name="dict-input",
    summary="`forward` takes a dict",
    why=(
        "Tracers and exporters feed a model positional tensors, and an exported graph has named tensors as its inputs. "
        "A dict hides which tensors the model takes, and in which order."
    ),
    bad=(
        """\
from typing import Dict

import torch
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, inputs: Dict[str, torch.Tensor]):
        return self.conv(inputs["image_rgb"])
""",
    ),
    good=(
        """\
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, image_rgb):
        return self.conv(image_rgb)
""",
    ),
    targets=("aimet", "jit", "onnx"),
    fix="safe",
    source="AIMET model guidelines: inputs and outputs are tensors or tuples of tensors",
)


@dataclass(frozen=True, slots=True, eq=False)
class DictInput:
    """A dict parameter: ``reads`` are its constant string subscripts in source order, ``others`` all its other uses."""

    facts: ClassFacts
    function: Function
    parameter: ast.arg
    reads: tuple[ast.Subscript, ...]
    others: tuple[ast.Name, ...]


def check(file: File) -> Iterator[Match]:
    """Parameters of ``forward`` that are annotated as dicts, or read by string keys only."""
    for facts in file.classes.values():
        function = facts.methods.get("forward")
        if function is None or not facts.may_be_module:
            continue
        arguments = function.args
        for parameter in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs][1:]:
            if not is_dict(parameter.annotation) and not _may_be_read(file, function, parameter.arg):
                continue
            reads, others, methods = _uses(function, parameter.arg)
            if is_dict(parameter.annotation) or (parameter.annotation is None and (reads or methods) and not (others and not methods and not reads)):
                message = f"`forward` takes a dict: `{parameter.arg}`"
                yield Match(parameter, message, facts, DictInput(facts, function, parameter, reads, others))


def _may_be_read(file: File, function: Function, name: str) -> bool:
    """A look at the text: whether a parameter is read by a string key, or asked for its keys."""
    pattern = rf"\b{re.escape(name)}(?:\[\s*['\"]|\.(?:items|keys|values)\()"
    return re.search(pattern, file.source.code(function)) is not None


def _uses(function: Function, name: str) -> tuple[tuple[ast.Subscript, ...], tuple[ast.Name, ...], int]:
    reads: list[ast.Subscript] = []
    owners: set[ast.AST] = set()
    methods = 0
    for node in walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                owners.add(node.value)
                if isinstance(node.ctx, ast.Load):
                    reads.append(node)
                else:
                    owners.discard(node.value)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            methods += node.attr in ("items", "keys", "values")
    others = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == name and n not in owners]
    reads.sort(key=lambda node: (node.lineno, node.col_offset))
    return tuple(reads), tuple(others), methods

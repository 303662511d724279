"""MOD104: a functional that is kept as a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.file import File, Match, Place
from modulint.lint.assignments import dotted
from modulint.lint.operations import Operation
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD104",
    name="functional-value",
    summary="functional that is stored or handed on as a value",
    why=(
        "`self.act = F.relu` looks like a module where it is called and is none: it has no place in named_modules(), and "
        "a quantizer passes it by."
    ),
    bad=(
        """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = F.relu

    def forward(self, x):
        return self.act(x)
""",
        """\
import torch.nn.functional as F

ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu}
""",
    ),
    good=(
        """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, act):
        super().__init__()
        self.fast = act is F.relu
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(x)
""",
    ),
    targets=("aimet", "brevitas", "fx"),
    fix="safe",
    source="AIMET model guidelines: use modules instead of functionals",
)


@dataclass(frozen=True, slots=True, eq=False)
class FunctionalValue:
    """A functional read as a value. ``value`` is the whole of it: the name, or the ``partial`` or ``lambda`` around it."""

    place: Place
    operation: Operation
    value: ast.expr


def check(file: File) -> Iterator[Match]:
    """Names of operations with a module that are read, but neither called, compared nor imported."""
    for place in file.places:
        node = place.node
        if not file.may_be_operation(node):
            continue
        parent = place.parents[-1]
        if isinstance(parent, ast.Attribute):
            continue
        if isinstance(parent, ast.Call) and parent.func is node:
            continue
        if isinstance(parent, (ast.Compare, ast.Import, ast.ImportFrom)) or _is_tested(place):
            continue
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and node in parent.decorator_list:
            continue
        operation = file.operation(place)
        if operation is None or operation.kind != "module":
            continue
        if _is_module_alias(place):
            continue
        value = _whole(place)
        short = operation.module.removeprefix("torch.")
        message = f"`{file.source.code(node)}` is kept as a value; `{short}` is the module for it"
        yield Match(value, message, place.facts, FunctionalValue(place, operation, value))


def _is_module_alias(place: Place) -> bool:
    """``relu = F.relu`` at module level only names it; what matters is how that name is used."""
    parent = place.parents[-1]
    return isinstance(parent, ast.Assign) and place.facts is None and place.function is None


def _is_tested(place: Place) -> bool:
    """``act in (F.relu, F.gelu)`` and ``isinstance(...)`` ask about a value and keep none."""
    for child, parent in zip((*place.parents[1:], place.node)[::-1], place.parents[::-1]):
        if isinstance(parent, ast.Compare):
            return True
        if not isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
            return isinstance(parent, ast.Call) and dotted(parent.func) == "isinstance" and child in parent.args
    return False


def _whole(place: Place) -> ast.expr:
    parent = place.parents[-1]
    if isinstance(parent, ast.Call) and dotted(parent.func).rpartition(".")[2] == "partial" and parent.args[0] is place.node:
        return parent
    return place.node

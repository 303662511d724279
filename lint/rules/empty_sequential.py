"""MOD110: an `nn.Sequential()` that holds no modules and runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.assignments import dotted
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match
from modulint.lint.rule import Rule
from modulint.lint.scopes import walk

RULE = Rule(
    code="MOD110",
    name="empty-sequential",
    summary="`nn.Sequential()` without modules that stands for doing nothing",
    why=(
        "It gives back its input, as nn.Identity does, but a container is no layer: AIMET's validator takes one that holds "
        "nothing for an operation without a module."
    ),
    bad=(
        """\
from torch import nn


class Block(nn.Module):
    def __init__(self, width, stride):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=stride, padding=1)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(width, width, 1, stride=stride), nn.BatchNorm2d(width))

    def forward(self, x):
        return self.conv(x) + self.shortcut(x)
""",
    ),
    good=(
        """\
from torch import nn


class Block(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.shortcut = nn.Identity()
        self.layers = nn.Sequential()
        for index in range(depth):
            self.layers.add_module(f"conv{index}", nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)
""",
    ),
    targets=("aimet",),
    fix="safe",
    default=False,
    source="AIMET model validator: missing modules",
)


@dataclass(frozen=True, slots=True, eq=False)
class EmptySequential:
    """The ``construction`` that gives an attribute of a class an empty container, in a statement of its own or not."""

    facts: ClassFacts
    attribute: str
    construction: ast.Call
    alone: bool


def check(file: File) -> Iterator[Match]:
    """What `__init__` gives attributes that the class and those related to it only ever call."""
    called = {(path.facts.reference, site.callee.path) for path, site in file.sites if site.callee.kind == "module"}
    for facts in file.classes.values():
        for attribute, assignments in facts.assignments.items():
            if not any((reference, attribute) in called for reference in (facts.reference, *facts.below)):
                continue
            for assignment in assignments:
                value = assignment.value
                if assignment.method is None or assignment.method is not facts.init or value is None:
                    continue
                statement = assignment.statement
                alone = isinstance(statement, ast.Assign) and len(statement.targets) == 1 and statement.value is value
                for made in _empty(facts, value):
                    if _is_only_called(facts, attribute):
                        message = f"`{ast.unparse(made)}` holds no modules; `nn.Identity()` does the same as a layer"
                        yield Match(made, message, facts, EmptySequential(facts, attribute, made, alone))


def _empty(facts: ClassFacts, value: ast.expr) -> Iterator[ast.Call]:
    """The empty containers that a value may be."""
    if isinstance(value, ast.IfExp):
        yield from _empty(facts, value.body)
        yield from _empty(facts, value.orelse)
    elif isinstance(value, ast.Call) and not value.args and not value.keywords:
        if (name := dotted(value.func)).endswith("Sequential") and facts.resolve(name).name == "torch.nn.Sequential":
            yield value


def _is_only_called(facts: ClassFacts, attribute: str) -> bool:
    """Whether the classes that share the attribute set it, call it, or ask whether it is None, and nothing else."""
    return all(
        part is not None and _only_called(part.node, attribute)
        for part in (facts.index.get(reference) for reference in facts.family)
    )


def _only_called(root: ast.AST, attribute: str) -> bool:
    allowed: set[ast.AST] = set()
    for node in walk(root):
        if isinstance(node, ast.Call):
            allowed.add(node.func)
        elif isinstance(node, ast.Compare) and all(isinstance(each, (ast.Is, ast.IsNot)) for each in node.ops):
            allowed.add(node.left)
    return all(
        node in allowed or isinstance(node.ctx, ast.Store)
        for node in walk(root)
        if isinstance(node, ast.Attribute) and node.attr == attribute
    )

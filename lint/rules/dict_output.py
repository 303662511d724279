"""MOD302: a forward that returns a dict."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match
from modulint.lint.forward import ForwardPath
from modulint.lint.rule import Rule
from modulint.lint.rules._annotations import is_dict

RULE = Rule(
    code="MOD302",
    name="dict-output",
    summary="`forward` returns a dict",
    why=(
        "Tracers reject dicts or flatten them in an order that nobody wrote down. A tuple of tensors is what an exported "
        "graph can return."
    ),
    bad=(
        """\
from torch import nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.rgb = nn.Conv2d(32, 32, 3)
        self.bw = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return {"rgb": self.rgb(x), "bw": self.bw(x)}
""",
    ),
    good=(
        """\
from torch import nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.rgb = nn.Conv2d(32, 32, 3)
        self.bw = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return self.rgb(x), self.bw(x)
""",
    ),
    targets=("aimet", "jit", "onnx"),
    fix="safe",
    source="AIMET model guidelines: inputs and outputs are tensors or tuples of tensors",
)


@dataclass(frozen=True, slots=True, eq=False)
class DictOutput:
    """One returned dict, and all that the same ``forward`` returns."""

    facts: ClassFacts
    function: Function
    node: ast.expr
    path: ForwardPath


def check(file: File) -> Iterator[Match]:
    """Expressions that ``forward`` returns and that are dicts, or must be by its annotation."""
    for path in file.paths:
        for result in path.results:
            if result.owner is not path.facts or path.facts.qualname not in file.classes:
                continue
            if path.facts.source is not file.source:
                continue
            by_annotation = is_dict(result.function.returns) and result.value.kind == "unknown"
            if result.value.kind == "dict" or by_annotation:
                subject = DictOutput(path.facts, result.function, result.node, path)
                yield Match(result.node, "`forward` returns a dict", path.facts, subject)

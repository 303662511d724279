"""MOD109: a tensor is reshaped to sizes that forward computes from the tensor's own."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD109",
    name="computed-size",
    summary="reshape to sizes that are computed from those of a tensor",
    why=(
        "Where a model is traced, the sizes of tensors are values like others, and `width // heads` becomes an operation of the "
        "graph, outside of every module: the strictest tools want it gone. Splitting and merging axes says the same "
        "without arithmetic; where the tensor's own axes are not shown, a reshape to the factors of a product, which are "
        "then merged, has more axes for a moment. Off by default, since most tools can do with it."
    ),
    bad=(
        """\
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)

    def forward(self, x: torch.Tensor):
        batch, tokens, width = x.shape
        return self.query(x).reshape(batch, tokens, self.heads, width // self.heads)
""",
    ),
    good=(
        """\
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.split = nn.Unflatten(-1, (heads, -1))

    def forward(self, x: torch.Tensor):
        return self.split(self.query(x))
""",
    ),
    targets=("aimet",),
    fix="safe",
    default=False,
    shapes=True,
    source="AIMET model validator: missing modules",
)


def check(file: File) -> Iterator[Match]:
    """Calls of ``view`` and ``reshape`` with computed sizes among the new ones."""
    for step in file.reshapes:
        facts = step.stands_in if isinstance(step.stands_in, ClassFacts) else None
        computed = " ".join(file.source.code(step.computed).split())
        yield Match(step.call, f"`{computed}` is computed from the size of a tensor", facts, step)

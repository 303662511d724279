"""MOD106: tensor operations in a plain function that the forward path calls."""

from __future__ import annotations

import os
from collections.abc import Iterator

from modulint.lint.file import File, Helper, Match, computes
from modulint.lint.op_module import is_op_module
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD106",
    name="functional-in-helper",
    summary="plain function on the forward path that computes on tensors",
    why=(
        "What the function computes runs outside of every module, so a quantizer cannot see it. And since the function is "
        "shared by all that call it, no place in it could belong to one of them. The fix writes a module class right "
        "behind the function, in its file, and gives each call an instance of its own; the operations in the class are "
        "then fixed as those of any other. The function stays for its other callers, unless it is private and has none "
        "left: then the class takes its place. Where calls and function are in two files, both must be among those to fix."
    ),
    bad=(
        """\
import torch
from torch import nn


def pooled(x):
    return torch.cat((x.mean(2), x.amax(2)), dim=1)


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 32)

    def forward(self, x: torch.Tensor):
        return self.fc(pooled(x))
""",
    ),
    good=(
        """\
import torch
from torch import nn


def to_heads(x, heads):
    batch, tokens, width = x.shape
    return x.reshape(batch, tokens, heads, width // heads).transpose(1, 2)


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(32, 32)

    def forward(self, x: torch.Tensor):
        return to_heads(self.query(x), 4)
""",
    ),
    targets=("aimet", "brevitas"),
    fix="safe",
    source="AIMET model validator: missing modules",
)


def check(file: File) -> Iterator[Match]:
    """Calls of plain functions in which operations run on tensors."""
    for helper in file.helpers:
        if not is_op_module(helper.site.owner):
            yield Match(helper.site.call, _message(file, helper), helper.site.owner, helper)


def _message(file: File, helper: Helper) -> str:
    first = next(step for step in helper.steps if computes(step))
    code = " ".join(first.stands_in.source.code(first.node).split())
    code = code if len(code) <= 40 else f"{code[:37]}..."
    elsewhere = first.stands_in.source is not file.source
    where = f"{os.path.basename(first.stands_in.source.path)}, line" if elsewhere else "line"
    return f"`{helper.function.node.name}` computes on tensors outside of a module: `{code}` ({where} {first.node.lineno})"

"""MOD103: an operator on tensors, or a call that only makes or moves data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.file import File, Match
from modulint.lint.forward import SIGNS, ForwardPath, OperatorStep, Site
from modulint.lint.op_module import is_op_module
from modulint.lint.operations import MOVEMENT, TABLES
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD103",
    name="tensor-operator",
    summary="operator on tensors, or call that only makes or moves their data, on the forward path",
    why=(
        "`x + y` is an operation like any other: a quantizer has to see its output, and sees only those of modules. The strictest "
        "tools want the same of calls that repeat, pair up or make tensors (`unbind`, `zeros`), and accept only those that "
        "reshape. Off by default, since networks are full of both and many tools can do without. What writes in place "
        "(`x += y`) is only fixed where nobody else sees the tensor; where it may be a view of one that nobody reads any "
        "more, the module writes in place too, so that gradients keep their bits."
    ),
    bad=(
        """\
from torch import nn


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)
""",
        """import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(32, 96)

    def forward(self, x: torch.Tensor):
        return self.qkv(x).reshape(-1, 3, 32).unbind(1)
""",
        """\
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(32, 32)

    def forward(self, x: torch.Tensor):
        return self.proj(x), torch.arange(x.shape[1], device=x.device)
""",
    ),
    good=(
        """\
from torch import nn


class Split(nn.Module):
    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def forward(self, x):
        batch, tokens, width = x.shape
        return x.reshape(batch, tokens, self.heads, width // self.heads)
""",
        """\
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, tokens):
        super().__init__()
        self.register_buffer("positions", torch.arange(tokens))
        self.embed = nn.Embedding(tokens, 32)

    def forward(self, x: torch.Tensor):
        return self.embed(self.positions[: x.shape[1]])
""",
    ),
    targets=("aimet", "brevitas"),
    fix="safe",
    default=False,
    evidence="operation",
    source="AIMET model validator: missing modules",
)


@dataclass(frozen=True, slots=True, eq=False)
class TensorOperator:
    """An operator or call, and the path it was found on."""

    path: ForwardPath
    step: OperatorStep | Site


def check(file: File) -> Iterator[Match]:
    """Operators that run on tensors, and calls that only make or move their data in a way that quantizers take for an
    operation. Of those that start at one place, what runs first comes first."""
    found = [*_operators(file), *_calls(file)]
    yield from sorted(found, key=lambda match: (match.node.end_lineno or 0, match.node.end_col_offset or 0))


def _operators(file: File) -> Iterator[Match]:
    for path, step in file.operators:
        if _runs_on_tensors(file, step) and not is_op_module(step.owner):
            yield Match(step.node, f"`{_sign(step)}` on tensors runs outside of a module", step.owner, TensorOperator(path, step))


def _calls(file: File) -> Iterator[Match]:
    for path, site in file.sites:
        if (does := _what_it_does(site)) and not is_op_module(site.owner):
            message = f"`{file.spelling(site)}` runs outside of a module; it only {does}"
            yield Match(site.call, message, site.owner, TensorOperator(path, site))


def _what_it_does(site: Site) -> str:
    """What a call does that computes nothing; "" for one that does compute, or makes a tensor of random or open values:
    these are drawn or filled before anything can be said of them."""
    operation = site.operation
    if operation is None or operation.kind != "data":
        return ""
    if operation.name in TABLES:
        return "makes a tensor"
    return "moves data" if operation.name in MOVEMENT else ""


def _runs_on_tensors(file: File, step: OperatorStep) -> bool:
    """Whether an operand is shown to be a tensor, by the source or by what recorded passes saw."""
    if step.sure:
        return True
    return file.evidence is not None and file.evidence.value(file.source.range(step.node)) == "tensor"


def _sign(step: OperatorStep) -> str:
    return SIGNS[type(step.operator)] + ("=" if isinstance(step.node, ast.AugAssign) else "")

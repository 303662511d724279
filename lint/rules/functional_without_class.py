"""MOD102: an operation that no torch.nn class expresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.constructor import Inexpressible
from modulint.lint.file import File, Match
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.op_module import is_op_module
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD102",
    name="functional-without-class",
    summary="tensor operation on the forward path that no torch.nn class expresses",
    why=(
        "The operation runs outside of every module, so a quantizer cannot see its output. torch.nn has no class for it "
        "with these arguments; a module whose forward is this one operation gives it a place."
    ),
    bad=(
        """\
import torch
from torch import nn


class Join(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 1)

    def forward(self, x, y):
        return torch.cat((x, self.conv(y)), dim=1)
""",
        """\
import torch
import torch.nn.functional as F
from torch import nn


class Noisy(nn.Module):
    def forward(self, x: torch.Tensor):
        weight = torch.randn(32, x.shape[1])
        return F.linear(x, weight)
""",
    ),
    good=(
        """\
import torch
from torch import nn


class Reshape(nn.Module):
    def forward(self, x: torch.Tensor):
        return x.reshape(x.shape[0], -1).transpose(0, 1)
""",
        """\
import torch
from torch import nn


class Concat(nn.Module):
    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)
""",
    ),
    targets=("aimet", "brevitas"),
    fix="safe",
    source="AIMET model validator: missing modules",
    evidence="operation",
)


@dataclass(frozen=True, slots=True, eq=False)
class OpCall:
    """A call that only a module of its own can stand for, and the path it was found on."""

    path: ForwardPath
    site: Site


def check(file: File) -> Iterator[Match]:
    """Operations without a class, and those whose arguments no class takes."""
    for path, site in file.sites:
        operation = site.operation
        if operation is None or operation.kind == "data" or is_op_module(site.owner):
            continue
        if operation.kind == "weights" and file.own_weights(site):
            continue
        if operation.kind == "module":
            outcome = file.constructor(site)
            if not isinstance(outcome, Inexpressible) or outcome.always_on:
                continue
            reason = outcome.reason
        else:
            reason = "no torch.nn class expresses it" if operation.kind == "op" else "nothing is known to own its weight"
        yield Match(site.call, f"`{file.spelling(site)}` runs outside of a module: {reason}", site.owner, OpCall(path, site))

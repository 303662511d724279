"""MOD105: a functional that works on weights which the module owns."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.op_module import is_op_module
from modulint.lint.rule import Rule
from modulint.lint.rules.functional_without_class import OpCall

RULE = Rule(
    code="MOD105",
    name="functional-on-own-weights",
    summary="functional call on parameters or buffers that the module owns",
    why=(
        "A torch.nn class in its place would hold weights of its own and change the keys of the state_dict. What fits is "
        "a module of one operation that takes the weights as inputs."
    ),
    bad=(
        """\
import torch.nn.functional as F
from torch import nn


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)
""",
    ),
    good=(
        """\
from torch import nn


class Projection(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(32, 32)

    def forward(self, x):
        return self.linear(x)
""",
    ),
    targets=("aimet", "brevitas"),
    fix="safe",
    source="AIMET model validator: missing modules",
    evidence="operation",
)


def check(file: File) -> Iterator[Match]:
    """Operations on weights where one of the weights comes from ``self``."""
    for path, site in file.sites:
        if site.operation is None or site.operation.kind != "weights" or is_op_module(site.owner):
            continue
        if file.own_weights(site):
            message = f"`{file.spelling(site)}` works on weights of this module; a torch.nn class would hold its own"
            yield Match(site.call, message, site.owner, OpCall(path, site))

"""MOD503: an activation that is slow on edge accelerators."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.assignments import dotted
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD503",
    name="slow-activation",
    summary="PReLU or SiLU (swish): slow on edge accelerators",
    why=(
        "PReLU has a slope for each channel and SiLU a sigmoid for each value; both fall out of the fast path of integer "
        "accelerators. ReLU and Hardswish stay on it; the model has to be trained again with them."
    ),
    bad=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.PReLU()

    def forward(self, x):
        return self.act(x)
""",
    ),
    good=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.Hardswish()

    def forward(self, x):
        return self.act(x)
""",
    ),
    targets=("aimet",),
    fix="none",
    no_fix="another activation computes something else, and has to be trained",
    source="AIMET architecture checker: activations PReLU and SiLU",
)

_SLOW_CLASSES = {"torch.nn.PReLU": "nn.Hardswish or nn.ReLU", "torch.nn.SiLU": "nn.Hardswish"}
_SLOW_OPERATIONS = frozenset({"torch.nn.functional.silu", "torch.nn.functional.prelu", "torch.prelu", "torch.Tensor.prelu"})


def check(file: File) -> Iterator[Match]:
    """Constructions of the classes, then calls of the functions on a forward path."""
    for place, node in file.calls:
        if (name := dotted(node.func)).endswith(("PReLU", "SiLU")):
            reference = file.resolve(name, place)
            if reference.kind == "external" and reference.name in _SLOW_CLASSES:
                better = _SLOW_CLASSES[reference.name]
                yield Match(node, f"`{name}` is slow on edge accelerators; {better} is not", place.facts)
    for _, site in file.sites:
        if site.operation is not None and site.operation.name in _SLOW_OPERATIONS:
            message = f"`{file.spelling(site)}` is slow on edge accelerators; nn.Hardswish or nn.ReLU is not"
            yield Match(site.call, message, site.owner)

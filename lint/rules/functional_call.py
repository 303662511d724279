"""MOD101: a functional call where a parameterless module computes the same bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.constructor import Constructor
from modulint.lint.file import File, Match
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD101",
    name="functional-call",
    summary="functional call on the forward path where a torch.nn module computes the same bits",
    why=(
        "Quantizers put their simulation around modules. A call of torch.nn.functional, of torch or of a tensor's method "
        "is no module, so its output is quantized wrongly or not at all, and hooks do not see it."
    ),
    bad=(
        """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return F.relu(self.conv(x))
""",
        """\
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x: torch.Tensor):
        return self.fc(x).softmax(dim=-1)
""",
    ),
    good=(
        """\
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.conv(x))
""",
    ),
    targets=("aimet", "brevitas", "fx"),
    fix="safe",
    source="AIMET model guidelines: use modules instead of functionals; each functional was compared with its module bit by bit",
    evidence="operation",
)


@dataclass(frozen=True, slots=True, eq=False)
class FunctionalCall:
    """A call, the path it was found on, and the module that computes the same."""

    path: ForwardPath
    site: Site
    constructor: Constructor


def check(file: File) -> Iterator[Match]:
    """Calls of operations that a module expresses with the arguments they have."""
    for path, site in file.sites:
        if site.operation is None or site.operation.kind != "module" or file.is_attribute_of_self(site):
            continue  # `self.act = F.relu` is a functional that is kept as a value
        outcome = file.constructor(site)
        if isinstance(outcome, Constructor):
            short = outcome.module.removeprefix("torch.")
            message = f"`{file.spelling(site)}` is called as a function; `{short}` computes the same as a module"
            yield Match(site.call, message, site.owner, FunctionalCall(path, site, outcome))

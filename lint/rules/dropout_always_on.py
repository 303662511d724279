"""MOD108: a dropout that drops in eval mode too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.constructor import Inexpressible
from modulint.lint.file import File, Match
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD108",
    name="dropout-always-on",
    summary="functional dropout without `training=self.training`: it drops in eval mode too",
    why=(
        "F.dropout drops unless it is told not to: its `training` is True by default, whatever mode the model is in. "
        "Mostly a mistake; some models (Tacotron) mean it. A module would follow the mode, which changes what eval computes."
    ),
    bad=(
        """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return F.dropout(self.fc(x), 0.5)
""",
    ),
    good=(
        """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return F.dropout(self.fc(x), 0.5, training=self.training)
""",
    ),
    targets=("aimet", "brevitas", "fx", "jit", "export", "onnx"),
    fix="unsafe",
    source="torch.nn.functional.dropout: `training` defaults to True",
    evidence="operation",
)


@dataclass(frozen=True, slots=True, eq=False)
class AlwaysOn:
    """A dropout that does not follow the mode."""

    path: ForwardPath
    site: Site


def check(file: File) -> Iterator[Match]:
    """Dropouts whose ``training`` is True, written or by default."""
    for path, site in file.sites:
        if site.operation is None or site.operation.kind != "module" or not site.operation.random:
            continue
        outcome = file.constructor(site)
        if isinstance(outcome, Inexpressible) and outcome.always_on:
            message = f"`{file.spelling(site)}` drops in eval mode too: {outcome.reason}"
            yield Match(site.call, message, site.owner, AlwaysOn(path, site))

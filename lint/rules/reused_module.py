"""MOD201: one module that runs more than once in a forward pass."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD201",
    name="reused-module",
    summary="module that runs more than once in one forward pass",
    why=(
        "A quantizer learns one output range for each module. A module that runs twice gets one range for two different "
        "tensors. Branches that exclude each other count once."
    ),
    bad=(
        """\
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.relu(self.conv1(x))
        return self.relu(self.conv2(x))
""",
    ),
    good=(
        """\
from torch import nn


class Block(nn.Module):
    def __init__(self, flip):
        super().__init__()
        self.flip = flip
        self.conv = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()

    def forward(self, x):
        if self.flip:
            return self.conv(self.relu(x))
        return self.relu(self.conv(x))
""",
    ),
    targets=("aimet", "brevitas", "fx"),
    fix="safe",
    source="AIMET model guidelines: do not reuse modules",
    evidence="reuse",
)


def check(file: File) -> Iterator[Match]:
    """Calls of a module behind other calls of it on the same way through forward."""
    for reuse in file.reuses:
        if reuse.run.loops:
            continue
        call = reuse.site.call
        first = reuse.earlier[0].node
        name = file.source.code(call.func)
        if first is call:
            message = f"`{name}` runs more than once: the method around it is called again"
        else:
            message = f"`{name}` runs again here, after line {first.lineno}; each use needs a module of its own"
        yield Match(call, message, reuse.site.owner, reuse)

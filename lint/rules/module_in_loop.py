"""MOD202: a module that a loop calls again and again."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD202",
    name="module-in-loop",
    summary="one module that is called inside a loop",
    why=(
        "Every turn of the loop runs the same module, so that a quantizer sees one module for several tensors. "
        "A loop over an nn.ModuleList gives each turn a module of its own."
    ),
    bad=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(32, 32, 3) for _ in range(3))
        self.relu = nn.ReLU()

    def forward(self, x):
        for layer in self.layers:
            x = self.relu(layer(x))
        return x
""",
    ),
    good=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(32, 32, 3) for _ in range(3))
        self.first = nn.Identity()

    def forward(self, x):
        for index, layer in enumerate(self.layers):
            if index == 0:
                x = self.first(x)
            x = layer(x)
        return x
""",
    ),
    targets=("aimet", "brevitas", "fx"),
    fix="safe",
    fixed="""
A module with parameters or buffers stays as it is: copies would drift apart in training, and op modules for all turns that
take its weights as inputs would leave no call that runs the module itself, where hooks and quantizers of weights look for it.
""",
    source="AIMET model guidelines: do not reuse modules",
    evidence="loop",
)


def check(file: File) -> Iterator[Match]:
    """Calls of a fixed module of ``self`` inside a loop or comprehension."""
    for reuse in file.reuses:
        if reuse.run.loops:
            call = reuse.site.call
            message = f"`{file.source.code(call.func)}` runs in every turn of the loop; each needs a module of its own"
            yield Match(call, message, reuse.site.owner, reuse)

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
    fixed="""
A module without parameters and buffers is made once more for each further call.

A copy of one with weights would drift apart in training. With `--unsafe-fixes`, nn.Linear, nn.Conv1d to nn.Conv3d,
nn.Embedding, nn.LayerNorm, nn.GroupNorm, nn.PReLU, and classes of yours whose `forward` is one such functional on weights of
their own, keep their weights in one place: the first call stays, and a further `self.proj(x)` becomes
`self.linear(x, self.proj.weight, self.proj.bias)`, a module of the one operation. There is one parameter as before, with
the same name, which gets the gradients of all calls. Layers that do more than this stay as they are: batch norms, which
count each call, padding in another mode than zeros, what is wrapped where it is made (`spectral_norm(nn.Linear(...))`).

The fix is unsafe because the further calls read the weights off whatever stands under the name when they run. A layer of the
same kind may take its place (`model.proj = nn.Linear(...)`); one without `weight` and `bias` raises an error, and so does what
takes the weights away between the calls of their layer, to shard or offload them. But the calls go past what somebody puts
around the layer later, and nothing tells of it: an adapter such as LoRA that offers the weights of what it wraps, a forward
hook, old-style spectral norm, a quantizer of the layer's own weights. If you adapt or quantize such a layer with other
tools, let them see the model before the fix, or give the calls layers of their own and train these.

A layer that runs in a loop, such as a detector's head for each level, stays as it is: no call would be left that runs it as
a module with weights. So does one whose earlier calls stand under a condition.
""",
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

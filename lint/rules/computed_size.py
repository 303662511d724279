"""MOD109: forward computes sizes from those of a tensor: to reshape another one, as an argument, or in a function that only
moves data."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Match
from modulint.lint.positions import positions_of
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD109",
    name="computed-size",
    summary="sizes that are computed from those of a tensor, to reshape or pad one",
    why=(
        "Where a model is traced, the sizes of tensors are values like others, and `width // heads` becomes an operation of the "
        "graph, outside of every module: the strictest tools want it gone. Splitting and merging axes says the same without "
        "arithmetic. Off by default, since most tools can do with it."
    ),
    bad=(
        """\
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)

    def forward(self, x: torch.Tensor):
        batch, tokens, width = x.shape
        return self.query(x).reshape(batch, tokens, self.heads, width // self.heads)
""",
        """\
import torch
from torch import nn


def merge_windows(x: torch.Tensor, window: int, height: int, width: int) -> torch.Tensor:
    x = x.view(-1, height // window, width // window, window, window, x.shape[-1])
    return x.transpose(2, 3).reshape(-1, height, width, x.shape[-1])


class Windows(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def forward(self, x: torch.Tensor):
        batch, height, width, channels = x.shape
        x = x.unflatten(2, (-1, 4)).unflatten(1, (-1, 4)).transpose(2, 3)
        return merge_windows(self.fc(x.reshape(-1, 4, 4, channels)), 4, height, width)
""",
    ),
    good=(
        """\
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.split = nn.Unflatten(-1, (heads, -1))

    def forward(self, x: torch.Tensor):
        return self.split(self.query(x))
""",
    ),
    targets=("aimet",),
    fix="safe",
    fixed="""
- The sizes of a reshape, from the tensor's own axes: `x.unflatten(-1, (self.heads, -1))`, `x.flatten(1, 2)`.

- Products, where the tensor's axes are not shown: `x.reshape(b, h, w, -1).flatten(1, 2)`, which has more axes for a moment.

- A quotient, where all of that is not shown: the size of a slice, `x[:, k - 1::k].shape[1]`, is `x.shape[1] // k` for all
sizes. Where the tensor is gone by then, the quotient gets a name where the tensor was asked for its size: `b, n, c = x.shape`
is followed by `n_parts = x[:, k - 1::k].shape[1]`, if `k` is the same number there.

- `x.shape[1] - 1` beside a `-1` in a reshape: `x[:, 1:].shape[1]`.

- `torch.arange(1, n + 1)`: `(torch.arange(n) + 1)`.

- Padding up to the next multiple of a number, in whatever way that is worked out: a module that does it, also under the
condition that something is missing. `height + pad` behind it is asked of the padded tensor.

- Other arithmetic in a plain function that pads or rearranges its tensor: a module that calls the function.

The modules of the last two kinds go through `@torch.jit.script_if_tracing`, as torchvision has it: while a model is traced,
TorchScript compiles the function, and the trace holds it as one piece; everywhere else it runs as it did. A function
stays as it is for its other callers. It is only taken where all its types are shown and it has no conditions, so that
it is known to compile. A trace takes every number that compiled code is given for a constant: sizes go there as the
shape of an empty tensor.
""",
    default=False,
    shapes=True,
    settles=True,
    source="AIMET model validator: missing modules",
)


def check(file: File) -> Iterator[Match]:
    """Reshapes and padding to computed sizes, calls that are given or compute some, and positions that count up to one."""
    for _, site in file.sites:
        if (positions := positions_of(site)) is not None:
            computed = " ".join(file.source.code(site.call.args[1]).split())
            yield Match(site.call, f"`{computed}` is computed for positions that can start at zero", site.owner, positions)
    for quotient in file.quotients:
        computed = " ".join(file.source.code(quotient.step.operator).split())
        yield Match(quotient.step.operator, f"`{computed}` is computed from the size of a tensor", quotient.step.owner, quotient)
    for sizing in file.sizings:
        name = sizing.function.node.name
        computed = " ".join(sizing.function.source.code(sizing.computed).split())
        message = f"`{name}` computes `{computed}` from the size of a tensor"
        yield Match(sizing.site.call, message, sizing.site.owner, sizing)
    for path, padding in file.paddings:
        computed = " ".join(file.source.code(padding.computed).split())
        message = f"it is padded by `{computed}`, which is computed from the size of a tensor"
        yield Match(padding.call, message, padding.owner, (path, padding))
    for size in file.padded_sizes:
        computed = " ".join(file.source.code(size.computed).split())
        yield Match(size.computed, f"`{computed}` is computed, and `{size.tensor}` has this size by now", size.owner, size)
    for step in file.reshapes:
        facts = step.stands_in if isinstance(step.stands_in, ClassFacts) else None
        computed = " ".join(file.source.code(step.computed).split())
        yield Match(step.call, f"`{computed}` is computed from the size of a tensor", facts, step)

"""MOD502: a convolution whose channels do not fill the hardware's units."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.rule import Rule
from modulint.lint.rules._channels import MULTIPLE, literal_channels

RULE = Rule(
    code="MOD502",
    name="odd-channels",
    summary="convolution with channels that are no multiple of 32",
    why=(
        "Edge accelerators work on 32 channels at once, and pad what is left over: 33 channels cost as much as 64. "
        "The next multiple is as fast and computes more."
    ),
    bad=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 100, 3)

    def forward(self, x):
        return self.conv(x)
""",
    ),
    good=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(64, 96, 3)
        self.conv2 = nn.Conv2d(96, width, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x))
""",
    ),
    targets=("aimet",),
    fix="none",
    no_fix="channels are a matter of the architecture, and of training",
    source="AIMET architecture checker: channels in multiples of 32",
)


def check(file: File) -> Iterator[Match]:
    """Convolutions with a literal channel count off the multiple."""
    for place, channels in literal_channels(file):
        odd = [f"{name}={count}" for name, count in channels.items() if count % MULTIPLE]
        if odd:
            message = f"convolution with channels that are no multiple of {MULTIPLE}: {', '.join(odd)}"
            yield Match(place.node, message, place.facts)

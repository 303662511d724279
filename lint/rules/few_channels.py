"""MOD501: a convolution with fewer channels than the hardware takes at once."""

from __future__ import annotations

from collections.abc import Iterator

from modulint.lint.file import File, Match
from modulint.lint.rule import Rule
from modulint.lint.rules._channels import MULTIPLE, literal_channels

RULE = Rule(
    code="MOD501",
    name="few-channels",
    summary="convolution with fewer than 32 channels",
    why=(
        "Edge accelerators work on 32 channels at once; a convolution with fewer leaves most of the unit idle. "
        "The image that a model starts from has no more, and nothing can be done about that one."
    ),
    bad=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 31, 3)

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
        self.conv1 = nn.Conv2d(64, 32, 3)
        self.conv2 = nn.Conv2d(32, width, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x))
""",
    ),
    targets=("aimet",),
    fix="none",
    no_fix="channels are a matter of the architecture, and of training",
    source="AIMET architecture checker: at least 32 channels",
)


def check(file: File) -> Iterator[Match]:
    """Convolutions with a literal channel count below the limit."""
    for place, channels in literal_channels(file):
        few = [f"{name}={count}" for name, count in channels.items() if count < MULTIPLE]
        if few:
            message = f"convolution with fewer than {MULTIPLE} channels: {', '.join(few)}"
            yield Match(place.node, message, place.facts)

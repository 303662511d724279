"""Classes and functions imported by name, one under an alias: the new class joins the import, the last use of a name takes it away."""
import torch
from torch.nn import Conv2d, Module, ReLU


class FunctionalSoftmax(torch.nn.Module):
    """`torch.nn.functional.softmax` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        dim: int | None = None,
        _stacklevel: int = 3,
        dtype: torch.dtype | None = None,
    ) -> torch.Tensor:
        return torch.nn.functional.softmax(input, dim, _stacklevel, dtype)


class Model(Module):
    def __init__(self):
        super().__init__()
        self.conv = Conv2d(32, 32, 3)
        self.relu = ReLU()
        self.softmax = FunctionalSoftmax()
        self.out = Conv2d(32, 32, 1)

    def forward(self, x):
        return self.softmax(self.out(self.relu(self.conv(x))), dim=1, dtype=torch.float32)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)

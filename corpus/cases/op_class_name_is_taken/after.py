"""`Concat` means something else in this file, and `torch` has to be imported."""
from torch import cat
from torch.nn import Conv2d, Module
from torch import nn
import torch


class Concat(Module):
    """Not what is needed: it joins the first dimension of what it is given one by one."""

    def forward(self, *tensors):
        return cat(tensors)


class ConcatOp(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Model(Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2d(32, 32, 3)
        self.cat = ConcatOp()
        self.conv2 = Conv2d(32, 32, 3)

    def forward(self, x):
        return self.cat([self.conv1(x), self.conv2(x)], 1)


def build():
    import torch

    return Model(), (torch.randn(2, 32, 6, 6),)

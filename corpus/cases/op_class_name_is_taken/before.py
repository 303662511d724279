"""`Concat` means something else in this file, and `torch` has to be imported."""
from torch import cat
from torch.nn import Conv2d, Module


class Concat(Module):
    """Not what is needed: it joins the first dimension of what it is given one by one."""

    def forward(self, *tensors):
        return cat(tensors)


class Model(Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2d(32, 32, 3)
        self.conv2 = Conv2d(32, 32, 3)

    def forward(self, x):
        return cat([self.conv1(x), self.conv2(x)], 1)


def build():
    import torch

    return Model(), (torch.randn(2, 32, 6, 6),)

"""`self.forward = self.other` chooses in `__init__` which method a call runs: each is a forward path of its own."""

import torch
import torch.nn.functional as F
from torch import nn


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class SplitSizes(nn.Module):
    """`torch.split` as a module."""

    def forward(self, tensor: torch.Tensor, split_size_or_sections: list[int], dim: int = 0):
        return torch.split(tensor, split_size_or_sections, dim)


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Partial(nn.Module):
    def __init__(self, width, way):
        super().__init__()
        self.conv = nn.Conv2d(width // 2, width // 2, 1)
        self.relu = nn.ReLU()
        self.add = Add()
        self.split = SplitSizes()
        self.cat = Concat()
        self.act = nn.ReLU()
        if way == "slice":
            self.forward = self.forward_slice
        else:
            self.forward = self.forward_split

    def forward_slice(self, x: torch.Tensor):
        first = self.act(self.conv(x[:, :2]))
        return self.add(self.relu(first), x[:, 2:])

    def forward_split(self, x: torch.Tensor):
        first, second = self.split(x, [2, 2], dim=1)
        return self.cat((self.act(self.conv(first)), second), 1)

    def forward_unused(self, x):
        return F.relu(x)


class Fast(nn.Module):
    def __init__(self, fast=True):
        super().__init__()
        self.tanh = nn.Tanh()
        self.conv = nn.Conv2d(4, 4, 1)
        if fast:
            self.forward = self.forward_fast

    def forward_fast(self, x: torch.Tensor):
        return x

    def forward(self, x: torch.Tensor):
        return self.tanh(self.conv(x))


class Given(nn.Module):
    def __init__(self, forward):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        self.forward = forward

    def forward(self, x: torch.Tensor):
        return self.conv(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Partial(4, "slice")
        self.two = Partial(4, "split")
        self.fast = Fast()
        self.given = Given(lambda x: x)

    def forward(self, x: torch.Tensor):
        fast = self.fast(x)
        fast += 1
        given = self.given(x)
        given *= 2
        return self.one(x), self.two(x), fast, given, x


def build():
    return Model(), (torch.randn(2, 4, 3, 3),)

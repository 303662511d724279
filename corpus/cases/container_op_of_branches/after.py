"""Containers that are given branches from outside, under names that a new child must not take."""
import torch
from torch import nn


class Stack(nn.Module):
    """`torch.stack` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.stack(tensors, dim)


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Concurrent(nn.Sequential):
    def __init__(self, axis=1, merge="cat"):
        super(Concurrent, self).__init__()
        self.axis = axis
        self.merge = merge
        self.stack2 = Stack()
        self.cat2 = Concat()
        self.stack = Stack()

    def forward(self, x):
        out = []
        for module in self._modules.values():
            if module not in (self.stack, self.stack2, self.cat2):
                out.append(module(x))
        if self.merge == "stack":
            out = self.stack(tuple(out), dim=self.axis)
        elif self.merge == "sum":
            out = self.stack2(tuple(out), dim=self.axis).sum(self.axis)
        else:
            out = self.cat2(tuple(out), dim=self.axis)
        return out


class Parametric(nn.ModuleList):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.relu = nn.ReLU()
        self.flatten = nn.Flatten(start_dim=1)
        self.cat2 = Concat()

    def forward(self, x, **kwargs):
        x = self.cat2([module(x, **kwargs) for module in self if module not in (self.cat2, self.relu, self.flatten) if module is not None], dim=1)
        return self.flatten(self.relu(x))


def branches():
    made = Concurrent(merge="stack")
    made.add_module("cat", nn.Conv2d(32, 32, 1))
    return made


class Unit(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = Concurrent()
        for i in range(2):
            self.branches.add_module("branch{}".format(i + 1), nn.Conv2d(32, 32, 1))
        self.pool = Concurrent(merge="sum").eval()
        for i, size in enumerate((3, 5)):
            name = f"sum{size}"
            self.pool.add_module(name, nn.AvgPool2d(size, 1, size // 2))
        self.pool.sum = nn.Identity()
        self.more = branches()
        self.last = Parametric([nn.Conv2d(32, 32, 1), nn.ReLU()])

    def forward(self, x):
        x = self.pool(self.branches(x)[:, :32])
        x = self.more(x)
        return self.last(x[:, 0])


def build():
    return Unit(), (torch.randn(2, 32, 6, 6),)

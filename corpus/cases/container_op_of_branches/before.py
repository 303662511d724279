"""Containers that are given branches from outside, under names that a new child must not take."""
import torch
import torch.nn.functional as F
from torch import nn


class Concurrent(nn.Sequential):
    def __init__(self, axis=1, merge="cat"):
        super(Concurrent, self).__init__()
        self.axis = axis
        self.merge = merge

    def forward(self, x):
        out = []
        for module in self._modules.values():
            out.append(module(x))
        if self.merge == "stack":
            out = torch.stack(tuple(out), dim=self.axis)
        elif self.merge == "sum":
            out = torch.stack(tuple(out), dim=self.axis).sum(self.axis)
        else:
            out = torch.cat(tuple(out), dim=self.axis)
        return out


class Parametric(nn.ModuleList):
    def forward(self, x, **kwargs):
        x = torch.cat([module(x, **kwargs) for module in self if module is not None], dim=1)
        return F.relu(x).flatten(1)


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

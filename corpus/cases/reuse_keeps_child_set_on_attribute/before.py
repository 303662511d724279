"""An attribute may hold what is not written in its assignment: its child may be the module that runs twice."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3)
        self.activ = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activ(self.conv(self.activ(x)))


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.relu(x) - self.relu(-x)


class Plain(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


class Model(nn.Module):
    def __init__(self, Plain=Other):
        super().__init__()
        self.first, self.second = Block(), Block()
        self.first.activ = nn.Tanh()
        self.third = Plain()
        self.third.relu = nn.Tanh()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.third(self.second(self.first(x)))


def build():
    return Model(), (torch.randn(2, 3, 9, 9),)

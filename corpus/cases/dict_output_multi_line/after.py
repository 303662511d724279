"""The layout of the dict stays; one entry is a tuple of one."""
from typing import Tuple

import torch
from torch import Tensor, nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.low = nn.Linear(32, 32)
        self.high = nn.Linear(32, 32)

    def forward(self, x) -> Tuple[Tensor, Tensor]:
        return (
            self.low(x),  # coarse
            self.high(x),
        )


class One(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return (self.fc(x),)


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = Heads()
        self.one = One()

    def forward(self, x):
        return self.heads(x)[1] + self.one(x)[0]


def build():
    return Caller(), (torch.randn(2, 32),)

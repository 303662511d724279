"""The layout of the dict stays; one entry is a tuple of one."""
from typing import Dict

import torch
from torch import Tensor, nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.low = nn.Linear(32, 32)
        self.high = nn.Linear(32, 32)

    def forward(self, x) -> Dict[str, Tensor]:
        return {
            "low": self.low(x),  # coarse
            "high": self.high(x),
        }


class One(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return {"out": self.fc(x)}


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = Heads()
        self.one = One()

    def forward(self, x):
        return self.heads(x)["high"] + self.one(x)["out"]


def build():
    return Caller(), (torch.randn(2, 32),)

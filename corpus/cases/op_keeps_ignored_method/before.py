"""A method that TorchScript ignores: it runs in Python, and cannot call what has been compiled."""
import torch
from torch import nn


class Noted(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.last = nn.Linear(8, 8)

    @torch.jit.ignore
    def shift(self, x: torch.Tensor) -> torch.Tensor:
        return x + 1

    def forward(self, x):
        return self.last(self.shift(self.first(x)))


class Scripted(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.jit.script(Noted())

    def forward(self, x):
        return self.inner(x)


def build():
    return Scripted(), (torch.randn(2, 8),)

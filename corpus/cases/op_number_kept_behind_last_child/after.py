"""A number that the constructor takes is kept behind the last child: the argument of `__init__` is there before."""
import torch
from torch import nn


class NumberPow(nn.Module):
    """`self.input ** exponent` as a module."""

    def __init__(self, input) -> None:
        super().__init__()
        self.input = input

    def forward(self, exponent: torch.Tensor) -> torch.Tensor:
        return self.input ** exponent


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Decay(nn.Module):
    def __init__(self, temperature: float = 10000, floor: float = 2):
        super().__init__()
        self.pow = NumberPow(input=temperature)
        self.neg = Neg()
        self.proj = nn.Linear(8, 8)
        self.temperature = temperature
        floor = floor * 2
        self.floor = floor

    def forward(self, x: torch.Tensor):
        x = self.proj(x)
        return self.pow(self.neg(x)), self.floor ** x


def build():
    return Decay(3), (torch.randn(2, 8),)

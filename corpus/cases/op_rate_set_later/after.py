"""The rate changes after construction; a module would keep the old one."""
import torch
import torch.nn.functional as F
from torch import nn

class FunctionalDropout(nn.Module):
    """`torch.nn.functional.dropout` as a module."""

    def forward(
        self, input: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
    ) -> torch.Tensor:
        return F.dropout(input, p, training, inplace)


class Model(nn.Module):
    def __init__(self, drop_rate=0.3):
        super().__init__()
        self.drop_rate = drop_rate
        self.fc1 = nn.Linear(32, 32)
        self.dropout = FunctionalDropout()
        self.fc2 = nn.Linear(32, 32)

    def set_rate(self, rate):
        self.drop_rate = rate

    def forward(self, x):
        return self.fc2(self.dropout(self.fc1(x), p=self.drop_rate, training=self.training))


def build():
    return Model(), (torch.randn(2, 32),)

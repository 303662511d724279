"""A class that computes what is wanted, but whose name means something else when the model is made."""
import torch
from torch import nn


class Add(nn.Module):
    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.last = nn.Linear(8, 8)

    def forward(self, x):
        x = self.first(x)
        return x + self.last(x)


OPERATIONS = {"+": Add}
Add = torch.sub


def build():
    return Residual(), (torch.randn(2, 8),)

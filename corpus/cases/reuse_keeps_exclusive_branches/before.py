"""Branches, early returns, conditional expressions and match arms of which only one runs."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, mode="plain"):
        super().__init__()
        self.mode = mode
        self.conv = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()
        self.tanh = nn.Tanh()
        self.pad = nn.ZeroPad2d(1)

    def forward(self, x):
        x = self.tanh(x) if self.mode == "tanh" else self.conv(self.tanh(x))
        match self.mode:
            case "padded":
                x = self.pad(x)
            case "scaled":
                x = self.pad(x * 2)
            case _:
                pass
        if self.mode == "early":
            return self.relu(x)
        return self.relu(x * 2)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)

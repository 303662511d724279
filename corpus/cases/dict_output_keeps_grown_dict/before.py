"""The dict grows before it is returned."""
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        out = {"out": self.fc(x)}
        if self.training:
            out["raw"] = x
        return out


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = Heads()

    def forward(self, x):
        return self.heads(x)["out"]


def build():
    return Caller(), (torch.randn(2, 32),)

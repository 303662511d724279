"""`left = pair["left"]`: the parameter takes the variable's place; another key is only read where it is used."""
import torch
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, pair, scale=2.0):
        left = pair["left"]
        return self.fc(left) * scale + pair["right"]


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.fuse = Fuse()

    def forward(self, x, y):
        return self.fuse({"left": x, "right": y}, 3.0)


def build():
    return Caller(), (torch.randn(2, 32), torch.randn(2, 32))

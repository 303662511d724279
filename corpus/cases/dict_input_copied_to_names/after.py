"""`left = pair["left"]`: the parameter takes the variable's place; another key is only read where it is used."""
import torch
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, left, right, scale=2.0):
        return self.fc(left) * scale + right


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.fuse = Fuse()

    def forward(self, x, y):
        return self.fuse(x, y, 3.0)


def build():
    return Caller(), (torch.randn(2, 32), torch.randn(2, 32))

"""None may mean something to the class, or to what the argument is handed on to: somebody should look."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.act = nn.GELU() if act is None else act

    def forward(self, x):
        x = self.fc(x)
        return x if self.act is None else self.act(x)


class Pair(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        self.first = Block(nn.GELU() if act is None else act)
        self.second = Block(act=nn.GELU() if act is None else act)

    def forward(self, x):
        return self.second(self.first(x))


def build():
    return nn.Sequential(Pair(), Pair()), (torch.randn(2, 8),)

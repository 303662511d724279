"""Defaults that the constructor does more with than to put them somewhere."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, act=nn.ReLU()):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.act = act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.fc(x))


class Lazy(Model):
    def __init__(self, act=nn.ReLU()):
        super().__init__()
        self.make = lambda: nn.Sequential(nn.Linear(32, 32), act)
        if act:
            self.act = act


def build():
    return nn.Sequential(Model(), Lazy()), (torch.randn(2, 32),)

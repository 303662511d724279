"""One instance of the model handed to its blocks, as CLIP did."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, act):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.act = act

    def forward(self, x):
        return self.act(self.fc(x))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.GELU()
        self.block1 = Block(nn.GELU())
        self.block2 = Block(nn.GELU())

    def forward(self, x):
        return self.block2(self.block1(self.act(x)))


def build():
    return Model(), (torch.randn(2, 32),)

"""The module runs twice under a local name: which call is whose cannot be written into that name."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        act = self.act
        return self.fc(act(act(x)))


def build():
    return Model(), (torch.randn(2, 32),)

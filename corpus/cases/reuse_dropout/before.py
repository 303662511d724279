"""A dropout that runs twice: two of them draw the same numbers in the same order."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, rate=0.4):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.drop = nn.Dropout(rate)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.drop(self.fc1(x))
        return self.fc2(self.drop(x))


def build():
    return Model(), (torch.randn(2, 32),)

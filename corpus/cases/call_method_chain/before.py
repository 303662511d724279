"""Tensor methods are rewritten where the receiver is shown to be a tensor, also in a chain over lines."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.fc1(x).relu().unsqueeze(1)
        x = (
            self.fc2(x)
            .sigmoid()
            .flatten(1)
        )
        return x.softmax(-1)


def build():
    return Model(), (torch.randn(2, 32),)

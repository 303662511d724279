"""Characters of several bytes in front of a call: columns count characters."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.act = nn.ReLU()
        self.act2 = nn.ReLU()
        self.fc2 = nn.Linear(32, 32)

    def forward(self, größe):
        größe = self.act(self.fc1(größe))
        return self.fc2(größe + 0 * len("größe→∞") + self.act2(größe))


def build():
    return Model(), (torch.randn(2, 32),)

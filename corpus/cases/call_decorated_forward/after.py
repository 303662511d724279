"""Decorators of `forward` stay where they are."""
import torch
from torch import nn

class Model(nn.Module):
    scale = 2

    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    @torch.no_grad()
    def forward(self, x):
        return self.relu(x) * self.scale


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = Model()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc(self.model(x))


def build():
    return Caller(), (torch.randn(2, 32),)

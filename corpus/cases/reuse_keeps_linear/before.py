"""A layer that runs twice shares its weights on purpose; a copy would drift apart in training."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc(self.fc(x))


def build():
    return Model(), (torch.randn(2, 32),)

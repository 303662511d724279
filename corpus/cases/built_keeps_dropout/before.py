"""A dropout made on the spot is in train mode always; as a child it would stop dropping in eval mode."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(nn.Dropout(0.5)(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)

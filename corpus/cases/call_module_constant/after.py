"""A constant of the file is there when `__init__` runs."""
import torch
from torch import nn
SLOPE = 0.3


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.leaky_relu = nn.LeakyReLU(negative_slope=SLOPE)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(self.leaky_relu(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)

"""A method that `forward` does not reach, and a function that nobody calls."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.relu = nn.ReLU()

    def loss(self, x):
        return F.relu(self.fc(x))

    def forward(self, x):
        return self.relu(self.fc(x))


def rectify(x):
    return F.relu(x)


def build():
    return Model(), (torch.randn(2, 32),)

"""Two modules made in one `forward`: each gets a name of its own."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        act = nn.Tanh()
        x = act(self.fc1(x))
        return self.fc2(nn.Tanh()(x))


def build():
    return Model(), (torch.randn(2, 32),)

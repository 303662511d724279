"""An assignment expression, a nested function and a lambda are all on the forward path."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(32, 32)
        self.tanh = nn.Tanh()
        self.sigmoid = nn.Sigmoid()
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        def squash(y):
            return self.tanh(self.fc1(y))

        if (y := self.relu(x)) is not None:
            x = squash(y)
        finish = lambda z: self.sigmoid(z)
        return self.fc2(finish(x))


def build():
    return Model(), (torch.randn(2, 32),)

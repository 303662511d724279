"""An assignment expression, a nested function and a lambda are all on the forward path."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        def squash(y):
            return F.tanh(self.fc1(y))

        if (y := F.relu(x)) is not None:
            x = squash(y)
        finish = lambda z: torch.sigmoid(z)
        return self.fc2(finish(x))


def build():
    return Model(), (torch.randn(2, 32),)

"""A call inside `try` and `with`."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        with torch.autocast("cpu", enabled=False):
            x = F.relu(self.fc(x))
        try:
            x = F.hardtanh(x, -2.0, 2.0)
        except RuntimeError:
            x = F.tanh(x)
        return self.out(x)


def build():
    return Model(), (torch.randn(2, 32),)

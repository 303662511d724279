"""A call inside `try` and `with`."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.relu = nn.ReLU()
        self.hardtanh = nn.Hardtanh(min_val=-2.0, max_val=2.0)
        self.tanh = nn.Tanh()
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        with torch.autocast("cpu", enabled=False):
            x = self.relu(self.fc(x))
        try:
            x = self.hardtanh(x)
        except RuntimeError:
            x = self.tanh(x)
        return self.out(x)


def build():
    return Model(), (torch.randn(2, 32),)

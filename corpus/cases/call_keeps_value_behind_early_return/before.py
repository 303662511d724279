"""The rate is only set where `__init__` does not return early."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self, drop=True):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)
        if not drop:
            return
        self.rate = 0.5

    def forward(self, x):
        x = self.fc(x)
        if hasattr(self, "rate"):
            x = F.dropout(x, self.rate, self.training)
        return self.out(x)


def build():
    return Model(), (torch.randn(2, 32),)

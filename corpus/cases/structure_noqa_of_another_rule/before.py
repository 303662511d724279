"""A comment that hides another rule hides nothing here."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        x = F.relu(self.fc(x))  # noqa: MOD102
        return self.out(F.tanh(x))  # noqa: E501


def build():
    return Model(), (torch.randn(2, 32),)

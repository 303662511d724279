"""A comment that hides another rule hides nothing here."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.relu = nn.ReLU()
        self.tanh = nn.Tanh()
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        x = self.relu(self.fc(x))  # noqa: MOD102
        return self.out(self.tanh(x))  # noqa: E501


def build():
    return Model(), (torch.randn(2, 32),)

"""Statements that share a line."""
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
        x = self.relu(self.fc(x)); x = self.tanh(x)
        return self.out(x)


def build():
    return Model(), (torch.randn(2, 32),)

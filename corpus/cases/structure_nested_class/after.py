"""A class inside a function: its definition stands at its own indentation."""
import torch
from torch import nn

def make():
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(32, 32)
            self.relu = nn.ReLU()
            self.out = nn.Linear(32, 32)

        def forward(self, x):
            return self.out(self.relu(self.fc(x)))

    return Inner()


def build():
    return make(), (torch.randn(2, 32),)

"""Names that `__init__` computes are taken: `relu0` and its kin."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        for index in range(3):
            setattr(self, f"relu{index}", nn.Linear(32, 32))
        self.relu = nn.ReLU()
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        for index in range(3):
            x = getattr(self, f"relu{index}")(x)
        return self.out(self.relu(x))


def build():
    return Model(), (torch.randn(2, 32),)

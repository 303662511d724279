"""`dtype=None` is the default, and says nothing."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.softmax = nn.Softmax(dim=-1)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        return self.out(self.softmax(self.fc(x)))


def build():
    return Model(), (torch.randn(2, 32),)

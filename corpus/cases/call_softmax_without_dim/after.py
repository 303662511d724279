"""Without `dim` the function guesses from the rank, and so does the module."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.softmax(self.fc(x))


def build():
    return Model(), (torch.randn(2, 32),)

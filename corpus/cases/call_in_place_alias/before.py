"""`relu_` and `inplace=True` write into their input, and so does the module."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.fc1(x)
        y = x
        F.relu(x, inplace=True)
        y = y * 2
        y.relu_()
        return self.fc2(y + x)


def build():
    return Model(), (torch.randn(2, 32),)

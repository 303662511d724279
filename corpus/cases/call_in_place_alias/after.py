"""`relu_` and `inplace=True` write into their input, and so does the module."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.relu = nn.ReLU(inplace=True)
        self.relu2 = nn.ReLU(inplace=True)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.fc1(x)
        y = x
        self.relu(x)
        y = y * 2
        self.relu2(y)
        return self.fc2(y + x)


def build():
    return Model(), (torch.randn(2, 32),)

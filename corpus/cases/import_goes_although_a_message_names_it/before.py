"""A word in an error message is no use of a name: the import goes."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self, width):
        super().__init__()
        if width % 2:
            raise ValueError("width F must be even")
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, width)

    def forward(self, x):
        """Rectifies with F.relu."""
        return self.fc2(F.relu(self.fc1(x)))


def build():
    return Model(32), (torch.randn(2, 32),)

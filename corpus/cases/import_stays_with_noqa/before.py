"""A `noqa` on the import says that it is meant, used or not."""
import torch
import torch.nn.functional as F  # noqa: F401
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)

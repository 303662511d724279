"""A method of a base class runs in each class below it, with the module that each makes for itself."""

import torch
from torch import nn


class Base(nn.Module):
    def forward(self, x):
        x = self.relu(self.fc(x))
        return self.relu(self.fc2(x))


class A(Base):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)
        self.relu = nn.ReLU()


class B(Base):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)
        self.relu = nn.ReLU()


def build():
    return nn.Sequential(A(), B()), (torch.randn(2, 4),)

"""A rate that `__init__` fixes and `training=self.training`: `nn.Dropout` says the same."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self, drop_rate=0.3):
        super().__init__()
        self.drop_rate = drop_rate
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = F.dropout(self.fc1(x), p=self.drop_rate, training=self.training)
        x = F.dropout(x, 0.2, self.training)
        return self.fc2(x)


def build():
    return Model(), (torch.randn(2, 32),)

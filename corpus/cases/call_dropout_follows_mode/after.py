"""A rate that `__init__` fixes and `training=self.training`: `nn.Dropout` says the same."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, drop_rate=0.3):
        super().__init__()
        self.drop_rate = drop_rate
        self.fc1 = nn.Linear(32, 32)
        self.dropout = nn.Dropout(p=self.drop_rate)
        self.dropout2 = nn.Dropout(p=0.2)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.dropout(self.fc1(x))
        x = self.dropout2(x)
        return self.fc2(x)


def build():
    return Model(), (torch.randn(2, 32),)

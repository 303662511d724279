"""The rate changes after construction; a module would keep the old one."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self, drop_rate=0.3):
        super().__init__()
        self.drop_rate = drop_rate
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def set_rate(self, rate):
        self.drop_rate = rate

    def forward(self, x):
        return self.fc2(F.dropout(self.fc1(x), p=self.drop_rate, training=self.training))


def build():
    return Model(), (torch.randn(2, 32),)

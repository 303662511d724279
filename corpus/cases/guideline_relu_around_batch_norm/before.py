"""The guideline's own example: a rectifier before and behind a batch norm."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)
        self.bn = nn.BatchNorm2d(32)
        self.relu = nn.ReLU(inplace=True)
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        x = self.relu(self.conv(x))
        x = self.relu(self.bn(x))
        return self.fc(x[:, :, 0, 0])


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)

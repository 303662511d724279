"""The guideline's own example: one rectifier that runs four times."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1024, 128)
        self.relu = nn.ReLU()
        self.relu2 = nn.ReLU()
        self.relu3 = nn.ReLU()
        self.relu4 = nn.ReLU()
        self.fc2 = nn.Linear(128, 64)

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = self.relu2(self.conv2(x))
        x = x.view(x.shape[0], -1)
        x = self.relu3(self.fc1(x))
        x = self.relu4(self.fc2(x))
        return x


def build():
    return Model(), (torch.randn(2, 32, 8, 8),)

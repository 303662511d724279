"""Tensor methods are rewritten where the receiver is shown to be a tensor, also in a chain over lines."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.relu = nn.ReLU()
        self.sigmoid = nn.Sigmoid()
        self.flatten = nn.Flatten(start_dim=1)
        self.softmax = nn.Softmax(dim=-1)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.relu(self.fc1(x)).unsqueeze(1)
        x = (
            self.flatten(self.sigmoid(self.fc2(x)))
        )
        return self.softmax(x)


def build():
    return Model(), (torch.randn(2, 32),)

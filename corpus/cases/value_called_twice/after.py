"""The value becomes a module, which then is one that runs twice: both are settled in one go."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.act = nn.ReLU()
        self.act2 = nn.ReLU()
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.act(self.fc1(x))
        x = self.act2(self.fc2(x))
        return self.fc3(x)


def build():
    return Model(), (torch.randn(2, 32),)

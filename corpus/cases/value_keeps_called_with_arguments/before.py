"""The attribute is called with more than a tensor, which the module would not take."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.act = F.leaky_relu
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x), 0.2))


def build():
    return Model(), (torch.randn(2, 32),)

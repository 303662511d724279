"""A global that a function changes: the call reads it anew each time."""
import torch
import torch.nn.functional as F
from torch import nn
SLOPE = 0.3


def set_slope(value):
    global SLOPE
    SLOPE = value


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(F.leaky_relu(self.fc1(x), negative_slope=SLOPE))


def build():
    model = Model()
    set_slope(0.9)
    return model, (torch.randn(2, 32),)

"""Comments and line breaks inside a call stay where they are."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)  # the first one
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = F.relu(
            self.conv1(x)  # before the rectifier
        )
        x = F.max_pool2d(
            x,  # halved
            2,
            2,
        )
        # a comment of its own
        x = F.leaky_relu(self.conv2(x), 0.1)  # slope as in the paper
        return x


def build():
    return Model(), (torch.randn(2, 32, 10, 10),)

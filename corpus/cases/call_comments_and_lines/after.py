"""Comments and line breaks inside a call stay where they are."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)  # the first one
        self.relu = nn.ReLU()
        self.max_pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.leaky_relu = nn.LeakyReLU(negative_slope=0.1)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.relu(
            self.conv1(x)  # before the rectifier
        )
        x = self.max_pool(
            x,  # halved
        )
        # a comment of its own
        x = self.leaky_relu(self.conv2(x))  # slope as in the paper
        return x


def build():
    return Model(), (torch.randn(2, 32, 10, 10),)
